/** The ranges of batches, with their records for as long as the batch needs them; afterwards Kinesis is asked for them again. */
import type { SequenceNumberRange, ShardState } from './shards'

/** A range as a batch's RDD knows it. */
export interface HeldRange {
  readonly range: SequenceNumberRange
  readonly shard: Pick<ShardState, 'startingHashKey' | 'endingHashKey'>
  /** Its records; undefined when they have to be read again. */
  frames: readonly Uint8Array[] | undefined
}

function bytesOf({ frames }: HeldRange): number { return frames?.reduce((sum, { byteLength }) => sum + byteLength, 0) ?? 0 }

export class HeldRanges {
  private readonly byBatch = new Map<number, readonly HeldRange[]>()
  /** Batches that have ended, the oldest first: their records are kept for windows while there is room. */
  private readonly ended = new Map<number, number>()
  private endedBytes = 0

  constructor(private readonly endedBytesMax: number) {}

  of(batchMs: number): readonly HeldRange[] | undefined { return this.byBatch.get(batchMs) }

  set(batchMs: number, ranges: readonly HeldRange[]): void { this.byBatch.set(batchMs, ranges) }

  /** The batch has run. */
  end(batchMs: number): void {
    const ranges = this.byBatch.get(batchMs)
    if (ranges === undefined || this.ended.has(batchMs)) return
    const bytes = ranges.reduce((sum, range) => sum + bytesOf(range), 0)
    this.ended.set(batchMs, bytes)
    this.endedBytes += bytes
    for (const oldestMs of this.ended.keys()) {
      if (this.endedBytes <= this.endedBytesMax) break
      this.drop(oldestMs)
    }
  }

  /** The records of an ended batch go, what they were stays known. */
  private drop(batchMs: number): void {
    this.endedBytes -= this.ended.get(batchMs) ?? 0
    this.ended.set(batchMs, 0)
    for (const range of this.byBatch.get(batchMs) ?? []) range.frames = undefined
  }

  /** Nobody remembers batches before `oldestMs`. */
  forget(oldestMs: number): void {
    for (const batchMs of this.byBatch.keys()) {
      if (batchMs >= oldestMs) continue
      this.drop(batchMs)
      this.ended.delete(batchMs)
      this.byBatch.delete(batchMs)
    }
  }
}
