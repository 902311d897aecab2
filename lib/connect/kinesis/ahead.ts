/**
 * How much of a stream may be fetched ahead. What waits for its batch and what batches that have not ended hold is counted in
 * bytes, together with what is being fetched; who fetches waits while that is more than the limit.
 */
import { limits } from '../../base/limits'

export class FetchAhead {
  private waitingBytes = 0
  private plannedBytes = 0
  private reservedBytes = 0
  private waiting: (() => void)[] = []

  constructor(private readonly bytesMax: number = limits.kinesisAheadBytesMax) {}

  get isFull(): boolean {
    const waitingBytes = this.waitingBytes + this.reservedBytes
    return waitingBytes >= this.bytesMax || waitingBytes + this.plannedBytes >= 2 * this.bytesMax
  }

  /**
   * Resolves when about `bytes` may be fetched; what it gives is to be called when they are here. It may resolve early, at `wake`.
   */
  async reserve(bytes: number): Promise<() => void> {
    if (this.isFull) await new Promise<void>(resolve => this.waiting.push(resolve))
    this.reservedBytes += bytes
    return () => {
      this.reservedBytes -= bytes
      this.wakeIfFree()
    }
  }

  fetched(bytes: number): void { this.waitingBytes += bytes }

  /** They are in a batch now. */
  planned(bytes: number): void {
    this.waitingBytes -= bytes
    this.plannedBytes += bytes
    this.wakeIfFree()
  }

  /** Their batch has ended. */
  released(bytes: number): void {
    this.plannedBytes -= bytes
    this.wakeIfFree()
  }

  /** One after another: each reserves before the next is asked. */
  private wakeIfFree(): void { if (!this.isFull) this.waiting.shift()?.() }

  /** Wakes all, for reading ends. */
  wake(): void { for (const resolve of this.waiting.splice(0)) resolve() }
}
