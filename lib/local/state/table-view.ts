/**
 * One version of a table, to be read while the table may go on: what later versions changed is read from their logs.
 *
 *   table    a:5 b:1 c:9     now, at version 4
 *   log 4    c was 7         c:7 at version 3
 *   log 3    b was absent    no b at version 2
 */
import { SparkError } from '../../base/errors'
import { KeyMap } from '../../base/key-map'
import { encodeEntries } from '../../rdd/state/entry-frame'
import type { StateChanges, StateView } from '../../rdd/state/keyed-table'
import type { StateTable } from './state-table'
import { absent, type UndoLog } from './undo-log'

interface Past { readonly key: unknown, readonly value: unknown, readonly time: number }

/** What goes into frames. */
interface Changes { readonly keys: unknown[], readonly values: unknown[], readonly times: number[], readonly removed: unknown[] }

/** In one array of pairs: few enough to be gone before they grow old. */
const pairsMax = 1024

/** Thrown when a version is asked for that was forgotten. */
export class StateLost extends SparkError {}

export class TableView implements StateView {
  /** What stood in a slot at this version, where it stands there no more. */
  private past: Map<number, Past | undefined> | undefined
  private pastAt: number
  /** The keys of `past`, once somebody asks. */
  private pastKeys: KeyMap<unknown, true> | undefined

  constructor(private readonly table: StateTable, readonly version: number) {
    this.pastAt = version
    this.look()
  }

  /** Takes note of what changed since the last look. */
  private look(): void {
    const { table } = this
    if (table.madeVersion === this.pastAt) return
    const logs = table.logsSince(this.pastAt)
    if (logs === undefined) throw new StateLost(`version ${this.version} of a state was forgotten; the oldest would be needed`)
    const past = this.past ??= new Map()
    // The oldest change of a slot tells what stood there at this version: earlier entries win.
    for (const log of logs) addPast(past, log)
    this.pastKeys = undefined
    this.pastAt = table.madeVersion!
  }

  private has(slot: number): boolean {
    const { past } = this
    return past?.has(slot) === true ? past.get(slot) !== undefined : this.table.isLive(slot)
  }

  private keyAt(slot: number): unknown { return this.past?.has(slot) === true ? this.past.get(slot)!.key : this.table.keyAt(slot) }
  private valueAt(slot: number): unknown { return this.past?.has(slot) === true ? this.past.get(slot)!.value : this.table.valueAt(slot) }
  private timeAt(slot: number): number { return this.past?.has(slot) === true ? this.past.get(slot)!.time : this.table.timeAt(slot) }

  get slotCount(): number { return this.table.slotCount }
  get tableId(): string { return this.table.id }

  get size(): number {
    this.look()
    let size = 0
    if (this.past === undefined) return this.table.size
    for (let slot = 0; slot < this.slotCount; slot++) if (this.has(slot)) size++
    return size
  }

  * entries(): Iterable<readonly [unknown, unknown, number]> {
    for (let slot = 0; slot < this.slotCount; slot++) {
      this.look()
      if (this.has(slot)) yield [this.keyAt(slot), this.valueAt(slot), this.timeAt(slot)]
    }
  }

  pairs(): Iterable<[unknown, unknown][]> { return { [Symbol.iterator]: () => this.pairChunks() } }

  private * pairChunks(): Generator<[unknown, unknown][]> {
    const { table } = this
    for (let from = 0; from < table.slotCount; from += pairsMax) {
      this.look()
      const chunk: [unknown, unknown][] = []
      const until = Math.min(from + pairsMax, table.slotCount)
      if (this.past === undefined) {
        for (let slot = from; slot < until; slot++) if (table.isLive(slot)) chunk.push([table.keyAt(slot), table.valueAt(slot)])
      } else {
        for (let slot = from; slot < until; slot++) if (this.has(slot)) chunk.push([this.keyAt(slot), this.valueAt(slot)])
      }
      yield chunk
    }
  }

  get output(): readonly unknown[] {
    const log = this.table.logOf(this.version)
    if (log === undefined) throw new StateLost(`what the update to version ${this.version} gave was forgotten`)
    return log.output
  }

  changesSince(version: number): StateChanges {
    this.look()
    const logs = version === this.version ? [] : this.table.logsSince(version)?.filter(log => log.version <= this.version)
    if (logs === undefined) return { isWhole: true, frames: this.encoded(0, this.slotCount), count: this.size }
    return this.changesIn(logs)
  }

  private changesIn(logs: readonly UndoLog[]): StateChanges {
    const changes = { keys: [], values: [], times: [], removed: [] } as Changes
    if (this.past === undefined && logs.length === 1) this.addLatest(changes, logs[0]!)
    else this.addAll(changes, logs)
    const count = changes.keys.length + changes.removed.length
    return { isWhole: false, frames: count === 0 ? [] : encodeEntries(changes), count }
  }

  /** Of the table as it is: the usual case, without a look at the past. */
  private addLatest({ keys, values, times, removed }: Changes, log: UndoLog): void {
    const { table } = this
    const count = log.slots.length
    for (let i = 0; i < count; i++) {
      const slot = log.slots[i]!
      const key = log.keys[i]
      if (Object.is(table.keyAt(slot), key)) {
        keys.push(key)
        values.push(table.valueAt(slot))
        times.push(table.timeAt(slot))
      } else if (table.find(key) < 0) removed.push(key)
    }
  }

  private addAll({ keys, values, times, removed }: Changes, logs: readonly UndoLog[]): void {
    const seen = logs.length > 1 ? new Set<number>() : undefined
    for (const log of logs) {
      for (let i = 0; i < log.slots.length; i++) {
        const slot = log.slots[i]!
        const key = log.keys[i]
        if (this.has(slot) && Object.is(this.keyAt(slot), key)) {
          if (seen?.has(slot) === true) continue
          seen?.add(slot)
          keys.push(key)
          values.push(this.valueAt(slot))
          times.push(this.timeAt(slot))
        } else if (!this.holds(key)) removed.push(key)
      }
    }
  }

  /** True when `key` had an entry at this version. */
  private holds(key: unknown): boolean {
    if (this.past === undefined) return this.table.find(key) >= 0
    if (this.pastKeys === undefined) {
      this.pastKeys = new KeyMap()
      for (const past of this.past.values()) if (past !== undefined) this.pastKeys.set(past.key, true)
    }
    if (this.pastKeys.has(key)) return true
    const slot = this.table.find(key)
    return slot >= 0 && this.has(slot) && Object.is(this.keyAt(slot), this.table.keyAt(slot))
  }

  slice(from: number, count: number): readonly Uint8Array[] {
    this.look()
    return this.encoded(from, Math.min(this.slotCount, from + count))
  }

  private encoded(from: number, to: number): readonly Uint8Array[] {
    const keys: unknown[] = []
    const values: unknown[] = []
    const times: number[] = []
    for (let slot = from; slot < to; slot++) {
      if (!this.has(slot)) continue
      keys.push(this.keyAt(slot))
      values.push(this.valueAt(slot))
      times.push(this.timeAt(slot))
    }
    return encodeEntries({ keys, values, times, removed: [] })
  }
}

function addPast(past: Map<number, Past | undefined>, { slots, keys, values, times }: UndoLog): void {
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i]!
    if (past.has(slot)) continue
    const value = values[i]
    past.set(slot, value === absent ? undefined : { key: keys[i], value, time: times[i]! })
  }
}
