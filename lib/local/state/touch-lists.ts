/**
 * Which entries each version touched, oldest version first: an entry stands in the list of every version that touched it,
 * and counts in the last one only. Who waits for entries that were idle for long looks at the oldest lists, not at all.
 */
type Slots = readonly number[]

export class TouchLists {
  private lists = new Map<number, Slots>()

  /** The lists of entries that have only their last times. */
  static of(times: readonly number[], isLive: (slot: number) => boolean): TouchLists {
    const byTime = new Map<number, number[]>()
    times.forEach((time, slot) => {
      if (!isLive(slot)) return
      const list = byTime.get(time)
      if (list === undefined) byTime.set(time, [slot])
      else list.push(slot)
    })
    const lists = new TouchLists()
    lists.lists = new Map([...byTime].sort(([a], [b]) => a - b))
    return lists
  }

  /** `version` is later than all before it. */
  add(version: number, slots: Slots): void { if (slots.length > 0) this.lists.set(version, slots) }

  /** Removes and gives the lists up to `version`, oldest first. */
  * takeUntil(version: number): Iterable<readonly [number, Slots]> {
    for (const entry of this.lists) {
      if (entry[0] > version) return
      this.lists.delete(entry[0])
      yield entry
    }
  }
}
