/**
 * Runs the tasks of a stage one after another: attempts, accumulators, events. A task stays synchronous where it can,
 * and its accumulator updates count once, when it has succeeded.
 */
import type { Breather } from '../base/event-loop'
import type { CallSite } from '../base/call-site'
import type { Clock } from '../base/clock'
import { SparkError } from '../base/errors'
import { limits } from '../base/limits'
import type { EventBus } from '../events/bus'
import type { EngineEvent, StageInfo } from '../events/engine-events'
import { TaskFailure } from '../loop/task-failure'
import { mergeAccumulators } from '../rdd/accumulators/pending'
import type { Job } from '../rdd/runner'
import { TaskContext } from '../rdd/task-context'
import { jobFailure } from './job-failure'
import { ShuffleLost } from './shuffle/shuffle-output'
import { isPromise } from './maybe'
import { TaskGauge } from './task-gauge'

export interface StageWork {
  readonly job: Job
  readonly site: CallSite
  readonly rddId: number
  readonly partitions: readonly number[]
  readonly run: (partition: number, task: TaskContext) => unknown
  readonly onResult: (result: any, index: number) => void
  /** Called before a failed task is tried again: what it read may have to be made anew. */
  readonly beforeRetry: () => Promise<void>
}

interface Stage extends StageWork {
  readonly info: StageInfo
  cancelled: boolean
}

export class StageRunner {
  private readonly running = new Map<number, Stage>()
  private nextStageId = 0
  private nextTaskId = 0

  constructor(
    private readonly events: EventBus<EngineEvent>,
    private readonly clock: Clock,
    private readonly maxFailures: number,
  ) {}

  cancel(stageId: number): void {
    const stage = this.running.get(stageId)
    if (stage !== undefined) stage.cancelled = true
  }

  async run(work: StageWork, breather: Breather): Promise<void> {
    const stageId = this.nextStageId++
    const info: StageInfo = {
      stageId, attempt: 0, name: work.site.toString(), numTasks: work.partitions.length, rddIds: [work.rddId],
    }
    const stage: Stage = { ...work, info, cancelled: false }
    const jobId = work.job.id
    this.running.set(stageId, stage)
    if (this.events.hasListeners) this.events.post({ type: 'stageSubmitted', jobId, stage: info, time: this.clock.now() })
    let failureReason: string | undefined
    try {
      await this.runTasks(stage, breather)
    } catch (error) {
      failureReason = String((error as Error)?.message)
      throw error
    } finally {
      this.running.delete(stageId)
      if (this.events.hasListeners) this.events.post({ type: 'stageCompleted', jobId, stage: info, time: this.clock.now(), failureReason })
    }
  }

  private async runTasks(stage: Stage, breather: Breather): Promise<void> {
    for (let index = 0; index < stage.partitions.length; index++) {
      requireWanted(stage)
      const result = this.attempt(stage, stage.partitions[index]!, 0)
      stage.onResult(isPromise(result) ? await result : result, index)
      const pause = breather.pause()
      if (pause !== undefined) await pause
    }
  }

  /** `losses`: how often this attempt was begun anew because what it reads was gone. */
  private attempt(stage: Stage, partition: number, attempt: number, losses = 0): unknown {
    const task = new TaskContext(stage.info.stageId, partition, attempt, this.nextTaskId++, stage.job.properties)
    const gauge = this.events.hasListeners ? new TaskGauge(task) : undefined
    this.started(task)
    try {
      const result = task.runSync(() => stage.run(partition, task))
      if (!isPromise(result)) return this.succeeded(task, gauge, result)
      return result.then(value => this.succeeded(task, gauge, value), error => this.failed(stage, task, gauge, error, losses))
    } catch (error) {
      return this.failed(stage, task, gauge, error, losses)
    }
  }

  private succeeded(task: TaskContext, gauge: TaskGauge | undefined, result: unknown): unknown {
    task.complete()
    mergeAccumulators(task)
    this.ended(task, gauge, undefined)
    return result
  }

  private failed(stage: Stage, task: TaskContext, gauge: TaskGauge | undefined, error: unknown, losses: number): Promise<unknown> {
    task.complete()
    this.ended(task, gauge, error)
    if (isLoss(error) && losses < limits.taskLossesMax && !stage.job.signal.aborted) {
      return stage.beforeRetry().then(() => this.attempt(stage, task.partitionId, task.attemptNumber, losses + 1))
    }
    const attempts = task.attemptNumber + 1
    if (attempts >= this.maxFailures || stage.job.signal.aborted) {
      throw jobFailure(stage.job, { stageId: stage.info.stageId, partition: task.partitionId, attempts, error })
    }
    return stage.beforeRetry().then(() => this.attempt(stage, task.partitionId, attempts))
  }

  private started(task: TaskContext): void {
    if (!this.events.hasListeners) return
    this.events.post({ type: 'taskStart', stageId: task.stageId, partition: task.partitionId, attempt: task.attemptNumber, time: this.clock.now() })
  }

  private ended(task: TaskContext, gauge: TaskGauge | undefined, error: unknown): void {
    if (gauge === undefined) return
    this.events.post({
      type: 'taskEnd', stageId: task.stageId, partition: task.partitionId, attempt: task.attemptNumber, time: this.clock.now(), error,
      metrics: gauge.end(),
    })
  }
}

/** The task is not to blame: the shuffle that it reads has to be written again, which happens before the next attempt. */
function isLoss(error: unknown): boolean { return (error instanceof TaskFailure ? error.cause : error) instanceof ShuffleLost }

function requireWanted({ job, info, cancelled }: Stage): void {
  if (job.signal.aborted || cancelled) {
    throw new SparkError(`stage ${info.stageId} of job ${job.id} was cancelled`, { code: 'MR_JOB_CANCELLED' })
  }
}
