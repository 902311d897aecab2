/**
 * Where the entry of a key is: key to slot, by open addressing over one array of whole numbers. The keys themselves lie
 * with the entries, whose table owns them. A lookup waits for memory and for little else, so `findAll` does many at once:
 * the machine fetches for all of them together what one after another would wait for each.
 *
 *   cells   hash, slot + 1 | hash, slot + 1 | 0, 0 | ...      0 in the second place: an empty cell
 */
import { MillraceError } from '../../base/errors'
import { equalKeys, hashKey } from '../../base/keys'
import { limits } from '../../base/limits'

const firstBits = 6
/** Spreads hashes that share their low bits, as all keys of one partition may do. */
const spread = 0x9e3779b1

/** Of one `findAll`. */
const hashes = new Int32Array(limits.stateLookupsMax)

export class SlotIndex {
  private bits = firstBits
  private cells = new Int32Array(2 << firstBits)
  private count = 0

  /** `keys`: that of a slot stands at `width` times the slot. */
  constructor(private readonly keys: readonly unknown[], private readonly width = 1) {}

  /** The slot of `key`, or -1. Throws MR_KEY_REFUSED for what cannot be a key. */
  find(key: unknown): number { return this.findHashed(key, hashKey(key)) }

  private findHashed(key: unknown, hash: number): number {
    const { cells, keys, width } = this
    const last = cells.length - 2
    for (let at = this.home(hash); ; at = (at + 2) & last) {
      const slot = cells[at + 1]! - 1
      if (slot < 0) return -1
      if (cells[at] === hash && equalKeys(keys[slot * width], key)) return slot
    }
  }

  /** The slots of the first `count` of `wanted`, at most `stateLookupsMax`, into `slots`: -1 where there is none. */
  findAll(wanted: readonly unknown[], count: number, slots: Int32Array): void {
    const { cells, keys, width } = this
    const last = cells.length - 2
    const shift = 32 - this.bits
    for (let i = 0; i < count; i++) hashes[i] = hashKey(wanted[i])
    for (let i = 0; i < count; i++) {
      const hash = hashes[i]!
      let at = (Math.imul(hash, spread) >>> shift) << 1
      while (cells[at + 1] !== 0 && cells[at] !== hash) at = (at + 2) & last
      slots[i] = cells[at + 1]! - 1
    }
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      // Another key with the same hash, or one that equals by structure.
      if (slot >= 0 && keys[slot * width] !== wanted[i]) slots[i] = this.findHashed(wanted[i], hashes[i]!)
    }
  }

  /** Adds a key that is not there. */
  add(key: unknown, slot: number): void {
    if ((this.count + 1) * 2 > 1 << this.bits) this.grow()
    this.count++
    this.place(hashKey(key), slot)
  }

  private home(hash: number): number { return (Math.imul(hash, spread) >>> (32 - this.bits)) << 1 }

  private place(hash: number, slot: number): void {
    const { cells } = this
    const last = cells.length - 2
    let at = this.home(hash)
    while (cells[at + 1] !== 0) at = (at + 2) & last
    cells[at] = hash
    cells[at + 1] = slot + 1
  }

  private grow(): void {
    if (this.count >= limits.stateEntriesMax) {
      throw new MillraceError('MR_LIMIT', `a partition of a state holds stateEntriesMax = ${limits.stateEntriesMax} keys and takes no more`, {
        hint: 'Give the state more partitions.',
      })
    }
    const before = this.cells
    this.bits++
    this.cells = new Int32Array(2 << this.bits)
    for (let at = 0; at < before.length; at += 2) if (before[at + 1] !== 0) this.place(before[at]!, before[at + 1]! - 1)
  }

  /** The most cells that a lookup can have to look at: few, unless hashes are bad. */
  get longestRun(): number {
    let longest = 0
    let run = 0
    for (let at = 1; at < this.cells.length; at += 2) {
      run = this.cells[at] === 0 ? 0 : run + 1
      if (run > longest) longest = run
    }
    return longest
  }

  /** Removes `key`, whose slot is `slot`. What was placed behind it moves up, so that no lookup ends too early. */
  delete(key: unknown, slot: number): void {
    const { cells } = this
    const last = cells.length - 2
    let free = this.home(hashKey(key))
    while (cells[free + 1] !== slot + 1) free = (free + 2) & last
    for (let at = (free + 2) & last; cells[at + 1] !== 0; at = (at + 2) & last) {
      const home = this.home(cells[at]!)
      // It may move to the free cell unless its own home lies behind that.
      if (((at - home) & last) < ((at - free) & last)) continue
      cells[free] = cells[at]!
      cells[free + 1] = cells[at + 1]!
      free = at
    }
    cells[free] = 0
    cells[free + 1] = 0
    this.count--
  }
}
