/**
 * What a running task knows about itself, and where its accumulator updates wait until the task has succeeded: a task
 * that fails or runs twice leaves no trace in any accumulator.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** Takes an update for its accumulator. */
type Merge = (owner: any, update: unknown) => void

/** Counterpart: org.apache.spark.TaskContext. */
export class TaskContext {
  private readonly completions: ((task: TaskContext) => void)[] = []
  private readonly pending = new Map<object, unknown>()
  private readonly commits: ((merge: Merge) => void)[] = []
  /** Internal: what this task counts for its metrics. */
  readonly metrics = {
    deserializeTimeMs: 0, recordsRead: 0, shuffleRecordsWritten: 0, shuffleRecordsRead: 0, shuffleBytesWritten: 0,
    shuffleBytesRead: 0, memoryBytesSpilled: 0, diskBytesSpilled: 0,
  }
  /** Internal: called by loops every thousand elements or so; throws when the task is not wanted any more. */
  beat: () => void = stillWanted
  /** Set when the job was cancelled: long tasks may look at it and give up. */
  interrupted = false

  constructor(
    readonly stageId: number,
    readonly partitionId: number,
    readonly attemptNumber: number,
    readonly taskAttemptId: number,
    readonly localProperties: Readonly<Record<string, string>> = {},
  ) {}

  /** The task that is running now, or undefined on the driver. */
  static get(): TaskContext | undefined { return running ?? asynchronous?.getStore() }

  /** The index of the partition of the running task; 0 on the driver, as in Spark. */
  static getPartitionId(): number { return TaskContext.get()?.partitionId ?? 0 }

  isInterrupted(): boolean { return this.interrupted }

  getLocalProperty(key: string): string | undefined { return this.localProperties[key] }

  /** Calls `f` when the task ends, whether it succeeded or not; last added, first called. */
  addTaskCompletionListener(f: (task: TaskContext) => void): this {
    this.completions.push(f)
    return this
  }

  /** Internal: the value that this task has gathered for an accumulator. */
  local<L>(owner: object, create: () => L): L {
    let value = this.pending.get(owner)
    if (value === undefined) this.pending.set(owner, value = create())
    return value as L
  }

  /** Internal: hands every gathered update over and forgets them. */
  commit(merge: Merge): void {
    for (const [owner, update] of this.pending) merge(owner, update)
    this.pending.clear()
    for (const f of this.commits.splice(0)) f(merge)
  }

  /** Internal: calls `f` with what takes updates, when those of this task are handed over. */
  onCommit(f: (merge: Merge) => void): void { this.commits.push(f) }

  /** Internal: this task again, with its updates gathered apart: for work that outlives a failure of the task. */
  apart(): TaskContext {
    return Object.create(this, { pending: { value: new Map() }, commits: { value: [] } }) as TaskContext
  }

  /** Internal: true when something waits to be handed over. */
  get hasUpdates(): boolean { return this.pending.size > 0 || this.commits.length > 0 }

  /** Internal: runs what was to run at the end. */
  complete(): void {
    while (this.completions.length > 0) this.completions.pop()!(this)
  }

  /** Internal: runs `f` as this task; only the synchronous part of `f` belongs to it. */
  runSync<R>(f: () => R): R {
    const before = running
    running = this
    try { return f() } finally { running = before }
  }

  /** Internal: runs `f` as this task, all that it awaits included. */
  runAsync<R>(f: () => R): R {
    asynchronous ??= new AsyncLocalStorage<TaskContext>()
    return asynchronous.run(this, f)
  }
}

function stillWanted(): void {}

// A synchronous task is found through a plain variable: async hooks slow every promise of the process down once they
// are in use, so they are not, until a task awaits something.
let running: TaskContext | undefined
let asynchronous: AsyncLocalStorage<TaskContext> | undefined
