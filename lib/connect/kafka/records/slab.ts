/**
 * Copies of keys and values that programs get as bytes. What they are cut from is shared memory and megabytes long, and a record
 * that is kept must not keep that alive: copies lie together in slabs, as small pieces of Node's own Buffers do.
 */

const slabBytes = 16 * 1024
/** Longer pieces have their own memory. */
const pieceBytesMax = 4 * 1024

export class Slab {
  private slab = new ArrayBuffer(0)
  private at = 0

  /** A copy of [start, end) of `bytes`: no Node Buffer, and not in shared memory. */
  copy(bytes: Buffer, start: number, end: number): Uint8Array {
    const length = end - start
    if (length > pieceBytesMax) return copied(new Uint8Array(length), bytes, start, end)
    if (this.at + length > this.slab.byteLength) {
      this.slab = new ArrayBuffer(slabBytes)
      this.at = 0
    }
    const piece = new Uint8Array(this.slab, this.at, length)
    this.at += length
    return copied(piece, bytes, start, end)
  }
}

/** A call into Node takes as long as some hundred bytes. */
const fewBytes = 128

function copied(piece: Uint8Array, bytes: Buffer, start: number, end: number): Uint8Array {
  if (end - start > fewBytes) bytes.copy(piece, 0, start, end)
  else for (let from = start, to = 0; from < end; from++, to++) piece[to] = bytes[from]!
  return piece
}
