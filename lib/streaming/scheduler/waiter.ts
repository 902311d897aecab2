/** What awaitTermination waits for: the stop of the context, or the first error of a batch. */
import { systemClock } from '../../base/clock'

export class Waiter {
  private readonly waiting = new Set<() => void>()
  private error: { readonly thrown: unknown } | undefined
  private isStopped = false

  /** Keeps the first error; it is thrown to everyone who waits, now or later. */
  fail(thrown: unknown): void {
    this.error ??= { thrown }
    this.wake()
  }

  stop(): void {
    this.isStopped = true
    this.wake()
  }

  get failure(): { readonly thrown: unknown } | undefined { return this.error }

  /** True: stopped. False: `timeoutMs` of real time are over. Throws the first error. */
  async wait(timeoutMs?: number): Promise<boolean> {
    let timeIsUp = false
    const timer = timeoutMs === undefined ? undefined : systemClock.schedule(systemClock.now() + timeoutMs, () => {
      timeIsUp = true
      this.wake()
    })
    try {
      for (;;) {
        if (this.error !== undefined) throw this.error.thrown
        if (this.isStopped) return true
        if (timeIsUp) return false
        await new Promise<void>(resolve => this.waiting.add(resolve))
      }
    } finally {
      timer?.cancel()
    }
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve()
    this.waiting.clear()
  }
}
