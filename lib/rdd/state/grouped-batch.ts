/**
 * The values of a batch by the slots of their keys in a table. Keys without an entry get one, with an undefined value,
 * and are known as new: who updates the table gives each a value or removes it.
 */
import { KeyMap } from '../../base/key-map'
import { requirePair } from '../pairs/combining-map'
import { eachRecord } from './each-record'
import type { KeyedTable } from './keyed-table'

export class GroupedBatch {
  private readonly groups: unknown[][] = []
  /** By slot: 0 where no values came, n for the group n - 1, and -n for that of a new key. */
  private places: Int32Array

  constructor(private readonly table: KeyedTable, pairs: Iterable<unknown>, operator: string) {
    this.places = new Int32Array(table.slotCount)
    eachRecord(table, pairs, operator, (key, value, slot) => this.add(key, value, slot))
    // Every slot has a place, so that reading one is a load and nothing else.
    if (this.places.length < table.slotCount) this.grow(table.slotCount)
  }

  private add(key: unknown, value: unknown, slot: number): void {
    const { table, groups } = this
    if (slot < 0) {
      const added = table.insert(key, undefined)
      if (added >= this.places.length) this.grow(Math.max(1024, added * 2))
      this.places[added] = -groups.push([value])
      return
    }
    const place = this.places[slot]!
    if (place === 0) this.places[slot] = groups.push([value])
    else groups[Math.abs(place) - 1]!.push(value)
  }

  private grow(length: number): void {
    const places = new Int32Array(length)
    places.set(this.places)
    this.places = places
  }

  /** The values that came; an array of its own for each slot, which a function may change. */
  valuesOf(slot: number): unknown[] {
    const place = this.places[slot]!
    return place === 0 ? [] : this.groups[Math.abs(place) - 1]!
  }

  isNew(slot: number): boolean { return this.places[slot]! < 0 }

  /** The same without a table: `[key, values, state]` of each key that has a state or values. */
  static aside(states: Iterable<unknown>, pairs: Iterable<unknown>, operator: string): Iterable<[unknown, unknown[], unknown]> {
    const entries = new KeyMap<unknown, [unknown, unknown[], unknown]>()
    for (const pair of states) {
      requirePair(pair, operator)
      if (!entries.has(pair[0])) entries.set(pair[0], [pair[0], [], pair[1]])
    }
    for (const pair of pairs) {
      requirePair(pair, operator)
      const entry = entries.get(pair[0])
      if (entry === undefined) entries.set(pair[0], [pair[0], [pair[1]], undefined])
      else entry[1].push(pair[1])
    }
    return entries.values()
  }
}
