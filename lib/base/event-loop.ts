/** Keeps long runs of synchronous work from holding the event loop: asks when it is time to let others run. */
import { limits } from './limits'

export class Breather {
  private lastMs = performance.now()

  constructor(private readonly holdMs: number = limits.eventLoopHoldMs) {}

  /** A promise to await when the loop was held for long enough, else undefined. */
  pause(): Promise<void> | undefined {
    if (performance.now() - this.lastMs < this.holdMs) return undefined
    return new Promise(resolve => setImmediate(() => {
      this.lastMs = performance.now()
      resolve()
    }))
  }
}
