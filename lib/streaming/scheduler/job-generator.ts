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
import { killPoint } from '../../base/kill-points'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { Time } from '../../base/time'
import type { Checkpointer } from '../checkpoint/checkpointer'
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
  /** What a recovery needs is kept there; undefined without a checkpoint folder. */
  readonly checkpointer: Checkpointer | undefined
}

export class JobGenerator {
  private events: Promise<void> = Promise.resolve()
  private timer: Timer | undefined
  private isStopped = false
  private nextMs = 0
  /** Batches that keep their input: those that failed, and what came after them, until one succeeds. */
  private keptMs: number[] = []

  constructor(private readonly options: Options) {}

  /** The time before the first batch, the first whole interval after now, or where a recovered stream began. */
  zeroTime(): Time {
    const { clock, batchDuration, checkpointer } = this.options
    const intervalMs = batchDuration.milliseconds
    const fresh = new Time(Math.floor(clock.now() / intervalMs) * intervalMs)
    const zero = checkpointer?.zeroTime(fresh) ?? fresh
    this.nextMs = (checkpointer?.nextTime ?? zero.plus(batchDuration)).milliseconds
    return zero
  }

  /** Begins: with the batches that an earlier run has not ended, then with those that were due since, then as they are due. */
  async start(): Promise<void> {
    const { clock, batchDuration, checkpointer } = this.options
    const again = checkpointer?.unfinished ?? []
    const aheadMs = this.nextMs - clock.now()
    if (aheadMs > 2 * batchDuration.milliseconds) {
      log.warn(`The clock is ${aheadMs} ms behind the last batch of the run before: the next batch comes when it gets there, for no time comes twice`)
    }
    for (const time of again) {
      await this.post(async () => {
        await this.options.scheduler.room()
        if (!this.isStopped) await this.generate(time, true)
      })
    }
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

  /** `isAgain`: the batch got its input in an earlier run. */
  private async generate(time: Time, isAgain = false): Promise<void> {
    const { graph, tracker, scheduler, inputInfo, onError, clock, checkpointer } = this.options
    try {
      await graph.prepare(time)
      killPoint('batch.prepared')
      if (!isAgain) {
        tracker.allocateBlocksToBatch(time)
        killPoint('batch.blocksAllocated')
        await checkpointer?.allocate(time)
        killPoint('batch.allocated')
      }
      inputInfo.begin(time)
      const jobs = graph.generateJobs(time)
      killPoint('batch.generated')
      const set: JobSet = {
        time, jobs, inputInfo: inputInfo.take(), submissionTime: clock.now(),
        processingStartTime: undefined, processingEndTime: undefined,
      }
      scheduler.submit(set)
      if (jobs.length === 0) await this.endWithoutJobs(set)
    } catch (error) {
      inputInfo.take()
      this.keep(time.milliseconds)
      onError(`Error generating jobs for time ${time}`, error)
    }
  }

  private async endWithoutJobs(set: JobSet): Promise<void> {
    const failure = await this.options.checkpointer?.end(set)
    if (failure !== undefined) throw failure.thrown
    this.onBatchWithoutJobs(set.time)
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
    if (this.keptMs.push(batchMs) <= limits.failedBatchesMax) return
    const oldestMs = this.keptMs.shift()!
    log.warn(`${limits.failedBatchesMax} batches have failed one after another (failedBatchesMax): the one at ${oldestMs} ms will not run again`)
    this.forget(new Time(oldestMs))
    this.options.checkpointer?.drop(oldestMs).catch((error: unknown) => this.options.onError(`the batch at ${oldestMs} ms could not be dropped`, error))
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
