/**
 * Which task runs where and when. One loop owns the queue: tasks go in definition order to idle threads; a task whose
 * block is held by a busy thread waits for it a short while, and then goes where there is room.
 */
import type { Clock, Timer } from '../../base/clock'
import type { Thread } from './thread'

export interface QueuedTask {
  /** The thread that holds what the task needs, asked again each time. */
  readonly preferred: () => Thread | undefined
  readonly start: (thread: Thread) => void
  /** When the task began to wait, in milliseconds. */
  readonly sinceMs: number
}

export class TaskQueue {
  private readonly waiting: QueuedTask[] = []
  private readonly idle = new Set<Thread>()
  private timer: Timer | undefined

  constructor(private readonly clock: Clock, private readonly localityWaitMs: number) {}

  add(task: QueuedTask): void {
    this.waiting.push(task)
    this.pump()
  }

  /** The thread has nothing to do. */
  free(thread: Thread): void {
    this.idle.add(thread)
    this.pump()
  }

  /** The thread is gone. */
  lose(thread: Thread): void {
    this.idle.delete(thread)
    this.pump()
  }

  clear(): void {
    this.waiting.length = 0
    this.timer?.cancel()
  }

  private pump(): void {
    let index = 0
    while (this.idle.size > 0 && index < this.waiting.length) {
      const thread = this.choose(this.waiting[index]!)
      if (thread === undefined) {
        index++
        continue
      }
      const [task] = this.waiting.splice(index, 1)
      this.idle.delete(thread)
      task!.start(thread)
    }
    if (this.idle.size > 0 && this.waiting.length > 0) this.lookAgain()
  }

  private choose(task: QueuedTask): Thread | undefined {
    const preferred = task.preferred()
    if (preferred === undefined || !preferred.isAlive) return this.idle.values().next().value
    if (this.idle.has(preferred)) return preferred
    return this.clock.now() - task.sinceMs >= this.localityWaitMs ? this.idle.values().next().value : undefined
  }

  /** Only tasks that wait for their thread are left: one of them gives up waiting first. */
  private lookAgain(): void {
    this.timer?.cancel()
    const firstMs = Math.min(...this.waiting.map(task => task.sinceMs)) + this.localityWaitMs
    this.timer = this.clock.schedule(Math.max(firstMs, this.clock.now() + 1), () => this.pump(), { unref: true })
  }
}
