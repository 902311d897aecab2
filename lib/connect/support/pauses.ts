/** Pauses that can all be ended at once, when whoever makes them is to stop. */
import { systemClock, type Timer } from '../../base/clock'

export class Pauses {
  private readonly open = new Map<Timer, () => void>()
  private over = false

  get isOver(): boolean { return this.over }

  /** Resolves after `ms`, or at `end`. */
  wait(ms: number): Promise<void> {
    if (this.over || ms <= 0) return Promise.resolve()
    return new Promise(resolve => {
      const timer = systemClock.schedule(systemClock.now() + ms, () => {
        this.open.delete(timer)
        resolve()
      })
      this.open.set(timer, resolve)
    })
  }

  end(): void {
    this.over = true
    for (const [timer, resolve] of this.open) {
      timer.cancel()
      resolve()
    }
    this.open.clear()
  }
}
