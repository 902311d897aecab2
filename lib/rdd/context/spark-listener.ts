/**
 * Listeners of the engine: objects with any of these methods, told of jobs, stages, tasks and blocks as they
 * come.
 */
import { logFor } from '../../base/log'
import type {
  EngineEvent, StageInfo as EngineStageInfo, TaskMetrics as EngineTaskMetrics,
} from '../../events/engine-events'
import { describe, refuse } from '../arguments'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /**
     * Tells `listener` of everything that happens from now on. What a listener throws is logged and disturbs
     * nobody.
     * Counterpart: SparkContext.addSparkListener.
     */
    addSparkListener(listener: SparkListener): void
    /** Tells it nothing more. Counterpart: SparkContext.removeSparkListener. */
    removeSparkListener(listener: SparkListener): void
  }
}

/** Counterpart: org.apache.spark.scheduler.StageInfo. */
export interface StageInfo {
  readonly stageId: number
  readonly attemptNumber: number
  readonly name: string
  readonly numTasks: number
  readonly rddIds: readonly number[]
  readonly submissionTime: number | undefined
  readonly completionTime: number | undefined
  readonly failureReason: string | undefined
}

/** Counterpart: org.apache.spark.scheduler.TaskInfo. Times are in milliseconds since 1970. */
export interface TaskInfo {
  /** The place of the task in its stage: its partition. */
  readonly index: number
  readonly partitionId: number
  readonly attemptNumber: number
  /** `index.attempt`. */
  readonly id: string
  readonly launchTime: number
  /** Undefined while it runs. */
  readonly finishTime: number | undefined
  readonly successful: boolean
  readonly failed: boolean
  /** In milliseconds; undefined while it runs. */
  readonly duration: number | undefined
}

/** Counterpart: org.apache.spark.executor.TaskMetrics. */
export interface SparkTaskMetrics {
  /** In milliseconds, as all times are. */
  readonly executorRunTime: number
  readonly executorDeserializeTime: number
  readonly jvmGCTime: number
  /** In bytes; 0 where results are not sent. */
  readonly resultSize: number
  readonly memoryBytesSpilled: number
  readonly diskBytesSpilled: number
  readonly inputMetrics: { readonly recordsRead: number }
  readonly shuffleReadMetrics: { readonly recordsRead: number, readonly totalBytesRead: number }
  readonly shuffleWriteMetrics: { readonly recordsWritten: number, readonly bytesWritten: number }
}

/** Counterpart: org.apache.spark.scheduler.SparkListener. Times are in milliseconds since 1970. */
export interface SparkListener {
  onApplicationStart?(
    event: { readonly appName: string, readonly appId: string, readonly time: number }): void
  onApplicationEnd?(event: { readonly time: number }): void
  onJobStart?(event: {
    readonly jobId: number, readonly time: number, readonly name: string,
    readonly properties: Readonly<Record<string, string>>
  }): void
  onJobEnd?(event: {
    readonly jobId: number, readonly time: number
    readonly jobResult: 'JobSucceeded' | { readonly exception: unknown }
  }): void
  onStageSubmitted?(event: { readonly jobId: number, readonly stageInfo: StageInfo }): void
  onStageCompleted?(event: { readonly jobId: number, readonly stageInfo: StageInfo }): void
  onTaskStart?(event: { readonly stageId: number, readonly stageAttemptId: number,
    readonly taskInfo: TaskInfo }): void
  onTaskEnd?(event: {
    readonly stageId: number, readonly stageAttemptId: number, readonly taskInfo: TaskInfo
    readonly reason: 'Success' | { readonly exception: unknown }, readonly taskMetrics: SparkTaskMetrics
  }): void
  onUnpersistRDD?(event: { readonly rddId: number }): void
  onBlockUpdated?(event: {
    readonly blockUpdatedInfo: { readonly blockId: string, readonly memSize: number,
      readonly diskSize: number }
  }): void
}

const log = logFor('SparkListener')
const subscriptions = new WeakMap<SparkContext, Map<SparkListener, () => void>>()

SparkContext.prototype.addSparkListener = function (listener: SparkListener): void {
  if (typeof listener !== 'object' || listener === null) {
    refuse('addSparkListener',
      `a listener is an object with methods such as onJobEnd, got ${describe(listener)}`)
  }
  let own = subscriptions.get(this)
  if (own === undefined) subscriptions.set(this, own = new Map())
  own.get(listener)?.()
  own.set(listener, this.events.subscribe(event => tell(this, listener, event)))
}

