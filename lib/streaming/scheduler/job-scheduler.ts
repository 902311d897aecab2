/**
 * Runs the jobs of batches: batches in time order, jobs of a batch in definition order, `concurrentJobs` at a
 * time. A job that fails is reported and stops nothing. Batches wait here when processing is slower than the
 * interval; none is dropped.
 */
import type { Clock } from '../../base/clock'
import { killPoint } from '../../base/kill-points'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import type { EventBus } from '../../events/bus'
import { jobDescriptionKey } from '../../rdd/context/jobs'
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
  /** Makes durable that the batch has ended, before anyone is told; what it gives is an error that the batch has. */
  readonly commit: ((set: JobSet) => Promise<{ readonly thrown: unknown } | undefined>) | undefined
}

interface Unfinished {
  readonly set: JobSet
  left: number
  /** Called when the batch is complete. */
  readonly waiting: (() => void)[]
}

interface Queued { readonly set: JobSet, readonly job: BatchJob }

export class JobScheduler {
  private queue: Queued[] = []
  private readonly running = new Set<Queued>()
  private readonly unfinished = new Map<number, Unfinished>()
  private isStopped = false
  /** It was said that batches wait; it is not said again before half of them have run. */
  private isBehind = false
  private waiting: (() => void)[] = []
  private waitingForRoom: (() => void)[] = []

  constructor(private readonly options: Options) {}

  get pendingTimes(): number[] { return [...this.unfinished.keys()] }

  submit(set: JobSet): void {
    if (this.isStopped) return
    if (set.jobs.length === 0) {
      log.info(`No jobs added for time ${set.time}`)
      return
    }
    this.unfinished.set(set.time.milliseconds, { set, left: set.jobs.length, waiting: [] })
    if (this.unfinished.size === limits.queuedBatchesMax && !this.isBehind) {
      this.isBehind = true
      log.warn(`${limits.queuedBatchesMax} batches wait for their turn (queuedBatchesMax): processing takes longer than the`
        + ' batch interval. Further ones are generated when there is room.')
    }
    this.post('batchSubmitted', set)
    for (const job of set.jobs) this.queue.push({ set, job })
    this.pump()
  }

  /** Resolves when one more batch may wait here, or at once when stopped. */
  async room(): Promise<void> {
    while (this.unfinished.size >= limits.queuedBatchesMax && !this.isStopped) {
      await new Promise<void>(resolve => this.waitingForRoom.push(resolve))
    }
  }

  /** True when the flow with these properties is that of a job that still runs. */
  isInside({ [batchTimeKey]: batch, [outputOpIdKey]: operation }: Properties): boolean {
    if (batch === undefined) return false
    for (const { set, job } of this.running) {
      if (String(set.time.milliseconds) === batch && String(job.outputOpId) === operation) return true
    }
    return false
  }

  /**
   * Resolves when every job that was submitted has run; after a stop, when every job that was begun has
   * ended.
   */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve()
    return new Promise(resolve => this.waiting.push(resolve))
  }

  private get isIdle(): boolean { return this.queue.length === 0 && this.running.size === 0 }

  /** Starts no further job. */
  stop(): void {
    this.isStopped = true
    this.queue = []
    for (const { waiting } of this.unfinished.values()) for (const resolve of waiting.splice(0)) resolve()
    this.wake()
  }

  private wake(): void {
    for (const resolve of this.waitingForRoom.splice(0)) resolve()
    if (this.isIdle) for (const resolve of this.waiting.splice(0)) resolve()
  }

  private pump(): void {
    while (!this.isStopped && this.running.size < this.options.concurrentJobs && this.queue.length > 0) {
      void this.run(this.queue.shift()!)
    }
  }

  private async run(queued: Queued): Promise<void> {
    const { set, job } = queued
    this.running.add(queued)
    this.begin(set, job)
    killPoint('job.begin')
    try {
      await this.options.localProperties.run(this.propertiesOf(set, job), job.job.run)
    } catch (error) {
      job.error = { thrown: error }
    }
    killPoint('job.done')
    job.endTime = this.options.clock.now()
    this.postOperation('outputOperationCompleted', set, job)
    const entry = this.unfinished.get(set.time.milliseconds)!
    const isLast = --entry.left === 0
    if (isLast && this.options.commit !== undefined) {
      await this.earlierBatches(set)
      await this.commit(set, this.options.commit)
    }
    this.running.delete(queued)
    if (isLast) this.complete(set, job.endTime)
    if (job.error !== undefined && !this.isStopped) {
      this.options.onError(`Error running job ${job.outputOpId} of the batch at ${set.time} (${job.job.site})`, job.error.thrown)
    }
    this.pump()
    this.wake()
  }

  /** Batches are committed in the order of their times, though jobs of several may run at once. */
  private async earlierBatches(set: JobSet): Promise<void> {
    for (const { set: earlier, waiting } of [...this.unfinished.values()]) {
      if (earlier === set) return
      if (this.unfinished.has(earlier.time.milliseconds) && !this.isStopped) await new Promise<void>(resolve => waiting.push(resolve))
    }
  }

  private async commit(set: JobSet, commit: NonNullable<Options['commit']>): Promise<void> {
    killPoint('batch.done')
    try {
      const failure = await this.options.localProperties.run(this.options.properties, () => commit(set))
      killPoint('batch.committed')
      if (failure === undefined) return
      const last = set.jobs.at(-1)!
      // The same error that an output operation has met is told once.
      if (set.jobs.some(job => job.error !== undefined)) return
      last.error = failure
    } catch (error) {
      set.jobs.at(-1)!.error ??= { thrown: error }
    }
  }

  private complete(set: JobSet, endTime: number): void {
    set.processingEndTime = endTime
    const { waiting } = this.unfinished.get(set.time.milliseconds)!
    this.unfinished.delete(set.time.milliseconds)
    if (this.unfinished.size <= limits.queuedBatchesMax / 2) this.isBehind = false
    for (const resolve of waiting) resolve()
    this.options.onBatchStatistics()
    this.post('batchCompleted', set)
    this.options.onBatchCompleted(set)
    killPoint('batch.completed')
  }

  private propertiesOf(set: JobSet, job: BatchJob): Properties {
    return {
      ...this.options.properties,
      [batchTimeKey]: String(set.time.milliseconds),
      [outputOpIdKey]: String(job.outputOpId),
      [jobDescriptionKey]: `Streaming job from [output operation ${job.outputOpId}, batch time ${set.time}]`,
    }
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
