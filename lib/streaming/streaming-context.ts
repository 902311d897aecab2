/**
 * The StreamingContext: from settings to a running stream and back. It owns the graph, the clock, the batch generator
 * and the scheduler, and holds to one order of states.
 *
 *   INITIALIZED --start()--> ACTIVE --stop()--> STOPPED
 *        |                                         ^
 *        +---------- stop(), or a failed start ----+
 */
import { CallSite } from '../base/call-site'
import { sleep, systemClock, type Clock } from '../base/clock'
import { Duration, requireDuration } from '../base/duration'
import { IllegalArgumentError, IllegalStateError, SparkError } from '../base/errors'
import { logFor } from '../base/log'
import { readSetting } from '../conf/settings'
import { SparkConf } from '../conf/spark-conf'
import { EventBus } from '../events/bus'
import { SparkContext } from '../rdd/context/spark-context'
import type { Observable } from 'rxjs'
import { announceStart } from './announce'
import { contextFrom, type ContextArguments, type StreamingOptions } from './context-arguments'
import type { StreamingEvent } from './events'
import { DStreamGraph } from './graph'
import { tell, type StreamingListener } from './listener'
import { ReceiverTracker } from './receivers/receiver-tracker'
import { InputInfoTracker, JobGenerator } from './scheduler/job-generator'
import { JobScheduler } from './scheduler/job-scheduler'
import { onShutdownSignal } from './shutdown'
import { Waiter } from './scheduler/waiter'

const log = logFor('StreamingContext')

export type StreamingContextState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED'

export interface StopOptions {
  /** Whether the SparkContext stops too; spark.streaming.stopSparkContextByDefault (true) unless said. */
  readonly stopSparkContext?: boolean
  /** Whether everything received is processed first. Default false. */
  readonly stopGracefully?: boolean
}

let active: StreamingContext | undefined

/**
 * Counterpart: org.apache.spark.streaming.StreamingContext.
 * Throws IllegalArgumentError when the batch interval is not a positive Duration.
 * @example
 * ```ts
 * import { StreamingContext, Seconds } from 'millrace'
 * const ssc = new StreamingContext('local', 'ticks', Seconds(1))
 * ssc.queueStream([[1, 2], [3]]).count().print()
 * await ssc.start()
 * await ssc.awaitTerminationOrTimeout(3000)
 * await ssc.stop()
 * ```
 */
export class StreamingContext {
  readonly sparkContext: SparkContext
  readonly batchDuration: Duration
  /** Internal. */
  readonly graph = new DStreamGraph()
  /** Internal. */
  readonly clock: Clock
  /** Internal. */
  readonly events = new EventBus<StreamingEvent>()
  /** Internal. */
  readonly receiverTracker = new ReceiverTracker()
  /** Internal. */
  readonly inputInfo = new InputInfoTracker()
  private readonly site: CallSite
  private readonly waiter = new Waiter()
  private readonly listeners = new Map<StreamingListener, () => void>()
  private state: StreamingContextState = 'INITIALIZED'
  private checkpointFolder: string | undefined
  private scheduler: JobScheduler | undefined
  private generator: JobGenerator | undefined
  private stopping: Promise<void> | undefined
  private forgetSignals: (() => void) | undefined

  constructor(context: SparkContext | SparkConf, batchDuration: Duration, options?: StreamingOptions)
  constructor(master: string, appName: string, batchDuration: Duration, options?: StreamingOptions)
  constructor(...args: ContextArguments) {
    this.site = CallSite.capture('StreamingContext')
    const { sparkContext, batchDuration, options } = contextFrom(args)
    this.sparkContext = sparkContext
    this.batchDuration = batchDuration
    this.clock = options.clock ?? systemClock
    Object.defineProperty(this, Symbol.for('millrace.refuse'), { value: 'a StreamingContext' })
    const folder = readSetting(this.conf, 'spark.streaming.checkpoint.directory')
    if (folder !== undefined) this.checkpoint(folder)
  }

  /** The context that was started and not stopped, if there is one. Counterpart: StreamingContext.getActive. */
  static getActive(): StreamingContext | undefined { return active }

