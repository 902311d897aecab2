/**
 * The entries of one partition of a state, changed in place from version to version. Each version leaves a log of what it
 * changed, so that it can be undone when it fails, read as it was before, and written to a checkpoint by what changed.
 *
 *   slot    key    value    age          index: key -> slot
 *     0     'a'      3      2000         touched 2 s after the base
 *     1     (none)                       a removed entry: its slot is used again
 *     2     'b'      1      1000
 *
 * All of it lies in one array, three places a slot: who looks at an entry waits for memory once.
 */
import { threadId } from 'node:worker_threads'
import { SparkError } from '../../base/errors'
import { decodeEntries } from '../../rdd/state/entry-frame'
import type { KeyedTable } from '../../rdd/state/keyed-table'
import { SlotIndex } from './slot-index'
import { TouchLists } from './touch-lists'
import { absent, UndoLog } from './undo-log'

/** In the place of a key: no entry. */
export const noKey = Symbol.for('millrace.noKey')

/** Places of a slot, and which of them holds the value and the age. */
const width = 3
const valueAt = 1
const ageAt = 2
/** Ages in milliseconds from which on they are counted from a new base. */
const ageMax = 2 ** 30

let tables = 0

export class StateTable implements KeyedTable {
  /** Of this process: threads number their own. */
  readonly id = `${threadId}-${tables++}`
  /** Key, value and age of each slot. */
  private readonly places: unknown[] = []
  private readonly index = new SlotIndex(this.places, width)
  /** What ages count from, so that they are small whole numbers, which V8 keeps in place. */
  private base = 0
  /** The age of what is touched now. */
  private age = 0
  private readonly free: number[] = []
  /** Kept once idleSince is asked for. */
  private touches: TouchLists | undefined
  /** Of the latest versions, oldest first. */
  private logs: UndoLog[] = []
  private current: UndoLog | undefined
  private count = 0
  private made: number | undefined
  /** Values that a function may change in place, which no log can undo. */
  private holdsObjects = false
  /** Of readAhead, which is no work unless there is a result; nobody asks for it. */
  protected wasRead = 0
  removedCount = 0
  memo: unknown = undefined

  /** The version that the table holds; undefined before the first. */
  get madeVersion(): number | undefined { return this.made }
  get version(): number {
    if (this.current === undefined) throw new SparkError('the table is changed outside an update')
    return this.current.version
  }

  get size(): number { return this.count }
  get slotCount(): number { return this.places.length / width }

  /**
   * Makes `version` with `update`. When that throws, everything is as it was before; but for values that are objects,
   * which it may have changed in place: see `isUndoExact`.
   */
  apply(version: number, update: (table: KeyedTable) => readonly unknown[]): void {
    if (this.places.length === 0) this.base = version
    else if (version - this.base > ageMax) this.rebase(version)
    this.age = version - this.base
    const log = this.current = new UndoLog(version, this.made)
    try {
      log.output = update(this)
    } catch (error) {
      this.undo(log)
      throw error
    } finally {
      this.current = undefined
    }
    this.logs.push(log)
    this.touches?.add(version, log.slots, this)
    this.made = version
  }

  get isUndoExact(): boolean { return !this.holdsObjects && this.memo === undefined }

  private rebase(version: number): void {
    const { places, base } = this
    for (let at = ageAt; at < places.length; at += width) places[at] = (places[at] as number) + base - version
    this.base = version
  }

  private undo(log: UndoLog): void {
    for (let i = log.slots.length - 1; i >= 0; i--) {
      const slot = log.slots[i]!
      const value = log.values[i]
      if (value === absent) {
        if (this.isLive(slot)) this.vacate(slot)
        continue
      }
      if (!this.isLive(slot)) this.occupy(this.free.splice(this.free.lastIndexOf(slot), 1)[0]!, log.keys[i])
      this.write(slot, value, log.times[i]!)
    }
    // It may be used up, or made while the update ran: it is made again of the entries' times.
    this.touches = undefined
  }

