/**
 * The StreamingContext: from settings to a running stream and back. It owns the graph, the clock, the batch
 * generator and the scheduler, and holds to one order of states.
 *
 *   INITIALIZED --start()--> ACTIVE --stop()--> STOPPED
 *        |                                         ^
 *        +---------- stop(), or a failed start ----+
 */
import { CallSite } from '../base/call-site'
import { systemClock, type Clock } from '../base/clock'
import { Duration, requireDuration } from '../base/duration'
import { IllegalArgumentError, IllegalStateError, SparkError } from '../base/errors'
import { logFor } from '../base/log'
import { readSetting } from '../conf/settings'
import { SparkConf } from '../conf/spark-conf'
import { EventBus } from '../events/bus'
import type { Disk } from '../disk/disk'
import { allFiles } from '../disk/files'
import { SparkContext } from '../rdd/context/spark-context'
import { announceStart } from './announce'
import { contextFrom, type ContextArguments, type StreamingOptions } from './context-arguments'
import { errorText } from './error-text'
import type { StreamingEvent } from './events'
import { openCheckpointer, type Recovery } from './checkpoint/recovery'
import { DurableAccumulators } from './checkpoint/durable-accumulators'
import { contextMadeBy, type ContextMaker, type RecoveryOptions } from './get-or-create'
import { DStreamGraph } from './graph'
import { requireListener, tell, type StreamingListener } from './listener'
import { BatchOutputs } from './outputs/batch-outputs'
import { ReceiverTracker } from './receivers/receiver-tracker'
import { InputInfoTracker } from './scheduler/input-info-tracker'
import { StreamRun } from './scheduler/stream-run'
import { Waiter } from './scheduler/waiter'
import { onShutdownSignal } from './shutdown'

const log = logFor('StreamingContext')

/** Where a context is in its life: it goes from left to right, and never back. */
export type StreamingContextState = 'INITIALIZED' | 'ACTIVE' | 'STOPPED'

/** What `ssc.stop` takes, in words. */
export interface StopOptions {
  /** Whether the SparkContext stops too; spark.streaming.stopSparkContextByDefault (true) unless said. */
  readonly stopSparkContext?: boolean
  /** Whether everything received is processed first. Default false. */
  readonly stopGracefully?: boolean
}

