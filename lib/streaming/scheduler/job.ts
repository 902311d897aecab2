/** The work of one output operation for one batch, and all such work of a batch. */
import type { CallSite } from '../../base/call-site'
import type { Time } from '../../base/time'

export interface Job {
  readonly time: Time
  /** The user's output operation. */
  readonly site: CallSite
  readonly run: () => unknown
}

/** What an input stream says about its part of a batch. Counterpart: StreamInputInfo. */
export interface StreamInputInfo {
  readonly inputStreamId: number
  readonly numRecords: number
  readonly metadata: Readonly<Record<string, unknown>>
  readonly metadataDescription?: string | undefined
}

export type JobState = 'waiting' | 'running' | 'done'

export interface BatchJob {
  /** The place of its output operation in the program, from 0. */
  readonly outputOpId: number
  readonly job: Job
  startTime: number | undefined
  endTime: number | undefined
  error: { readonly thrown: unknown } | undefined
}

export interface JobSet {
  readonly time: Time
  readonly jobs: readonly BatchJob[]
  readonly inputInfo: ReadonlyMap<number, StreamInputInfo>
  readonly submissionTime: number
  processingStartTime: number | undefined
  processingEndTime: number | undefined
}