  /** The logs of the versions after `version`, oldest first; undefined when one of them was forgotten, or none leads there. */
  logsSince(version: number): readonly UndoLog[] | undefined {
    if (version === this.made) return []
    const first = this.logs.findIndex(log => log.previous === version)
    return first < 0 ? undefined : this.logs.slice(first)
  }

  logOf(version: number): UndoLog | undefined { return this.logs.find(log => log.version === version) }

  /** Lets go of what is needed for versions before `version` only. */
  forgetBefore(version: number): void {
    this.logs = this.logs.filter(log => log.version >= version || log.version === this.made)
  }

  find(key: unknown): number { return this.index.find(key) }

  findAll(keys: readonly unknown[], count: number, slots: Int32Array): void {
    this.index.findAll(keys, count, slots)
    // Who asks goes on to read or write these entries.
    this.readAhead(slots, count)
  }

  readAhead(slots: Int32Array, count: number): void {
    const { places } = this
    let sum = 0
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      if (slot >= 0 && places[slot * width] === noKey) sum++
    }
    this.wasRead = sum
  }

  keyAt(slot: number): unknown { return this.places[slot * width] }
  valueAt(slot: number): unknown { return this.places[slot * width + valueAt] }
  timeAt(slot: number): number { return this.base + (this.places[slot * width + ageAt] as number) }
  isLive(slot: number): boolean { return this.places[slot * width] !== noKey }

  setAt(slot: number, value: unknown): void {
    this.touchAt(slot)
    this.places[slot * width + valueAt] = value
    if (typeof value === 'object' && value !== null) this.holdsObjects = true
  }

  touchAt(slot: number): void {
    const { places, age } = this
    const at = slot * width
    const before = places[at + ageAt] as number
    // An entry is logged once a version, as it was before it.
    if (before === age) return
    this.current!.add(slot, places[at], places[at + valueAt], this.base + before)
    places[at + ageAt] = age
  }

  removeAt(slot: number): void {
    this.touchAt(slot)
    this.vacate(slot)
  }

  insert(key: unknown, value: unknown): number {
    const slot = this.occupy(this.free.pop() ?? this.slotCount, key)
    const log = this.current!
    log.add(slot, key, absent, 0)
    this.write(slot, value, log.version)
    if (typeof value === 'object' && value !== null) this.holdsObjects = true
    return slot
  }

  private occupy(slot: number, key: unknown): number {
    const { places } = this
    this.index.add(key, slot)
    if (slot === this.slotCount) places.push(key, undefined, 0)
    else places[slot * width] = key
    this.count++
    return slot
  }

  private write(slot: number, value: unknown, time: number): void {
    this.places[slot * width + valueAt] = value
    this.places[slot * width + ageAt] = time - this.base
  }

  private vacate(slot: number): void {
    const { places } = this
    const at = slot * width
    this.removedCount++
    this.index.delete(places[at], slot)
    places[at] = noKey
    places[at + valueAt] = undefined
    this.free.push(slot)
    this.count--
  }

  * idleSince(version: number): Iterable<number> {
    this.touches ??= TouchLists.of(this)
    for (const [touchedAt, slots] of this.touches.takeUntil(version)) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!
        if (this.isLive(slot) && this.timeAt(slot) === touchedAt) yield slot
      }
    }
  }

  load(frame: Uint8Array): void {
    const { keys, values, times, removed } = decodeEntries(frame)
    for (const key of removed) {
      const slot = this.index.find(key)
      if (slot >= 0) this.vacate(slot)
    }
    keys.forEach((key, i) => {
      let slot = this.index.find(key)
      if (slot < 0) slot = this.occupy(this.free.pop() ?? this.slotCount, key)
      const value = values[i]
      this.write(slot, value, times[i]!)
      if (typeof value === 'object' && value !== null) this.holdsObjects = true
    })
    this.touches = undefined
  }
}
