/**
 * The entries of one partition of a state, changed in place from version to version. Each version leaves a log of what it
 * changed, so that it can be undone when it fails, read as it was before, and written to a checkpoint by what changed.
 *
 *   slots   keys    values   times        index: key -> slot
 *     0     'a'       3      5000
 *     1     (none)                        a removed entry: its slot is used again
 *     2     'b'       1      4000
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

let tables = 0

export class StateTable implements KeyedTable {
  /** Of this process: threads number their own. */
  readonly id = `${threadId}-${tables++}`
  private readonly keys: unknown[] = []
  private readonly values: unknown[] = []
  /** As long as there are slots, or longer. */
  private times = new Float64Array(16)
  private readonly index = new SlotIndex(this.keys)
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
  get slotCount(): number { return this.keys.length }

  /**
   * Makes `version` with `update`. When that throws, everything is as it was before; but for values that are objects,
   * which it may have changed in place: see `isUndoExact`.
   */
  apply(version: number, update: (table: KeyedTable) => readonly unknown[]): void {
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

  private undo(log: UndoLog): void {
    for (let i = log.slots.length - 1; i >= 0; i--) {
      const slot = log.slots[i]!
      const value = log.values[i]
      if (value === absent) {
        if (this.keys[slot] !== noKey) this.vacate(slot)
        continue
      }
      if (this.keys[slot] === noKey) this.occupy(this.free.splice(this.free.lastIndexOf(slot), 1)[0]!, log.keys[i])
      this.values[slot] = value
      this.times[slot] = log.times[i]!
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
    const { keys, values, times } = this
    let sum = 0
    for (let i = 0; i < count; i++) {
      const slot = slots[i]!
      if (slot >= 0) sum += times[slot]! + (values[slot] === noKey ? 1 : 0) + (keys[slot] === noKey ? 1 : 0)
    }
    this.wasRead = sum
  }

  keyAt(slot: number): unknown { return this.keys[slot] }
  valueAt(slot: number): unknown { return this.values[slot] }
  timeAt(slot: number): number { return this.times[slot]! }
  isLive(slot: number): boolean { return this.keys[slot] !== noKey }

  setAt(slot: number, value: unknown): void {
    this.touchAt(slot)
    this.values[slot] = value
    if (typeof value === 'object' && value !== null) this.holdsObjects = true
  }

  touchAt(slot: number): void {
    const log = this.current!
    // An entry is logged once a version, as it was before it.
    if (this.times[slot] === log.version) return
    log.add(slot, this.keys[slot], this.values[slot], this.times[slot]!)
    this.times[slot] = log.version
  }

  removeAt(slot: number): void {
    this.touchAt(slot)
    this.vacate(slot)
  }

  insert(key: unknown, value: unknown): number {
    const slot = this.occupy(this.free.pop() ?? this.keys.length, key)
    const log = this.current!
    log.add(slot, key, absent, 0)
    this.values[slot] = value
    this.times[slot] = log.version
    if (typeof value === 'object' && value !== null) this.holdsObjects = true
    return slot
  }

  private occupy(slot: number, key: unknown): number {
    this.index.add(key, slot)
    this.keys[slot] = key
    this.count++
    if (slot >= this.times.length) this.times = longer(this.times)
    return slot
  }

  private vacate(slot: number): void {
    this.removedCount++
    this.index.delete(this.keys[slot], slot)
    this.keys[slot] = noKey
    // V8 holds arrays of nothing but numbers in less room: one that is left behind keeps them so.
    if (typeof this.values[slot] !== 'number') this.values[slot] = undefined
    this.free.push(slot)
    this.count--
  }

  * idleSince(version: number): Iterable<number> {
    this.touches ??= TouchLists.of(this)
    for (const [touchedAt, slots] of this.touches.takeUntil(version)) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!
        if (this.times[slot] === touchedAt && this.isLive(slot)) yield slot
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
      if (slot < 0) slot = this.occupy(this.free.pop() ?? this.keys.length, key)
      const value = this.values[slot] = values[i]
      this.times[slot] = times[i]!
      if (typeof value === 'object' && value !== null) this.holdsObjects = true
    })
    this.touches = undefined
  }
}

function longer(times: Float64Array): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(times.length * 2)
  copy.set(times)
  return copy
}