  /** Internal. */
  get conf(): SparkConf { return this.sparkContext.conf }
  /** Internal. */
  get checkpointDirectory(): string | undefined { return this.checkpointFolder }
  /** Internal. */
  get unpersistsForgotten(): boolean { return readSetting(this.conf, 'spark.streaming.unpersist') }

  /** `'INITIALIZED'`, `'ACTIVE'` or `'STOPPED'`. */
  getState(): StreamingContextState { return this.state }

  /** Internal: how many batches have run since the start. */
  completedBatchCount = 0
  /** Internal: the first error that a batch gave. */
  get firstError(): { readonly thrown: unknown } | undefined { return this.waiter.failure }
  /** Internal: resolves when every batch that was generated has run. */
  async idle(): Promise<void> { await this.scheduler?.idle() }

  /** Internal: throws once streams can no longer be added. */
  requireOpenForChanges(site: CallSite): void {
    if (this.state === 'INITIALIZED') return
    const when = this.state === 'ACTIVE' ? 'starting' : 'stopping'
    throw new IllegalStateError(
      `Adding new inputs, transformations, and output operations after ${when} a context is not supported`, { at: site.toString() })
  }

  /**
   * Sets the folder for checkpoints, here and in the SparkContext; null takes it away again.
   * Counterpart: StreamingContext.checkpoint.
   */
  checkpoint(directory: string | null): void {
    if (directory === null) {
      this.checkpointFolder = undefined
      return
    }
    if (typeof directory !== 'string' || directory === '') throw new IllegalArgumentError('checkpoint takes the path of a folder, or null')
    this.sparkContext.setCheckpointDir(directory)
    this.checkpointFolder = directory
  }

  /** Keeps every RDD of every stream for at least so long. Throws IllegalArgumentError the second time. */
  remember(duration: Duration): void { this.graph.remember(requireDuration(duration, 'the remember duration')) }

  /** Tells `listener` of everything that happens from now on. Counterpart: addStreamingListener. */
  addStreamingListener(listener: StreamingListener): void {
    this.listeners.get(listener)?.()
    this.listeners.set(listener, this.events.subscribe(event => tell(listener, event)))
  }

  removeStreamingListener(listener: StreamingListener): void {
    this.listeners.get(listener)?.()
    this.listeners.delete(listener)
  }

  /** The events of this stream as an rxjs Observable. */
  get events$(): Observable<StreamingEvent> { return this.events.events$ }

  /**
   * Validates the program and starts it: receivers first, then the batch clock. Starting an active context only warns.
   * Throws IllegalStateError when it was stopped or when another context is active, IllegalArgumentError when the
   * program cannot run; after a failed start the context is stopped.
   */
  async start(): Promise<void> {
    if (this.state === 'ACTIVE') {
      log.warn('StreamingContext has already been started')
      return
    }
    const at = CallSite.capture('start').toString()
    if (this.state === 'STOPPED') throw new IllegalStateError('StreamingContext has already been stopped', { at })
    if (active !== undefined) {
      throw new IllegalStateError(
        `Only one StreamingContext may be started in this JVM. Currently running StreamingContext was started at ${active.site.location}.`, { at })
    }
    this.sparkContext.requireRunning()
    // Active from here on, so that a second call while this one awaits is seen as a second start.
    this.state = 'ACTIVE'
    active = this
    try {
      this.graph.validate()
      await this.startComponents()
    } catch (error) {
      await this.stopComponents(false)
      this.state = 'STOPPED'
      if (active === this) active = undefined
      throw error
    }
    announceStart(this)
    this.forgetSignals = onShutdownSignal(() => {
      const stopGracefully = readSetting(this.conf, 'spark.streaming.stopGracefullyOnShutdown')
      return this.stop({ stopSparkContext: true, stopGracefully })
    })
  }

