/**
 * Entries of a log that share one write and one fsync, as bytes ready to be written. Entries are copied in
 * when they are appended: the caller may use its buffers again at once.
 */
import { frameHeadBytes, writeFrame } from './frame'

const firstCapacityBytes = 64 * 1024

export class CommitGroup {
  readonly firstSequence: number
  /** Where each entry begins in `bytes`. */
  readonly offsets: number[] = []
  /** Resolves when the group is durable. */
  readonly done: Promise<void>
  resolve!: () => void
  reject!: (error: Error) => void
  private buffer = Buffer.allocUnsafeSlow(firstCapacityBytes)
  private end = 0

  constructor(firstSequence: number) {
    this.firstSequence = firstSequence
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    // Each append hands its own promise out; that this one is rejected too is no news.
    this.done.catch(() => undefined)
  }

  get sizeBytes(): number { return this.end }
  get bytes(): Buffer { return this.buffer.subarray(0, this.end) }

  /** Adds an entry and returns its sequence. */
  add(kind: number, payload: Uint8Array): number {
    const needed = this.end + frameHeadBytes + payload.length
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2))
      larger.set(this.bytes)
      this.buffer = larger
    }
    const sequence = this.firstSequence + this.offsets.length
    this.offsets.push(this.end)
    this.end = writeFrame(this.buffer, this.end, { kind, sequence, isGroupStart: this.offsets.length === 1, payload })
    return sequence
  }
}
