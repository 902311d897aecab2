/**
 * N threads, from the first task on: one that dies is replaced, and the new one has its slot. The pool sends a
 * thread what a task needs that it does not have yet, and watches that a thread at work gives a sign of life.
 */
import { logFor } from '../../base/log'
import type { FunctionTable } from './function-table'
import type { WrittenProgram } from './program-writer'
import { programsMax, type FromThread, type TaskMessage, type ThreadSettings, type ToThread } from './protocol'
import { Thread } from './thread'
import type { TravellingValues } from './travelling-values'

const log = logFor('ThreadPool')

export interface PoolEvents {
  readonly onFree: (thread: Thread) => void
  readonly onMessage: (thread: Thread, message: FromThread) => void
  readonly onDeath: (thread: Thread, reason: string) => void
}

export class ThreadPool {
  readonly threads = new Set<Thread>()
  private readonly slots: Thread[] = []
  private nextId = 0
  private isStopped = false

  constructor(
    private readonly size: number, private readonly events: PoolEvents, private readonly table: FunctionTable,
    private readonly values: TravellingValues, private readonly settings: ThreadSettings,
  ) {}

  /** Starts the threads, unless they have been. */
  start(): void {
    while (this.threads.size < this.size && !this.isStopped) this.startThread(this.threads.size)
  }

  private startThread(slot: number): void {
    const thread = new Thread(this.nextId++, slot, this.size, {
      onMessage: (from, message) => {
        if (message.type === 'ready') this.events.onFree(from)
        else this.events.onMessage(from, message)
      },
      onDeath: (dead, reason) => {
        this.threads.delete(dead)
        if (this.isStopped) return
        log.warn(`thread ${dead.id} is gone: ${reason}; another takes its place`)
        this.startThread(dead.slot)
        this.events.onDeath(dead, reason)
      },
    }, this.settings)
    this.threads.add(thread)
    this.slots[slot] = thread
  }

  /** The thread that has the slot now. */
  inSlot(slot: number): Thread | undefined { return this.slots[slot] }

  /** Sends a task and whatever the thread lacks for it. */
  send(thread: Thread, written: WrittenProgram, message: TaskMessage): void {
    const functions = [...written.functions].filter(id => !thread.functions.has(id))
    if (functions.length > 0) {
      thread.post({ type: 'functions', functions: functions.map(id => [id, this.table.bytesOf(id)]) })
      for (const id of functions) thread.functions.add(id)
    }
    this.values.sendTo(thread)
    if (!thread.programs.has(written.program.id)) {
      // As the thread does.
      if (thread.programs.size >= programsMax) thread.programs.delete(thread.programs.keys().next().value!)
      thread.post({ type: 'program', program: written.program })
      thread.programs.add(written.program.id)
    }
    thread.hold()
    thread.post(message)
  }

  forget(functionId: number): void {
    for (const thread of this.threads) {
      if (thread.functions.delete(functionId)) thread.post({ type: 'forget', functions: [functionId] })
    }
  }

  /** Tells all threads. */
  post(message: ToThread): void { for (const thread of this.threads) thread.post(message) }

  drop(rddId: number): void { this.post({ type: 'drop', rddId }) }

  async stop(): Promise<void> {
    this.isStopped = true
    await Promise.all([...this.threads].map(thread => thread.end()))
    this.threads.clear()
  }
}