const exitCodeOfFailure = 1
const brand = Symbol.for('millrace.streamingContext')
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
  /** Internal. */
  readonly durableAccumulators = new DurableAccumulators()
  /** Internal. */
  readonly batchOutputs = new BatchOutputs()
  /** Internal: where checkpoints are. */
  readonly disk: Disk
  /** Internal: what an earlier run has left, when this context is to go on with it. */
  recovery: Recovery | undefined
  private readonly site: CallSite
  private readonly waiter = new Waiter()
  private readonly listeners = new Map<StreamingListener, () => void>()
  private state: StreamingContextState = 'INITIALIZED'
  private checkpointFolder: string | undefined
  /** Internal: called when the stream has stopped. */
  readonly whenStopped = new Set<() => void>()
  private run: StreamRun | undefined
  private starting: Promise<void> | undefined
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
    this.disk = options.disk ?? allFiles
    Object.defineProperty(this, brand, { value: true })
    Object.defineProperty(this, Symbol.for('millrace.refuse'), { value: 'a StreamingContext' })
    const folder = readSetting(this.conf, 'spark.streaming.checkpoint.directory')
    if (folder !== undefined) this.checkpoint(folder)
  }

  /** True for every StreamingContext, also one from another copy of the package. */
  static is(value: unknown): value is StreamingContext {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /**
   * The context that was started and not stopped, if there is one. Counterpart: StreamingContext.getActive.
   */
  static getActive(): StreamingContext | undefined { return active }

  /**
   * The context that `create` makes, to go on where the program before it stopped when `directory` holds its checkpoint:
   * unfinished batches run again with the input they had, states are as they were after the last batch. `create` always
   * runs: it sets up the whole program, and may be async. Rejects with IllegalArgumentError when it returns no
   * StreamingContext, and with LogDamagedError when the folder is damaged. A program that does not fit the checkpoint is
   * refused by `start`. Counterpart: StreamingContext.getOrCreate.
   * @example
   * ```ts
   * import { Seconds, StreamingContext } from 'millrace'
   * const ssc = await StreamingContext.getOrCreate('checkpoints', () => {
   *   const fresh = new StreamingContext('local', 'recoverable', Seconds(1))
   *   fresh.socketTextStream('localhost', 9999).print()
   *   return fresh
   * })
   * await ssc.start()
   * ```
   */
  static async getOrCreate(directory: string, create: ContextMaker, options?: RecoveryOptions): Promise<StreamingContext> {
    return contextMadeBy('getOrCreate', create, directory, options)
  }

  /**
   * The active context; without one, what `getOrCreate(directory, create, options)` gives, or what `create` makes when
   * there is no directory. Counterpart: StreamingContext.getActiveOrCreate.
   */
  static getActiveOrCreate(create: ContextMaker): Promise<StreamingContext>
  static getActiveOrCreate(directory: string, create: ContextMaker, options?: RecoveryOptions): Promise<StreamingContext>
  static async getActiveOrCreate(...args: readonly unknown[]): Promise<StreamingContext> {
    if (active !== undefined) return active
    const [directory, create, options] = args.length < 2 ? [undefined, args[0]] : args
    return contextMadeBy('getActiveOrCreate', create, directory, options)
  }

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
  async idle(): Promise<void> { await this.run?.scheduler.idle() }

  /**
   * Internal: an error that the program should hear of, though the stream goes on: awaitTermination rejects
   * with it.
   */
  reportFailure(message: string, error: unknown): void {
    log.error(`${message}: ${errorText(error)}`)
    this.waiter.fail(error)
  }

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
    requireListener(listener)
    this.listeners.get(listener)?.()
    this.listeners.set(listener, this.events.subscribe(event => tell(listener, event)))
  }

  removeStreamingListener(listener: StreamingListener): void {
    this.listeners.get(listener)?.()
    this.listeners.delete(listener)
  }

  /**
   * Validates the program and starts it: receivers first, then the batch clock. Starting an active context
   * only warns. Throws IllegalStateError when it was stopped or when another context is active,
   * IllegalArgumentError when the program cannot run; after a failed start the context is stopped.
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
        'Only one StreamingContext may be started in this JVM. Currently running StreamingContext was started at'
        + ` ${active.site.location}.`, { at })
    }
    // Active from here on, so that a second call while this one awaits is seen as a second start.
    this.state = 'ACTIVE'
    active = this
    this.starting = this.startComponents()
    await this.starting
    announceStart(this)
    this.forgetSignals = onShutdownSignal(() => {
      const stopGracefully = readSetting(this.conf, 'spark.streaming.stopGracefullyOnShutdown')
      return this.state === 'ACTIVE' ? this.stop({ stopSparkContext: true, stopGracefully }) : Promise.resolve()
    })
  }

  private async startComponents(): Promise<void> {
    try {
      this.sparkContext.requireRunning()
      this.graph.validate()
      const checkpointer = await openCheckpointer(this, error => this.endAfter(error))
      this.run = new StreamRun(this, {
        checkpointer,
        onError: (message, error) => this.reportFailure(message, error),
        onBatchStatistics: () => { this.completedBatchCount++ },
      })
      this.sparkContext.onStop(async () => { if (this.state === 'ACTIVE') await this.stop({ stopSparkContext: false }) })
      await this.run.start()
    } catch (error) {
      await this.run?.stop(false)
      this.setStopped()
      throw error
    }
  }

  /** What the disk has refused cannot be made good: the stream ends, and the process as one that failed. */
  private endAfter(error: unknown): void {
    process.exitCode = exitCodeOfFailure
    this.reportFailure('the stream ends, for its checkpoint cannot be written', error)
    this.stop().catch((failure: unknown) => log.error(`the stream could not be stopped: ${errorText(failure)}`))
  }

  /** Resolves when the stream has stopped; rejects with the first error that a batch gave. */
  async awaitTermination(): Promise<void> { await this.waiter.wait() }

  /** True: the stream has stopped. False: `ms` are over. Rejects with the first error that a batch gave. */
  async awaitTerminationOrTimeout(ms: number): Promise<boolean> {
    if (typeof ms !== 'number' || !(ms >= 0)) {
      throw new IllegalArgumentError(`awaitTerminationOrTimeout takes milliseconds, got ${String(ms)}`, {
        hint: 'awaitTerminationOrTimeout(Seconds(10).milliseconds)',
      })
    }
    return this.waiter.wait(ms)
  }

  /**
   * Stops the stream, and the SparkContext unless said otherwise. Gracefully: everything received is
   * processed first. A context that was never started or has stopped already is not stopped again, but its
   * SparkContext is. Within an output operation the promise resolves when no more batches are made, for the
   * batch that waits for it must end before the rest can; awaitTermination waits for all of it. Throws
   * SparkError within a listener. Counterpart: StreamingContext.stop.
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
    const { sparkContext, run } = this
    const stopped = this.stopAll(options.stopSparkContext, options.stopGracefully ?? false)
    if (run?.scheduler.isInside(sparkContext.localProperties.current) !== true) return stopped
    stopped.catch((error: unknown) => log.error(`the stream could not be stopped: ${errorText(error)}`))
    await Promise.race([stopped, run.generationEnded])
  }

  private async stopAll(stopSparkContext: boolean | undefined, gracefully: boolean): Promise<void> {
    // A start that is still going on is awaited: what fails in it has been told to its caller.
    await this.starting?.catch(() => undefined)
    if (this.state === 'ACTIVE') {
      this.stopping ??= this.shutDown(gracefully)
      await this.stopping
    } else {
      log.warn(this.state === 'STOPPED' ? 'StreamingContext has already been stopped' : 'StreamingContext has not been started yet')
      this.setStopped()
    }
    if (stopSparkContext ?? readSetting(this.conf, 'spark.streaming.stopSparkContextByDefault')) await this.sparkContext.stop()
  }

  private async shutDown(gracefully: boolean): Promise<void> {
    try {
      await this.run!.stop(gracefully)
    } finally {
      this.forgetSignals?.()
      this.setStopped()
    }
  }

  private setStopped(): void {
    this.state = 'STOPPED'
    if (active === this) active = undefined
    this.waiter.stop()
    for (const tellStopped of [...this.whenStopped]) tellStopped()
  }

  /** `await using ssc = ...` stops it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> { return this.stop() }
}
