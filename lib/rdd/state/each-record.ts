/** The records of a batch with the slots of their keys, looked up a thousand at a time, which is how a table is fast. */
import { limits } from '../../base/limits'
import { requirePair } from '../pairs/combining-map'
import type { KeyedTable } from './keyed-table'

const chunkLength = limits.stateLookupsMax

/** Calls `visit` for each pair in its order; `slot` is -1 where its key has no entry at that moment. */
export function eachRecord(
  table: KeyedTable, pairs: Iterable<unknown>, operator: string, visit: (key: unknown, value: unknown, slot: number) => void,
): void {
  const chunk = new Chunk(table, visit)
  for (const pair of pairs) {
    requirePair(pair, operator)
    chunk.add(pair[0], pair[1])
  }
  chunk.visitAll()
}

class Chunk {
  private readonly keys: unknown[] = []
  private readonly values: unknown[] = []
  private readonly slots = new Int32Array(chunkLength)
  private count = 0

  constructor(private readonly table: KeyedTable, private readonly visit: (key: unknown, value: unknown, slot: number) => void) {}

  add(key: unknown, value: unknown): void {
    this.keys[this.count] = key
    this.values[this.count] = value
    if (++this.count === chunkLength) this.visitAll()
  }

  visitAll(): void {
    const { table, keys, values, slots, count, visit } = this
    this.count = 0
    table.findAll(keys, count, slots)
    const { removedCount } = table
    for (let i = 0; i < count; i++) {
      let slot = slots[i]!
      // It may have come with an earlier record, or have gone.
      if (slot < 0 || table.removedCount !== removedCount) slot = table.find(keys[i])
      visit(keys[i], values[i], slot)
    }
  }
}
