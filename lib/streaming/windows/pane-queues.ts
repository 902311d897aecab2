/**
 * The values of each key in the panes of a window, and all of them merged: two stacks a key. A pane enters at the back
 * and leaves at the front; when the front is empty the back is turned over. Each value is merged twice at most.
 *
 *   panes    1  2  3 | 4  5             front, oldest on top: [1 2 3] [2 3] [3]     back: 4 5, and [4 5]
 *   total    [1 2 3] + [4 5]            the brackets are merged in time order: f need not be commutative
 *
 * A value is a place in a ring, in which each pane has places side by side: whatever leaves is at its beginning.
 */
import { merge } from './own-value'

export type Merge = (a: any, b: any) => any

const none = -1
const firstCapacity = 1024

export class PaneQueues {
  private mask = firstCapacity - 1
  private head = 0
  private used = 0
  /** By place: whose value it is; the place below it in its stack; the value, in a front merged with all newer ones of it. */
  private slots = new Int32Array(firstCapacity)
  private links = new Int32Array(firstCapacity)
  private values: unknown[] = []
  /** By slot: the tops of the front and of the back. A front is empty only where there is no value at all. */
  private tops = new Int32Array(firstCapacity).fill(none)
  /** By slot: the back merged. */
  private backTotals: unknown[] = []
  /** Oldest first. */
  private readonly panes: { readonly timeMs: number, count: number }[] = []
  /** How many places at the beginning are in panes that have left. */
  private leaving = 0

  /** Values that are put in from now on are in this pane, which is newer than all others. */
  beginPane(timeMs: number): void { this.panes.push({ timeMs, count: 0 }) }

  /** Panes up to `lastMs` have left: their values are `isStale`. */
  leaveUntil(lastMs: number): void {
    for (const { timeMs, count } of this.panes) if (timeMs <= lastMs) this.leaving += count
  }

  /** The key's oldest value is in a pane that has left. */
  isStale(slot: number): boolean {
    const front = this.tops[slot * 2]!
    return front !== none && this.isLeaving(front)
  }

  private isLeaving(place: number): boolean { return ((place - this.head) & this.mask) < this.leaving }

  /** Puts the key's value of the current pane behind its others; returns the total. */
  push(slot: number, value: unknown, f: Merge): unknown {
    const place = this.occupy(slot, value)
    const { tops, links, values } = this
    const front = tops[slot * 2]!
    if (front === none) {
      tops[slot * 2] = place
      return value
    }
    const back = tops[slot * 2 + 1]!
    links[place] = back
    tops[slot * 2 + 1] = place
    const newer = this.backTotals[slot] = back === none ? value : merge(f, this.backTotals[slot], value)
    return merge(f, values[front], newer)
  }

  /** Takes out the key's values that are in panes that have left. Returns false when none is left. */
  drop(slot: number, f: Merge): boolean {
    const { tops, links } = this
    let front = tops[slot * 2]!
    while (front !== none && this.isLeaving(front)) {
      front = links[front]!
      if (front === none) front = this.turn(slot, f)
    }
    tops[slot * 2] = front
    return front !== none
  }

  /** All values of the key merged. */
  total(slot: number, f: Merge): unknown {
    const front = this.values[this.tops[slot * 2]!]
    return this.tops[slot * 2 + 1]! === none ? front : merge(f, front, this.backTotals[slot])
  }

  /** Makes the back the front; returns its top. */
  private turn(slot: number, f: Merge): number {
    const { tops, links, values } = this
    let place = tops[slot * 2 + 1]!
    let front = none
    while (place !== none) {
      const older = links[place]!
      if (front !== none) values[place] = merge(f, values[place], values[front])
      links[place] = front
      front = place
      place = older
    }
    tops[slot * 2 + 1] = none
    this.backTotals[slot] = undefined
    return front
  }

  /**
   * Fills `slots` with those of keys whose oldest value is in a pane that has left, from place `from` on: each once, if
   * each is dropped before the next are asked for. Returns where to go on, and how many there are; undefined at the end.
   */
  stale(from: number, slots: Int32Array): { readonly next: number, readonly count: number } | undefined {
    if (from >= this.leaving) return undefined
    const next = Math.min(from + slots.length, this.leaving)
    let count = 0
    for (let i = from; i < next; i++) {
      const place = (this.head + i) & this.mask
      const slot = this.slots[place]!
      if (this.tops[slot * 2] === place) slots[count++] = slot
    }
    return { next, count }
  }

  /** Forgets the panes that have left, of which no value is in a stack any more. */
  release(): void {
    for (let i = 0; i < this.leaving; i++) this.values[(this.head + i) & this.mask] = undefined
    this.head = (this.head + this.leaving) & this.mask
    this.used -= this.leaving
    for (; this.leaving > 0 || this.panes[0]?.count === 0; this.panes.shift()) this.leaving -= this.panes[0]!.count
  }

  private occupy(slot: number, value: unknown): number {
    if (this.used > this.mask) this.enlarge()
    while (slot * 2 >= this.tops.length) this.tops = enlarged(this.tops, none)
    const place = (this.head + this.used++) & this.mask
    this.slots[place] = slot
    this.links[place] = none
    this.values[place] = value
    this.panes.at(-1)!.count++
    return place
  }

  /** Twice the places; the ring then begins at 0. */
  private enlarge(): void {
    const { head, mask, slots, links, values, tops } = this
    const moved = (place: number): number => place === none ? none : (place - head) & mask
    this.slots = new Int32Array(slots.length * 2)
    this.links = new Int32Array(slots.length * 2)
    this.values = []
    for (let i = 0; i < this.used; i++) {
      const place = (head + i) & mask
      this.slots[i] = slots[place]!
      this.links[i] = moved(links[place]!)
      this.values.push(values[place])
    }
    for (let i = 0; i < tops.length; i++) tops[i] = moved(tops[i]!)
    this.head = 0
    this.mask = this.slots.length - 1
  }
}

function enlarged(array: Int32Array<ArrayBuffer>, rest: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2).fill(rest, array.length)
  larger.set(array)
  return larger
}
