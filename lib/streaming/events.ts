/**
 * What a stream says while it runs. Times are in milliseconds since the epoch, undefined until known.
 * Counterpart: org.apache.spark.streaming.scheduler.StreamingListenerEvent and its data.
 */
import type { Time } from '../base/time'
import type { JobSet, StreamInputInfo } from './scheduler/job'

export type { StreamInputInfo } from './scheduler/job'

/** One output operation of one batch. */
export interface OutputOperationInfo {
  readonly batchTime: Time
  readonly id: number
  readonly name: string
  readonly description: string
  readonly startTime: number | undefined
  readonly endTime: number | undefined
  readonly failureReason: string | undefined
  readonly duration: number | undefined
}

/** A receiver, and the last error it reported. */
export interface ReceiverInfo {
  readonly streamId: number
  readonly name: string
  readonly active: boolean
  readonly location: string
  readonly executorId: string
  readonly lastErrorMessage: string
  readonly lastError: string
  readonly lastErrorTime: number
}

/** A batch as listeners see it: what came in, and how long it waited and ran. */
export class BatchInfo {
  constructor(
    readonly batchTime: Time,
    readonly streamIdToInputInfo: ReadonlyMap<number, StreamInputInfo>,
    readonly submissionTime: number,
    readonly processingStartTime: number | undefined,
    readonly processingEndTime: number | undefined,
    readonly outputOperationInfos: ReadonlyMap<number, OutputOperationInfo>,
  ) {}

  /** How long the batch waited for its turn. */
  get schedulingDelay(): number | undefined {
    return this.processingStartTime === undefined ? undefined : this.processingStartTime - this.submissionTime
  }

  get processingDelay(): number | undefined {
    return this.processingStartTime === undefined || this.processingEndTime === undefined
      ? undefined : this.processingEndTime - this.processingStartTime
  }

  get totalDelay(): number | undefined {
    return this.processingEndTime === undefined ? undefined : this.processingEndTime - this.submissionTime
  }

  /** Records of all inputs together. */
  get numRecords(): number {
    let sum = 0
    for (const info of this.streamIdToInputInfo.values()) sum += info.numRecords
    return sum
  }
}

/** Everything that a stream tells, as `ssc.events$` emits it. */
export type StreamingEvent =
  | { readonly type: 'streamingStarted', readonly time: number }
  | { readonly type: 'batchSubmitted' | 'batchStarted' | 'batchCompleted', readonly batchInfo: BatchInfo }
  | { readonly type: 'outputOperationStarted' | 'outputOperationCompleted', readonly outputOperationInfo: OutputOperationInfo }
  | { readonly type: 'receiverStarted' | 'receiverError' | 'receiverStopped', readonly receiverInfo: ReceiverInfo }

export function batchInfoOf(set: JobSet, failureText: (thrown: unknown) => string): BatchInfo {
  const operations = new Map<number, OutputOperationInfo>()
  for (const job of set.jobs) {
    operations.set(job.outputOpId, {
      batchTime: set.time, id: job.outputOpId, name: job.job.site.toString(), description: job.job.site.toString(),
      startTime: job.startTime, endTime: job.endTime,
      failureReason: job.error === undefined ? undefined : failureText(job.error.thrown),
      duration: job.startTime === undefined || job.endTime === undefined ? undefined : job.endTime - job.startTime,
    })
  }
  return new BatchInfo(set.time, set.inputInfo, set.submissionTime, set.processingStartTime, set.processingEndTime, operations)
}