SparkContext.prototype.removeSparkListener = function (listener: SparkListener): void {
  const own = subscriptions.get(this)
  own?.get(listener)?.()
  own?.delete(listener)
}

function tell(context: SparkContext, listener: SparkListener, event: EngineEvent): void {
  const returned: unknown = call(context, listener, event)
  // A listener may be an async function although nobody waits for it.
  if (typeof (returned as any)?.then === 'function') {
    (returned as Promise<unknown>).then(undefined, error =>
      log.error(`a listener rejected: ${String(error)}`))
  }
}

function call(context: SparkContext, listener: SparkListener, event: EngineEvent): void {
  switch (event.type) {
    case 'applicationStart': return listener.onApplicationStart?.(event)
    case 'applicationEnd': return listener.onApplicationEnd?.(event)
    case 'jobStart': return listener.onJobStart?.(event)
    case 'jobEnd': return listener.onJobEnd?.({
      jobId: event.jobId, time: event.time,
      jobResult: event.error === undefined ? 'JobSucceeded' : { exception: event.error },
    })
    case 'stageSubmitted':
      return listener.onStageSubmitted?.(
        { jobId: event.jobId, stageInfo: stageInfo(event.stage, event.time, undefined, undefined) })
    case 'stageCompleted': {
      const submissionTime = context.jobs.status.stage(event.stage.stageId)?.submissionTime
      const info = stageInfo(event.stage, submissionTime, event.time, event.failureReason)
      return listener.onStageCompleted?.({ jobId: event.jobId, stageInfo: info })
    }
    case 'taskStart': return listener.onTaskStart?.({
      stageId: event.stageId, stageAttemptId: 0, taskInfo: taskInfo(event, event.time, undefined, false),
    })
    case 'taskEnd': return listener.onTaskEnd?.({
      stageId: event.stageId, stageAttemptId: 0,
      taskInfo: taskInfo(event, event.time - event.metrics.runTimeMs, event.time, event.error !== undefined),
      reason: event.error === undefined ? 'Success' : { exception: event.error },
      taskMetrics: taskMetrics(event.metrics),
    })
    case 'rddUnpersisted': return listener.onUnpersistRDD?.({ rddId: event.rddId })
    case 'blockStored': return listener.onBlockUpdated?.({
      blockUpdatedInfo: { blockId: `rdd_${event.rddId}_${event.partition}`, memSize: event.memoryBytes,
        diskSize: event.diskBytes },
    })
  }
}

function stageInfo(
  { stageId, attempt, name, numTasks, rddIds }: EngineStageInfo,
  submissionTime: number | undefined, completionTime: number | undefined, failureReason: string | undefined,
): StageInfo {
  return { stageId, attemptNumber: attempt, name, numTasks, rddIds, submissionTime, completionTime,
    failureReason }
}

function taskInfo(
  { partition, attempt }: { readonly partition: number, readonly attempt: number },
  launchTime: number, finishTime: number | undefined, failed: boolean,
): TaskInfo {
  return {
    index: partition, partitionId: partition, attemptNumber: attempt, id: `${partition}.${attempt}`,
    launchTime, finishTime,
    successful: finishTime !== undefined && !failed, failed,
    duration: finishTime === undefined ? undefined : finishTime - launchTime,
  }
}

function taskMetrics(metrics: EngineTaskMetrics): SparkTaskMetrics {
  return {
    executorRunTime: metrics.runTimeMs,
    executorDeserializeTime: metrics.deserializeTimeMs,
    jvmGCTime: metrics.gcTimeMs,
    resultSize: metrics.resultBytes,
    memoryBytesSpilled: metrics.memoryBytesSpilled,
    diskBytesSpilled: metrics.diskBytesSpilled,
    inputMetrics: { recordsRead: metrics.recordsRead },
    shuffleReadMetrics: { recordsRead: metrics.shuffleRecordsRead, totalBytesRead: metrics.shuffleBytesRead },
    shuffleWriteMetrics: { recordsWritten: metrics.shuffleRecordsWritten, bytesWritten: metrics.shuffleBytesWritten },
  }
}
