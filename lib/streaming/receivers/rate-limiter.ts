/**
 * Holds a receiver to a number of elements a second: at most the configured rate, and less when back-pressure
 * says so. Elements beyond it wait their turn, in order; none is dropped. After a pause up to one second's
 * worth may go at once.
 */
import type { Clock, Timer } from '../../base/clock'

const burstMs = 1_000

interface Waiting { readonly timer: Timer, readonly resolve: () => void }

export class RateLimiter {
  private rate: number
  private nextFreeMs: number
  private isOpen = false
  private readonly waiting = new Set<Waiting>()

  /** A rate of 0 or less, or undefined: no limit. The first rate is `initialRate`, where it is lower. */
  constructor(private readonly clock: Clock, private readonly maxRate?: number, initialRate?: number) {
    this.rate = Math.min(limitOf(initialRate), this.ceiling)
    this.nextFreeMs = clock.now()
  }

  private get ceiling(): number { return limitOf(this.maxRate) }

  /** Elements a second; Infinity where there is no limit. */
  get currentLimit(): number { return this.rate }

  get isLimited(): boolean { return this.rate !== Number.POSITIVE_INFINITY && !this.isOpen }

  /** A new rate from back-pressure; never above the configured one. 0 or less is ignored. */
  updateRate(ratePerSecond: number): void {
    if (ratePerSecond > 0) this.rate = Math.min(ratePerSecond, this.ceiling)
  }

  /** Undefined when `count` elements may go now, else a promise of the turn of the last of them. */
  admit(count = 1): Promise<void> | undefined {
    if (!this.isLimited || count === 0) return undefined
    const firstMs = this.firstTurnMs()
    const intervalMs = 1_000 / this.rate
    this.nextFreeMs = firstMs + count * intervalMs
    const lastMs = firstMs + (count - 1) * intervalMs
    if (lastMs <= this.clock.now()) return undefined
    return new Promise(resolve => {
      const waiting: Waiting = {
        resolve,
        timer: this.clock.schedule(lastMs, () => {
          this.waiting.delete(waiting)
          resolve()
        }),
      }
      this.waiting.add(waiting)
    })
  }

  /** How many elements may go now. */
  get available(): number {
    if (!this.isLimited) return Number.POSITIVE_INFINITY
    const waitedMs = this.clock.now() - this.firstTurnMs()
    return waitedMs < 0 ? 0 : Math.floor(waitedMs * this.rate / 1_000) + 1
  }

  /** So many of the available elements have gone. */
  spend(count: number): void {
    if (this.isLimited) this.nextFreeMs = this.firstTurnMs() + count * 1_000 / this.rate
  }

  /** Ends all waiting, for good: what was handed over before a stop belongs to the stream. */
  open(): void {
    this.isOpen = true
    for (const { timer, resolve } of this.waiting) {
      timer.cancel()
      resolve()
    }
    this.waiting.clear()
  }

  private firstTurnMs(): number { return Math.max(this.nextFreeMs, this.clock.now() - burstMs) }
}

function limitOf(rate: number | undefined): number {
  return rate === undefined || rate <= 0 ? Number.POSITIVE_INFINITY : rate
}
