/**
 * Counts by token without making strings: an open-addressing table from byte sequences to whole numbers 0, 1, 2, ... in the
 * order in which they were first seen. Bytes of distinct tokens are kept one after another in an arena. Its arrays are
 * replaced only by `reserve`, so that a loop may hold them in constants. The look-up stands in the generated loop.
 *
 *   slots   place by hash, four numbers: id + 1 (0 is free), hash, where the bytes begin in the arena, how many they are
 *   values  id -> accumulator        starts  id -> place of its slot
 *
 * What a look-up compares lies together: it waits for memory once, not for each array.
 */

/** Numbers of a slot. */
export const slotWidth = 4

const tokensMin = 1 << 15
const arenaBytesMin = 1 << 18
/** The loop reads four bytes at a time, also the last of a token. */
const slackBytes = 4

export class TokenTable {
  slots = new Int32Array(tokensMin * 2 * slotWidth)
  /** Where each token's bytes begin; the end of the last is `arenaEnd`. */
  starts = new Int32Array(tokensMin)
  values = new Float64Array(tokensMin)
  arena = new Uint8Array(arenaBytesMin)
  size = 0
  private arenaEnd = 0

  /** Makes room for `tokens` more tokens of `bytes` bytes together. */
  reserve(tokens: number, bytes: number): void {
    if (this.size + tokens > this.values.length) this.growTokens(this.size + tokens)
    const needed = this.arenaEnd + bytes
    if (needed + slackBytes > this.arena.length) {
      const arena = new Uint8Array(Math.max(needed + slackBytes, this.arena.length * 2))
      arena.set(this.arena)
      this.arena = arena
    }
  }

  private growTokens(needed: number): void {
    let count = this.values.length
    while (count < needed) count *= 2
    const { starts, values, slots } = this
    this.starts = new Int32Array(count)
    this.starts.set(starts)
    this.values = new Float64Array(count)
    this.values.set(values)
    this.slots = new Int32Array(count * 2 * slotWidth)
    const mask = this.slots.length - slotWidth
    for (let from = 0; from < slots.length; from += slotWidth) {
      if (slots[from] === 0) continue
      let slot = placeOf(slots[from + 1]!) & mask
      while (this.slots[slot] !== 0) slot = (slot + slotWidth) & mask
      for (let i = 0; i < slotWidth; i++) this.slots[slot + i] = slots[from + i]!
    }
  }

  /** Adds a token at the free slot that ended its probe, and returns its id. There must be room. */
  add(bytes: Uint8Array, start: number, size: number, hash: number, slot: number): number {
    const id = this.size++
    const { arena, arenaEnd: from, slots } = this
    for (let i = 0; i < size; i++) arena[from + i] = bytes[start + i]!
    slots[slot] = id + 1
    slots[slot + 1] = hash
    slots[slot + 2] = from
    slots[slot + 3] = size
    this.starts[id] = from
    this.arenaEnd = from + size
    return id
  }

  /** The text of a token. */
  text(id: number): string {
    const from = this.starts[id]!
    const end = id + 1 < this.size ? this.starts[id + 1]! : this.arenaEnd
    return Buffer.from(this.arena.buffer, from, end - from).toString('utf8')
  }
}

/** Where the probe of a hash begins, before it is masked. The generated loop says the same. */
export function placeOf(hash: number): number { return (hash ^ (hash >>> 15)) << 2 }
