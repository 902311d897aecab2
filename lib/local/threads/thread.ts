/**
 * One worker thread, seen from the driver: what it has been sent, what it runs now, and its end. A thread dies once;
 * whoever waits for it is told.
 */
import * as path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { FromThread, ThreadSettings, ThreadStart, ToThread } from './protocol'
import { Pulse } from './pulse'

/** The compiled entry: a thread that had to compile TypeScript would take half a second to start. */
const compiled = path.join(__dirname, '..', '..', '..', 'dist', 'local', 'threads', 'thread-main.js')

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
  private readonly worker: Worker
  private readonly requests = new Map<number, (bytes: Uint8Array | undefined) => void>()
  private nextRequestId = 0

  constructor(readonly id: number, private readonly events: ThreadEvents, settings: ThreadSettings) {
    this.worker = new Worker(compiled, {
      name: `millrace-${id}`, workerData: { ...settings, pulse: this.pulse.memory } satisfies ThreadStart,
    })
    this.worker.on('message', (message: FromThread) => this.receive(message))
    this.worker.on('error', error => this.died(`it failed: ${String(error?.message ?? error)}`))
    this.worker.on('exit', code => this.died(`it exited with code ${code}`))
  }

  private receive(message: FromThread): void {
    // The driver's own work decides how long the process lives: a thread that has nothing to do does not.
    if (message.type === 'ready') this.release()
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
    this.events.onDeath(this, reason)
  }

  post(message: ToThread): void { if (this.isAlive) this.worker.postMessage(message) }

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
  hold(): void { this.worker.ref() }
  release(): void { this.worker.unref() }

  /** Ends the thread, whatever it does. */
  async terminate(): Promise<void> {
    this.isAlive = false
    await this.worker.terminate()
  }

  /** Ends a thread that hangs, as if it had died by itself. */
  kill(reason: string): void {
    void this.worker.terminate()
    this.died(reason)
  }
}
