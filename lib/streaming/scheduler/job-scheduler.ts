/**
 * Runs the jobs of batches: batches in time order, jobs of a batch in definition order, `concurrentJobs` at a time. A job
 * that fails is reported and stops nothing. Batches wait here when processing is slower than the interval; none is dropped.
 */
import type { Clock } from '../../base/clock'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import type { EventBus } from '../../events/bus'
import type { LocalProperties, Properties } from '../../rdd/context/local-properties'
import { batchInfoOf, type StreamingEvent } from '../events'
import type { BatchJob, JobSet } from './job'

const log = logFor('JobScheduler')

export const batchTimeKey = 'spark.streaming.internal.batchTime'
export const outputOpIdKey = 'spark.streaming.internal.outputOpId'

interface Options {
  readonly concurrentJobs: number
  readonly clock: Clock
  readonly events: EventBus<StreamingEvent>
  readonly localProperties: LocalProperties
  /** The properties of the flow that started the context: every job has them. */
  readonly properties: Properties
  readonly onError: (message: string, error: unknown) => void
  /** Called before the batch's completion is told to anyone. */
  readonly onBatchStatistics: () => void
  readonly onBatchCompleted: (set: JobSet) => void
}

interface Queued { readonly set: JobSet, readonly job: BatchJob }

export class JobScheduler {
  private readonly queue: Queued[] = []
  private readonly unfinished = new Map<number, { readonly set: JobSet, left: number }>()
  private active = 0
  private isStopped = false
  private waiting: (() => void)[] = []

  constructor(private readonly options: Options) {}

  get pendingTimes(): number[] { return [...this.unfinished.keys()] }

  submit(set: JobSet): void {
    if (set.jobs.length === 0) {
      log.info(`No jobs added for time ${set.time}`)
      return
    }
    this.unfinished.set(set.time.milliseconds, { set, left: set.jobs.length })
    if (this.unfinished.size === limits.queuedBatchesMax) {
      log.warn(`${limits.queuedBatchesMax} batches wait for their turn: processing takes longer than the batch interval`)
    }
    this.post('batchSubmitted', set)
    for (const job of set.jobs) this.queue.push({ set, job })
    this.pump()
  }

  /** Resolves when every submitted batch has run, or at once when stopped. */
  idle(): Promise<void> {
    if (this.unfinished.size === 0 || this.isStopped) return Promise.resolve()
    return new Promise(resolve => this.waiting.push(resolve))
  }

  /** Starts no further job. */
  stop(): void {
    this.isStopped = true
    this.queue.length = 0
    this.wake()
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  private pump(): void {
    while (!this.isStopped && this.active < this.options.concurrentJobs && this.queue.length > 0) {
      this.active++
      void this.run(this.queue.shift()!)
    }
  }

  private async run({ set, job }: Queued): Promise<void> {
    this.begin(set, job)
    try {
      const { localProperties, properties } = this.options
      await localProperties.run(
        { ...properties, [batchTimeKey]: String(set.time.milliseconds), [outputOpIdKey]: String(job.outputOpId) },
        job.job.run)
    } catch (error) {
      job.error = { thrown: error }
    }
    this.active--
    this.finish(set, job)
    this.pump()
  }

  private begin(set: JobSet, job: BatchJob): void {
    const now = this.options.clock.now()
    job.startTime = now
    if (set.processingStartTime === undefined) {
      set.processingStartTime = now
      this.post('batchStarted', set)
    }
    this.postOperation('outputOperationStarted', set, job)
  }

  private finish(set: JobSet, job: BatchJob): void {
    job.endTime = this.options.clock.now()
    this.postOperation('outputOperationCompleted', set, job)
    const entry = this.unfinished.get(set.time.milliseconds)!
    if (--entry.left === 0) {
      set.processingEndTime = this.options.clock.now()
      this.unfinished.delete(set.time.milliseconds)
      this.options.onBatchStatistics()
      this.post('batchCompleted', set)
      this.options.onBatchCompleted(set)
    }
    if (job.error !== undefined && !this.isStopped) {
      this.options.onError(`Error running job ${job.outputOpId} of the batch at ${set.time} (${job.job.site})`, job.error.thrown)
    }
    if (this.unfinished.size === 0) this.wake()
  }

  private post(type: 'batchSubmitted' | 'batchStarted' | 'batchCompleted', set: JobSet): void {
    if (this.options.events.hasListeners) this.options.events.post({ type, batchInfo: batchInfoOf(set, failureText) })
  }

  private postOperation(type: 'outputOperationStarted' | 'outputOperationCompleted', set: JobSet, job: BatchJob): void {
    if (!this.options.events.hasListeners) return
    const outputOperationInfo = batchInfoOf(set, failureText).outputOperationInfos.get(job.outputOpId)!
    this.options.events.post({ type, outputOperationInfo })
  }
}

export function failureText(thrown: unknown): string {
  try { return String((thrown as Error)?.stack ?? thrown) } catch { return 'something was thrown that cannot be shown' }
}
