/**
 * Counts by token without making strings: an open-addressing table from byte sequences to whole numbers 0, 1, 2, ... in the
 * order in which they were first seen. Bytes of distinct tokens are kept one after another in an arena. Its arrays are
 * replaced only by `reserve`, so that a loop may hold them in constants. The look-up stands in the generated loop.
 *
 *   slots   place by hash -> id + 1, 0 is free        ends    id + 1 -> where its bytes end in the arena
 *   hashes  id -> hash                                values  id -> accumulator
 */

const tokensMin = 1 << 15
const arenaBytesMin = 1 << 18

export class TokenTable {
  slots = new Int32Array(tokensMin * 2)
  hashes = new Int32Array(tokensMin)
  ends = new Int32Array(tokensMin + 1)
  values = new Float64Array(tokensMin)
  arena = new Uint8Array(arenaBytesMin)
  size = 0

  /** Makes room for `tokens` more tokens of `bytes` bytes together. */
  reserve(tokens: number, bytes: number): void {
    if (this.size + tokens > this.hashes.length) this.growTokens(this.size + tokens)
    const needed = this.ends[this.size]! + bytes
    if (needed > this.arena.length) {
      const arena = new Uint8Array(Math.max(needed, this.arena.length * 2))
      arena.set(this.arena)
      this.arena = arena
    }
  }

  private growTokens(needed: number): void {
    let count = this.hashes.length
    while (count < needed) count *= 2
    const { hashes, ends, values } = this
    this.hashes = new Int32Array(count)
    this.hashes.set(hashes)
    this.ends = new Int32Array(count + 1)
    this.ends.set(ends)
    this.values = new Float64Array(count)
    this.values.set(values)
    this.slots = new Int32Array(count * 2)
    const mask = this.slots.length - 1
    for (let id = 0; id < this.size; id++) {
      const hash = this.hashes[id]!
      let slot = (hash ^ (hash >>> 15)) & mask
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask
      this.slots[slot] = id + 1
    }
  }

  /** Adds a token at the free slot that ended its probe, and returns its id. There must be room. */
  add(bytes: Uint8Array, start: number, size: number, hash: number, slot: number): number {
    const id = this.size++
    const from = this.ends[id]!
    for (let i = 0; i < size; i++) this.arena[from + i] = bytes[start + i]!
    this.slots[slot] = id + 1
    this.hashes[id] = hash
    this.ends[id + 1] = from + size
    return id
  }

  /** The text of a token. */
  text(id: number): string {
    return Buffer.from(this.arena.buffer, this.ends[id], this.ends[id + 1]! - this.ends[id]!).toString('utf8')
  }
}
