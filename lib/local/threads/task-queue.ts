/**
 * Which task runs where and when. One loop owns the queue: tasks go in definition order to idle threads; a task whose
 * block is held by a busy thread waits for it a short while, and then goes where there is room.
 */
import type { Clock, Timer } from '../../base/clock'
import type { Thread } from './thread'

export interface QueuedTask {
  readonly jobId: number
  /** Jobs of one pool share what the pool gets. */
  readonly pool: string
  /** The thread that holds what the task needs, asked again each time. */
  readonly preferred: () => Thread | undefined
  /** The only thread where the task may run, asked again each time; undefined: any. */
  readonly home: (() => Thread | undefined) | undefined
  /** False once nobody waits for the task any more: it is dropped. */
  readonly isWanted: () => boolean
  readonly start: (thread: Thread) => void
  /** When the task began to wait, in milliseconds. */
  readonly sinceMs: number
}

export class TaskQueue {
  private readonly waiting: QueuedTask[] = []
  private readonly idle = new Set<Thread>()
  private timer: Timer | undefined

  /** Which pool each busy thread works for. */
  private readonly pools = new Map<Thread, string>()

  /** In order of their jobs or, where it is fair, the pool first for which the fewest threads work. */
  constructor(private readonly clock: Clock, private readonly localityWaitMs: number, private readonly isFair: boolean) {}

  add(task: QueuedTask): void {
    let at = this.waiting.length
    while (at > 0 && this.waiting[at - 1]!.jobId > task.jobId) at--
    this.waiting.splice(at, 0, task)
    this.pump()
  }

  /** The thread's task has ended, however. */
  ended(thread: Thread): void { this.pools.delete(thread) }

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
    if (this.isFair && this.idle.size > 0 && this.waiting.length > 1) this.sortByShare()
    let index = 0
    while (this.idle.size > 0 && index < this.waiting.length) {
      if (!this.waiting[index]!.isWanted()) {
        this.waiting.splice(index, 1)
        continue
      }
      const thread = this.choose(this.waiting[index]!)
      if (thread === undefined) {
        index++
        continue
      }
      const [task] = this.waiting.splice(index, 1)
      this.idle.delete(thread)
      this.pools.set(thread, task!.pool)
      task!.start(thread)
      if (this.isFair) {
        this.sortByShare()
        index = 0
      }
    }
    if (this.idle.size > 0 && this.waiting.length > 0) this.lookAgain()
  }

  private sortByShare(): void {
    const share = new Map<string, number>()
    for (const pool of this.pools.values()) share.set(pool, (share.get(pool) ?? 0) + 1)
    this.waiting.sort((a, b) => (share.get(a.pool) ?? 0) - (share.get(b.pool) ?? 0) || a.jobId - b.jobId)
  }

  private choose(task: QueuedTask): Thread | undefined {
    if (task.home !== undefined) {
      const home = task.home()
      return home !== undefined && this.idle.has(home) ? home : undefined
    }
    const preferred = task.preferred()
    if (preferred === undefined || !preferred.isAlive) return this.idle.values().next().value
    if (this.idle.has(preferred)) return preferred
    return this.clock.now() - task.sinceMs >= this.localityWaitMs ? this.idle.values().next().value : undefined
  }

  /** Only tasks that wait for their thread are left: one of them gives up waiting first. */
  private lookAgain(): void {
    this.timer?.cancel()
    // A task with a home goes on when that is free.
    const movable = this.waiting.filter(task => task.home === undefined)
    if (movable.length === 0) return
    const firstMs = Math.min(...movable.map(task => task.sinceMs)) + this.localityWaitMs
    this.timer = this.clock.schedule(Math.max(firstMs, this.clock.now() + 1), () => this.pump(), { unref: true })
  }
}
