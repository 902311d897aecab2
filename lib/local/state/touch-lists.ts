/**
 * Which entries each version touched, oldest version first: an entry stands in the list of every version that touched it,
 * and counts in the last one only. Who waits for entries that were idle for long looks at the oldest lists, not at all.
 * Lists of which too little counts any more are made anew, so that they take no more room than the entries do.
 */
type Slots = ArrayLike<number>

/** The entries that the lists are of. */
export interface Touched {
  readonly size: number
  readonly slotCount: number
  isLive(slot: number): boolean
  timeAt(slot: number): number
}

/** Slots in lists, at least, before any list is made anew. */
const slotsMin = 4096

export class TouchLists {
  private lists = new Map<number, Slots>()
  private count = 0

  /** Slots in all lists. */
  get slotCount(): number { return this.count }

  /** The lists of entries that have only their last times. */
  static of(entries: Touched): TouchLists {
    const byTime = new Map<number, number[]>()
    for (let slot = 0; slot < entries.slotCount; slot++) {
      if (!entries.isLive(slot)) continue
      const time = entries.timeAt(slot)
      const list = byTime.get(time)
      if (list === undefined) byTime.set(time, [slot])
      else list.push(slot)
    }
    const lists = new TouchLists()
    lists.lists = new Map([...byTime].sort(([a], [b]) => a - b))
    lists.count = entries.size
    return lists
  }

  /** `version` is later than all before it. */
  add(version: number, slots: Slots, entries: Touched): void {
    if (slots.length === 0) return
    this.lists.set(version, slots)
    this.count += slots.length
    if (this.count > Math.max(slotsMin, 3 * entries.size)) this.compact(entries)
  }

  private compact(entries: Touched): void {
    this.count = 0
    for (const [version, slots] of this.lists) {
      const counting: number[] = []
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!
        if (entries.isLive(slot) && entries.timeAt(slot) === version) counting.push(slot)
      }
      this.count += counting.length
      if (counting.length === 0) this.lists.delete(version)
      else this.lists.set(version, counting)
    }
  }

  /** Removes and gives the lists up to `version`, oldest first. */
  * takeUntil(version: number): Iterable<readonly [number, Slots]> {
    for (const entry of this.lists) {
      if (entry[0] > version) return
      this.lists.delete(entry[0])
      this.count -= entry[1].length
      yield entry
    }
  }
}
