/**
 * What is known of a context's jobs and stages, put together from the engine's events alone. It follows every
 * event, so it keeps to counters, and forgets the oldest ended jobs and stages when there are many.
 */
import type { EventBus } from './bus'
import type { EngineEvent, StageInfo } from './engine-events'

/** Ended jobs, and ended stages, that are remembered. */
export const endedStatusesMax = 1_000

export type JobExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED'

export interface JobStatus {
  readonly jobId: number
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  readonly stageIds: readonly number[]
  readonly status: JobExecutionStatus
  readonly submissionTime: number
  readonly completionTime: number | undefined
  readonly error: unknown
}

export interface StageStatus {
  readonly info: StageInfo
  readonly jobId: number
  readonly submissionTime: number
  readonly completionTime: number | undefined
  readonly failureReason: string | undefined
  readonly numActiveTasks: number
  readonly numCompletedTasks: number
  readonly numFailedTasks: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export class StatusStore {
  private readonly jobs = new Map<number, Mutable<JobStatus>>()
  private readonly stages = new Map<number, Mutable<StageStatus>>()
  private readonly endedJobs: number[] = []
  private readonly endedStages: number[] = []

  constructor(events: EventBus<EngineEvent>) { events.subscribe(event => this.take(event)) }

  job(jobId: number): JobStatus | undefined { return this.jobs.get(jobId) }
  stage(stageId: number): StageStatus | undefined { return this.stages.get(stageId) }

  /** In the order of their ids. */
  allJobs(): readonly JobStatus[] { return [...this.jobs.values()] }
  allStages(): readonly StageStatus[] { return [...this.stages.values()] }

  private take(event: EngineEvent): void {
    switch (event.type) {
      case 'jobStart': return this.jobStarted(event)
      case 'jobEnd': return this.jobEnded(event)
      case 'stageSubmitted': return this.stageSubmitted(event)
      case 'stageCompleted': return this.stageCompleted(event)
      case 'taskStart': return this.taskStarted(event.stageId)
      case 'taskEnd': return this.taskEnded(event.stageId, event.error !== undefined)
    }
  }

  private jobStarted(event: EngineEvent & { type: 'jobStart' }): void {
    this.jobs.set(event.jobId, {
      // The name is asked for by few and costs a stack trace to make.
      get name() { return event.name },
      jobId: event.jobId, properties: event.properties, stageIds: [], status: 'RUNNING',
      submissionTime: event.time, completionTime: undefined, error: undefined,
    })
  }

  private jobEnded({ jobId, error, time }: EngineEvent & { type: 'jobEnd' }): void {
    const job = this.jobs.get(jobId)
    if (job === undefined) return
    job.status = error === undefined ? 'SUCCEEDED' : 'FAILED'
    job.completionTime = time
    job.error = error
    forgetOldest(this.endedJobs, jobId, this.jobs)
  }

  private stageSubmitted({ jobId, stage, time }: EngineEvent & { type: 'stageSubmitted' }): void {
    const job = this.jobs.get(jobId)
    if (job !== undefined && !job.stageIds.includes(stage.stageId)) {
      job.stageIds = [...job.stageIds, stage.stageId]
    }
    this.stages.set(stage.stageId, {
      info: stage, jobId, submissionTime: time, completionTime: undefined, failureReason: undefined,
      numActiveTasks: 0, numCompletedTasks: 0, numFailedTasks: 0,
    })
  }

  private stageCompleted({ stage, time, failureReason }: EngineEvent & { type: 'stageCompleted' }): void {
    const status = this.stages.get(stage.stageId)
    if (status === undefined) return
    status.completionTime = time
    status.failureReason = failureReason
    forgetOldest(this.endedStages, stage.stageId, this.stages)
  }

  private taskStarted(stageId: number): void {
    const stage = this.stages.get(stageId)
    if (stage !== undefined) stage.numActiveTasks++
  }

  private taskEnded(stageId: number, isFailed: boolean): void {
    const stage = this.stages.get(stageId)
    if (stage === undefined) return
    stage.numActiveTasks--
    if (isFailed) stage.numFailedTasks++
    else stage.numCompletedTasks++
  }
}

function forgetOldest(ended: number[], id: number, all: Map<number, unknown>): void {
  ended.push(id)
  if (ended.length > endedStatusesMax) all.delete(ended.shift()!)
}
