/**
 * Holds a receiver to a number of elements a second: at most the configured rate, and less when back-pressure says so.
 * Elements beyond it wait their turn; none is dropped.
 */
import type { Clock } from '../../base/clock'

export class RateLimiter {
  private rate: number
  private nextFreeMs = Number.NEGATIVE_INFINITY

  /** `ratePerSecondMax` of 0 or less, or undefined: no limit. */
  constructor(private readonly clock: Clock, private readonly ratePerSecondMax: number | undefined) {
    this.rate = this.ceiling
  }

  private get ceiling(): number {
    return this.ratePerSecondMax === undefined || this.ratePerSecondMax <= 0 ? Number.POSITIVE_INFINITY : this.ratePerSecondMax
  }

  get currentLimit(): number { return this.rate }

  /** A new rate from back-pressure; never above the configured one. 0 or less is ignored. */
  updateRate(ratePerSecond: number): void {
    if (ratePerSecond > 0) this.rate = Math.min(ratePerSecond, this.ceiling)
  }

  /** Undefined when an element may go now, else a promise of its turn. */
  admit(): Promise<void> | undefined {
    if (this.rate === Number.POSITIVE_INFINITY) return undefined
    const now = this.clock.now()
    const intervalMs = 1_000 / this.rate
    // Up to one second's worth may come at once after a pause, as the first second of a stream does.
    const turnMs = Math.max(this.nextFreeMs, now - 1_000)
    this.nextFreeMs = turnMs + intervalMs
    if (this.nextFreeMs <= now) return undefined
    const atMs = this.nextFreeMs
    return new Promise(resolve => { this.clock.schedule(atMs, resolve) })
  }
}
