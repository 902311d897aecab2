/**
 * Two words of memory that a thread shares with the driver, because a thread that is at work reads no messages.
 *
 *   [0]  counted up by the thread whenever it gets on: the sign of life
 *   [1]  set by the driver to the task that should give up, plus 1
 */
import { SparkError } from '../../base/errors'

export class Pulse {
  readonly memory: SharedArrayBuffer
  private readonly words: Int32Array

  constructor(memory = new SharedArrayBuffer(8)) {
    this.memory = memory
    this.words = new Int32Array(memory)
  }

  /** How often the thread has given a sign of life. */
  get beats(): number { return Atomics.load(this.words, 0) }

  beat(): void { this.words[0]!++ }

  /** Asks a task to give up. */
  interrupt(taskId: number): void { Atomics.store(this.words, 1, (taskId + 1) | 0) }

  isInterrupted(taskId: number): boolean { return this.words[1] === ((taskId + 1) | 0) }
}

/** Ends a task whose job does not want it any more. */
export class TaskKilled extends SparkError {
  constructor() { super('the task was cancelled', { code: 'MR_JOB_CANCELLED' }) }
}
