/**
 * The tasks of one stage on the threads: each result once, attempts after failures, lost threads and blocks made good.
 * A stage ends when all its results are there, or with the first task that has failed for good.
 */
import type { CallSite } from '../../base/call-site'
import { SparkError } from '../../base/errors'
import { limits } from '../../base/limits'
import { decodeValue } from '../../codec/values'
import { TaskFailure } from '../../loop/task-failure'
import type { RDD } from '../../rdd/rdd'
import type { Job } from '../../rdd/runner'
import { jobFailure } from '../job-failure'
import { isPromise } from '../maybe'
import type { WrittenProgram } from './program-writer'
import type { FromThread, PostedError } from './protocol'

type Done = Extract<FromThread, { type: 'done' }>

export interface StageTask {
  readonly stage: ThreadStage
  readonly index: number
  readonly partition: number
  attempt: number
  /** Times that the task was lost without a fault of its own. */
  losses: number
  /** A program of its own, which leaves nothing out: for a task that was lost again and again. */
  whole?: WrittenProgram
  /** True once a copy of it runs as well. */
  isCopied: boolean
}

export interface ThreadStageWork {
  readonly job: Job
  readonly stageId: number
  readonly site: CallSite
  readonly rdd: RDD<any>
  /** Sees to all that tasks read, and writes their program: again when something was lost. */
  readonly prepare: (isWhole: boolean) => Promise<WrittenProgram>
  readonly partitions: readonly number[]
  /** A promise where the stage is not over before it is kept. */
  readonly onResult: (done: Done, index: number) => void | Promise<void>
}

export class ThreadStage {
  readonly finished: Promise<void>
  private resolve!: () => void
  private reject!: (error: unknown) => void
  /** How long the finished tasks took, in milliseconds. */
  readonly durationsMs: number[] = []
  private left: number
  private readonly finishedIndexes = new Set<number>()
  isOver = false

  constructor(
    readonly work: ThreadStageWork, public written: WrittenProgram, private readonly maxFailures: number,
    private readonly submit: (task: StageTask) => void,
  ) {
    this.left = work.partitions.length
    this.finished = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
  }

  start(): void {
    if (this.left === 0) this.end()
    this.work.partitions.forEach((partition, index) => {
      this.submit({ stage: this, index, partition, attempt: 0, losses: 0, isCopied: false })
    })
  }

  /** True for the first result of a task; a copy of it comes too late. */
  isWanted(task: StageTask): boolean { return !this.isOver && !this.finishedIndexes.has(task.index) }

  succeeded(task: StageTask, done: Done): void {
    if (!this.isWanted(task)) return
    this.finishedIndexes.add(task.index)
    this.durationsMs.push(done.metrics.runTimeMs)
    try {
      const taken = this.work.onResult(done, task.index)
      if (isPromise(taken)) taken.then(() => this.finish(), error => this.fail(error))
      else this.finish()
    } catch (error) {
      this.fail(error)
    }
  }

  private finish(): void { if (--this.left === 0) this.end() }

  /** `written`: the program that it ran. */
  failed(task: StageTask, error: PostedError, written: WrittenProgram): void {
    if (!this.isWanted(task)) return
    if (error.isBlockLost) {
      this.lost(task, `a block of it was gone (${error.text})`)
      return
    }
    const attempts = ++task.attempt
    if (attempts < this.maxFailures) {
      this.again(task)
      return
    }
    this.fail(jobFailure(this.work.job, {
      stageId: this.work.stageId, partition: task.partition, attempts, error: new TaskFailure(thrownValue(error), written.rdds[error.node]?.site ?? this.work.site),
    }))
  }

  /** The thread or a block went away under the task: it is tried again, but not for ever. */
  lost(task: StageTask, reason: string): void {
    if (!this.isWanted(task)) return
    if (++task.losses < limits.taskLossesMax) {
      this.again(task)
      return
    }
    this.fail(jobFailure(this.work.job, {
      stageId: this.work.stageId, partition: task.partition, attempts: task.losses,
      error: new TaskFailure(new SparkError(`the thread that ran it was lost each time: ${reason}`, {
        hint: 'Does a function end the process, use up the memory, or never return?',
      }), this.work.site),
    }))
  }

  private again(task: StageTask): void {
    // Where the second look did not help, what the threads are taken to have is of no use to this task.
    const isWhole = task.losses > 1 && this.written.hasStates
    this.work.prepare(isWhole).then(written => {
      if (isWhole) task.whole = written
      else this.written = written
      if (this.isWanted(task)) this.submit(task)
    }).catch((error: unknown) => this.fail(error))
  }

  cancel(): void {
    this.fail(new SparkError(`stage ${this.work.stageId} of job ${this.work.job.id} was cancelled`, { code: 'MR_JOB_CANCELLED' }))
  }

  fail(error: unknown): void {
    if (this.isOver) return
    this.isOver = true
    this.reject(error)
  }

  private end(): void {
    this.isOver = true
    this.resolve()
  }
}

function thrownValue({ thrown, text, stack }: PostedError): unknown {
  if (thrown !== undefined) return decodeValue(thrown)
  const error = new Error(text)
  if (stack !== undefined) error.stack = stack
  return error
}
