/**
 * The batch clock. At every whole interval it allocates what receivers have received, asks each output for
 * its job and submits the batch. One queue of events owns all this: callers only post, and events are handled
 * one after another. Every batch has its own time and none is skipped: after a stall those that are due
 * follow at once, and a clock that is set back brings no time a second time.
 *
 *   zero time      batch 1        batch 2
 *   |--------------|--------------|---->      a batch at t holds what came in (t - interval, t]
 */
import type { Clock, Timer } from '../../base/clock'
import type { Duration } from '../../base/duration'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { Time } from '../../base/time'
import { errorText } from '../error-text'
import type { DStreamGraph } from '../graph'
import type { ReceiverTracker } from '../receivers/receiver-tracker'
import type { InputInfoTracker } from './input-info-tracker'
import type { JobScheduler } from './job-scheduler'
import type { JobSet } from './job'

const log = logFor('JobGenerator')

interface Options {
  readonly clock: Clock
  readonly batchDuration: Duration
  readonly graph: DStreamGraph
  readonly tracker: ReceiverTracker
  readonly scheduler: JobScheduler
  readonly inputInfo: InputInfoTracker
  readonly onError: (message: string, error: unknown) => void
}

export class JobGenerator {
  private events: Promise<void> = Promise.resolve()
  private timer: Timer | undefined
  private isStopped = false
  private nextMs = 0
  /** Batches that keep their input: those that failed, and what came after them, until one succeeds. */
  private keptMs: number[] = []

  constructor(private readonly options: Options) {}

  /** Begins with the first whole interval after now. */
  async start(): Promise<void> {
    const { clock, batchDuration, graph } = this.options
    const intervalMs = batchDuration.milliseconds
    this.nextMs = (Math.floor(clock.now() / intervalMs) + 1) * intervalMs
    await graph.start(new Time(this.nextMs - intervalMs))
    this.schedule()
    log.info(`Started JobGenerator at ${this.nextMs} ms`)
  }

  private schedule(): void {
    if (!this.isStopped) this.timer = this.options.clock.schedule(this.nextMs, () => this.tick())
  }

  private async tick(): Promise<void> {
    await this.post(() => this.generateNext())
    this.schedule()
  }

  /** Handles `event` after all that were posted before it. */
  private post(event: () => void | Promise<void>): Promise<void> {
    this.events = this.events.then(event).catch((error: unknown) => {
      log.error(`an event of the batch clock failed: ${errorText(error)}`)
    })
    return this.events
  }

  private async generateNext(): Promise<void> {
    const { scheduler, batchDuration } = this.options
    // Later batches are not lost while too many wait: they are generated when there is room, with their own times.
    await scheduler.room()
    if (this.isStopped) return
    const time = new Time(this.nextMs)
    this.nextMs += batchDuration.milliseconds
    await this.generate(time)
  }

  private async generate(time: Time): Promise<void> {
    const { graph, tracker, scheduler, inputInfo, onError, clock } = this.options
    try {
      await graph.prepare(time)
      tracker.allocateBlocksToBatch(time)
      inputInfo.begin(time)
      const jobs = graph.generateJobs(time)
      scheduler.submit({
        time, jobs, inputInfo: inputInfo.take(), submissionTime: clock.now(),
        processingStartTime: undefined, processingEndTime: undefined,
      })
      if (jobs.length === 0) this.onBatchWithoutJobs(time)
    } catch (error) {
      inputInfo.take()
      this.keep(time.milliseconds)
      onError(`Error generating jobs for time ${time}`, error)
    }
  }

  /** Called when a batch has run: forgets what is old. */
  onBatchCompleted(set: JobSet): void {
    const isFailed = set.jobs.some(job => job.error !== undefined)
    void this.post(() => isFailed ? this.keep(set.time.milliseconds) : this.clear(set.time))
  }

  private onBatchWithoutJobs(time: Time): void {
    if (this.keptMs.length === 0) this.clear(time)
    else this.keep(time.milliseconds)
  }

  /**
   * A failed batch is kept until a later one succeeds; a stream that only fails must not keep everything,
   * though.
   */
  private keep(batchMs: number): void {
    if (this.keptMs.push(batchMs) > limits.failedBatchesMax) this.forget(new Time(this.keptMs.shift()!))
  }

  private clear(time: Time): void {
    for (const batchMs of this.keptMs.splice(0)) this.options.tracker.releaseBatch(batchMs)
    this.forget(time)
  }

  private forget(time: Time): void {
    const { graph, tracker } = this.options
    graph.clearMetadata(time)
    tracker.releaseBatch(time.milliseconds)
    tracker.cleanup(time.milliseconds - graph.maxBlockRememberMs)
  }

  /**
   * Stops the clock, with one batch more when something was received that no batch has. It has the time at
   * which it was due, though that may be still to come: the stop does not wait for it.
   */
  async stopGracefully(): Promise<void> {
    this.timer?.cancel()
    await this.post(async () => {
      if (this.isStopped) return
      const { tracker, graph } = this.options
      if (tracker.hasUnallocatedBlocks || await graph.hasMore(new Time(this.nextMs))) await this.generateNext()
    })
    this.stop()
  }

  stop(): void {
    this.isStopped = true
    this.timer?.cancel()
  }

  /** Resolves when the event that is being handled, and those that wait, are done. */
  settled(): Promise<void> { return this.events }
}