  private async startComponents(): Promise<void> {
    const { clock, events, graph, batchDuration, receiverTracker: tracker, inputInfo } = this
    const { localProperties } = this.sparkContext
    const onError = (message: string, error: unknown): void => {
      log.error(`${message}: ${String((error as Error)?.message ?? error)}`)
      this.waiter.fail(error)
    }
    const properties = Object.fromEntries(Object.entries(localProperties.current)
      .filter(([key]) => !key.startsWith('spark.jobGroup') && key !== 'spark.job.description' && key !== 'spark.job.interruptOnCancel'))
    this.scheduler = new JobScheduler({
      concurrentJobs: readSetting(this.conf, 'spark.streaming.concurrentJobs'), clock, events, localProperties, properties, onError,
      onBatchStatistics: () => { this.completedBatchCount++ },
      onBatchCompleted: set => this.generator?.onBatchCompleted(set),
    })
    this.generator = new JobGenerator({ clock, batchDuration, graph, tracker, scheduler: this.scheduler, inputInfo, onError })
    await tracker.start()
    await this.generator.start()
    if (this.events.hasListeners) this.events.post({ type: 'streamingStarted', time: clock.now() })
  }

  /** Resolves when the stream has stopped; rejects with the first error that a batch gave. */
  async awaitTermination(): Promise<void> { await this.waiter.wait() }

  /** True: the stream has stopped. False: `ms` are over. Rejects with the first error that a batch gave. */
  async awaitTerminationOrTimeout(ms: number): Promise<boolean> {
    if (typeof ms !== 'number' || !(ms >= 0)) {
      throw new IllegalArgumentError(`awaitTerminationOrTimeout takes milliseconds, got ${String(ms)}`, { hint: 'awaitTerminationOrTimeout(Seconds(10).milliseconds)' })
    }
    return this.waiter.wait(sleep(systemClock, ms))
  }

  /**
   * Stops the stream, and the SparkContext unless said otherwise. Gracefully: everything received is processed first.
   * A context that was never started or has stopped already is not stopped again, but its SparkContext is.
   * Counterpart: StreamingContext.stop.
   */
  stop(options?: StopOptions): Promise<void>
  stop(stopSparkContext?: boolean, stopGracefully?: boolean): Promise<void>
  async stop(first?: boolean | StopOptions, second = false): Promise<void> {
    if (this.events.isDelivering) {
      throw new SparkError('Cannot stop StreamingContext within listener bus thread.', {
        hint: 'Stop it from outside the listener, for example with setImmediate(() => ssc.stop()).',
      })
    }
    const options = typeof first === 'object' && first !== null ? first : { stopSparkContext: first, stopGracefully: second }
    const stopSparkContext = options.stopSparkContext ?? readSetting(this.conf, 'spark.streaming.stopSparkContextByDefault')
    if (this.state === 'ACTIVE') {
      this.stopping ??= this.shutDown(options.stopGracefully ?? false)
      await this.stopping
    } else {
      log.warn(this.state === 'STOPPED' ? 'StreamingContext has already been stopped' : 'StreamingContext has not been started yet')
      this.state = 'STOPPED'
    }
    if (stopSparkContext) await this.sparkContext.stop()
  }

  private async shutDown(gracefully: boolean): Promise<void> {
    try {
      await this.stopComponents(gracefully)
    } finally {
      this.forgetSignals?.()
      this.state = 'STOPPED'
      if (active === this) active = undefined
      this.waiter.stop()
    }
  }

  private async stopComponents(gracefully: boolean): Promise<void> {
    if (!gracefully) this.generator?.stop()
    await this.receiverTracker.stop()
    if (gracefully) await this.drain()
    this.scheduler?.stop()
    await this.graph.stop()
  }

  /** Waits until what was received has been processed, or until the time for it is over. */
  private async drain(): Promise<void> {
    const timeoutMs = readSetting(this.conf, 'spark.streaming.gracefulStopTimeout') ?? 10 * this.batchDuration.milliseconds
    let finished = false
    const work = (async () => {
      await this.generator?.stopGracefully()
      await this.scheduler?.idle()
      finished = true
    })()
    const timeout = new Promise<void>(resolve => { systemClock.schedule(systemClock.now() + timeoutMs, resolve, { unref: true }) })
    await Promise.race([work, timeout])
    if (!finished) log.warn('Timed out while stopping the job generator')
    this.generator?.stop()
  }

  /** `await using ssc = ...` stops it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> { return this.stop() }
}
