/** statusTracker: what jobs and stages are doing, to be asked at any time. */
import type { JobExecutionStatus, StatusStore } from '../../events/status-store'
import { jobGroupKey, jobTagsKey } from './jobs'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /** What jobs and stages are doing. Counterpart: SparkContext.statusTracker. */
    readonly statusTracker: SparkStatusTracker
  }
}

/** Counterpart: org.apache.spark.SparkJobInfo. */
export interface SparkJobInfo {
  readonly jobId: number
  /** The stages that have begun so far. */
  readonly stageIds: readonly number[]
  readonly status: JobExecutionStatus
}

/** Counterpart: org.apache.spark.SparkStageInfo. Times are in milliseconds since 1970. */
export interface SparkStageInfo {
  readonly stageId: number
  readonly currentAttemptId: number
  readonly submissionTime: number
  readonly name: string
  readonly numTasks: number
  readonly numActiveTasks: number
  readonly numCompletedTasks: number
  readonly numFailedTasks: number
}

/** Knows the last 1,000 jobs and stages. Counterpart: org.apache.spark.SparkStatusTracker. */
export class SparkStatusTracker {
  /** Internal. */
  constructor(private readonly store: StatusStore) {}

  getActiveJobIds(): number[] {
    return this.store.allJobs().filter(({ status }) => status === 'RUNNING').map(({ jobId }) => jobId)
  }

  getActiveStageIds(): number[] {
    return this.store.allStages().filter(stage => stage.completionTime === undefined)
      .map(({ info }) => info.stageId)
  }

  /** Known jobs of a group, running or ended; without a group those that belong to none. */
  getJobIdsForGroup(groupId?: string | null): number[] {
    const wanted = groupId ?? undefined
    return this.store.allJobs().filter(({ properties }) => properties[jobGroupKey] === wanted)
      .map(({ jobId }) => jobId)
  }

  /** Known jobs with a tag, running or ended. */
  getJobIdsForTag(tag: string): number[] {
    const hasTag = (tags: string | undefined): boolean => tags !== undefined && tags.split(',').includes(tag)
    return this.store.allJobs().filter(({ properties }) => hasTag(properties[jobTagsKey]))
      .map(({ jobId }) => jobId)
  }

  /** Undefined for a job that is not known, or not any more. */
  getJobInfo(jobId: number): SparkJobInfo | undefined {
    const job = this.store.job(jobId)
    return job === undefined ? undefined : { jobId, stageIds: [...job.stageIds], status: job.status }
  }

  /** Undefined for a stage that is not known, or not any more. */
  getStageInfo(stageId: number): SparkStageInfo | undefined {
    const stage = this.store.stage(stageId)
    if (stage === undefined) return undefined
    const { info, submissionTime, numActiveTasks, numCompletedTasks, numFailedTasks } = stage
    const { attempt: currentAttemptId, name, numTasks } = info
    return { stageId, currentAttemptId, submissionTime, name, numTasks, numActiveTasks, numCompletedTasks,
      numFailedTasks }
  }
}

Object.defineProperty(SparkContext.prototype, 'statusTracker', {
  get(this: SparkContext): SparkStatusTracker { return new SparkStatusTracker(this.jobs.status) },
  configurable: true,
})
