/** What the engine says while it runs jobs, stages and tasks. Times are in milliseconds since the epoch. */

export interface TaskMetrics {
  /** Time in the user's functions and the loop around them, shuffles included, in milliseconds. */
  readonly runTimeMs: number
  /** Time to rebuild the stage's program and to decode what was sent with the task, in milliseconds. */
  readonly deserializeTimeMs: number
  /** Time in garbage collections of the task's thread while it ran, in milliseconds; part of the run time. */
  readonly gcTimeMs: number
  /** The encoded result as it was sent to the driver; 0 in the calling thread, where nothing is sent. */
  readonly resultBytes: number
  readonly recordsRead: number
  readonly shuffleRecordsWritten: number
  readonly shuffleRecordsRead: number
  /** As encoded; in the calling thread what stays in memory is not, and counts as what it takes there. */
  readonly shuffleBytesWritten: number
  readonly shuffleBytesRead: number
  /** What was written to files for want of memory: as it was in memory, and as it is on disk. */
  readonly memoryBytesSpilled: number
  readonly diskBytesSpilled: number
}

export interface StageInfo {
  readonly stageId: number
  readonly attempt: number
  readonly name: string
  readonly numTasks: number
  readonly rddIds: readonly number[]
}

export type EngineEvent =
  | { readonly type: 'applicationStart', readonly appName: string, readonly appId: string,
    readonly time: number }
  | { readonly type: 'applicationEnd', readonly time: number }
  | { readonly type: 'jobStart', readonly jobId: number, readonly time: number, readonly name: string
    readonly properties: Readonly<Record<string, string>> }
  | { readonly type: 'jobEnd', readonly jobId: number, readonly time: number, readonly error: unknown }
  | { readonly type: 'stageSubmitted', readonly jobId: number, readonly stage: StageInfo,
    readonly time: number }
  | { readonly type: 'stageCompleted', readonly jobId: number, readonly stage: StageInfo,
    readonly time: number
    readonly failureReason: string | undefined }
  | { readonly type: 'taskStart', readonly stageId: number, readonly partition: number,
    readonly attempt: number, readonly time: number }
  | { readonly type: 'taskEnd', readonly stageId: number, readonly partition: number,
    readonly attempt: number, readonly time: number
    readonly error: unknown, readonly metrics: TaskMetrics }
  | { readonly type: 'blockStored', readonly rddId: number, readonly partition: number,
    readonly memoryBytes: number, readonly diskBytes: number }
  | { readonly type: 'rddUnpersisted', readonly rddId: number }
