/**
 * One worker thread, seen from the driver of one context: what it has been sent, what it runs now, and its end. A thread
 * dies once; whoever waits for it is told. One that has nothing to do when its context ends is kept for another.
 */
import type { MessagePort, Worker } from 'node:worker_threads'
import { systemClock } from '../../base/clock'
import { limits } from '../../base/limits'
import { keepWorker, takeWorker } from './idle-threads'
import type { FromThread, ThreadSettings, ToThread } from './protocol'
import { Pulse } from './pulse'
import { filesForThread } from './thread-files'

export interface ThreadEvents {
  readonly onMessage: (thread: Thread, message: FromThread) => void
  readonly onDeath: (thread: Thread, reason: string) => void
}

export class Thread {
  readonly functions = new Set<number>()
  readonly programs = new Set<number>()
  readonly values = new Set<string>()
  readonly pulse = new Pulse()
  isAlive = true
  private isWorking = false
  private onEnded: ((isClean: boolean) => void) | undefined
  private readonly worker: Worker
  private readonly requests = new Map<number, (bytes: Uint8Array | undefined) => void>()
  private nextRequestId = 0

  /** A thread that takes the place of another has its slot, of `slotCount`. */
  constructor(
    readonly id: number, readonly slot: number, slotCount: number, private readonly events: ThreadEvents,
    settings: ThreadSettings,
  ) {
    this.worker = takeWorker()
    this.worker.ref()
    this.worker.on('message', this.receive)
    this.worker.on('error', this.failed)
    this.worker.on('exit', this.exited)
    const files = filesForThread()
    this.post({
      type: 'begin', settings: { ...settings, pulse: this.pulse.memory, slot, slotCount }, environment: { ...process.env } as Record<string, string>, files,
    }, [files.port])
  }

  private readonly failed = (error: Error): void => this.died(`it failed: ${String(error?.message ?? error)}`)
  private readonly exited = (code: number): void => this.died(`it exited with code ${code}`)

  private readonly receive = (message: FromThread): void => {
    // The driver's own work decides how long the process lives: a thread that has nothing to do does not.
    if (message.type === 'ready' && this.onEnded === undefined) this.release()
    if (message.type === 'ended') {
      this.onEnded?.(message.isClean)
      return
    }
    if (message.type === 'block') {
      this.requests.get(message.requestId)?.(message.bytes)
      this.requests.delete(message.requestId)
      return
    }
    this.events.onMessage(this, message)
  }

  private died(reason: string): void {
    if (!this.isAlive) return
    this.isAlive = false
    for (const answer of this.requests.values()) answer(undefined)
    this.requests.clear()
    this.onEnded?.(false)
    this.events.onDeath(this, reason)
  }

  post(message: ToThread, transfer: readonly MessagePort[] = []): void { if (this.isAlive) this.worker.postMessage(message, transfer) }

  /** The block's bytes, or undefined when the thread has it no more. */
  readBlock(rddId: number, partition: number): Promise<Uint8Array | undefined> {
    if (!this.isAlive) return Promise.resolve(undefined)
    const requestId = this.nextRequestId++
    return new Promise(resolve => {
      this.requests.set(requestId, resolve)
      this.post({ type: 'readBlock', requestId, rddId, partition })
    })
  }

  /** Keeps the process alive while the thread works. */
  hold(): void {
    this.isWorking = true
    this.worker.ref()
  }

  release(): void {
    this.isWorking = false
    this.worker.unref()
  }

  /** Gives the thread back, for another context to use; ends it when it still works, or something runs on in it. */
  async end(): Promise<void> {
    const isClean = this.isAlive && !this.isWorking && await this.hasDropped()
    this.isAlive = false
    this.worker.off('message', this.receive)
    if (!isClean) {
      await this.worker.terminate()
      return
    }
    keepWorker(this.worker)
    this.worker.off('error', this.failed)
    this.worker.off('exit', this.exited)
  }

  /** Whether the thread has dropped all that it held for this context, and runs nothing more. */
  private hasDropped(): Promise<boolean> {
    this.hold()
    return new Promise(resolve => {
      const timer = systemClock.schedule(systemClock.now() + limits.threadEndMs, () => this.onEnded!(false))
      this.onEnded = isClean => {
        timer.cancel()
        resolve(isClean)
      }
      this.post({ type: 'end' })
    })
  }

  /** Ends a thread that hangs, as if it had died by itself. */
  kill(reason: string): void {
    void this.worker.terminate()
    this.died(reason)
  }
}
