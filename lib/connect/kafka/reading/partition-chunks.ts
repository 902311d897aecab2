/**
 * What was read of one partition and is still wanted: chunks of whole record batches in the order of their offsets, with gaps
 * where something was read that there was no room to keep.
 *
 *   chunk        [asked for ... behind the last batch)
 *   partition    [100, 180) [180, 240)      [310, 390)     readTo = 390
 */
import type { AbortedTransaction, Fetched } from '../log'

/** What one request gave: it stands for the offsets from what was asked for up to `nextOffset`. */
export interface Chunk {
  readonly from: number
  readonly nextOffset: number
  readonly bytes: Uint8Array
  readonly aborted: readonly AbortedTransaction[]
}

export function chunkOf({ bytes, aborted, nextOffset }: Fetched, from: number): Chunk { return { from, nextOffset, bytes, aborted } }

export class PartitionChunks {
  private chunks: Chunk[] = []
  heldBytes = 0
  /** Where reading ahead goes on. */
  readTo: number
  /** Reading ahead has met what a task has to be told. */
  isStopped = false

  constructor(readonly topic: string, readonly partition: number, from: number) { this.readTo = from }

  /** The chunk that has `offset`. */
  at(offset: number): Chunk | undefined { return this.chunks.find(({ from, nextOffset }) => from <= offset && offset < nextOffset) }

  /** Keeps a chunk, unless all of it is kept already. */
  keep(chunk: Chunk): void {
    if (this.at(chunk.from)?.nextOffset === chunk.nextOffset) return
    const place = this.chunks.findIndex(({ from }) => from > chunk.from)
    this.chunks.splice(place < 0 ? this.chunks.length : place, 0, chunk)
    this.heldBytes += chunk.bytes.byteLength
    this.readTo = Math.max(this.readTo, chunk.nextOffset)
  }

  /** What lies before `offset` is not wanted any more. */
  release(offset: number): void {
    this.chunks = this.chunks.filter(({ nextOffset }) => nextOffset > offset)
    this.heldBytes = this.chunks.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
    this.readTo = Math.max(this.readTo, offset)
  }
}
