/**
 * One step of a window that has an inverse: the values of the keys in the panes that left and in those that entered
 * change, the others stay as they are. Partition i of all inputs holds the same keys, so nothing is shuffled.
 */
import { SparkError } from '../../base/errors'
import { limits } from '../../base/limits'
import { CombiningMap } from '../../rdd/pairs/combining-map'
import { defineState, type StateArguments } from '../../rdd/plan'
import { eachRecord } from '../../rdd/state/each-record'
import type { KeyedTable } from '../../rdd/state/keyed-table'
import type { TaskContext } from '../../rdd/task-context'
import { merge, ownCopy } from './own-value'
import { PaneMemory, PaneParts } from './pane-memory'

type Pairs = Iterable<[key: unknown, value: unknown]>

export interface SlideArguments extends StateArguments {
  readonly operator: string
  readonly f: (a: any, b: any) => any
  readonly inverse: (a: any, b: any) => any
  readonly filter: Function | undefined
  /** The inputs are, in time order: the panes that left, the panes that entered. */
  readonly leftCount: number
  /** Where no more than one pane leaves and enters, their times in milliseconds. */
  readonly single: { readonly leftMs: number, readonly enteredMs: number } | undefined
  /** The filter is asked for every key; else only for those whose values may have changed. */
  readonly asksAll: boolean
}

export const slidePanesNode = defineState<SlideArguments>('slidePanes', (args, table, inputs, _partition, task) => {
  const { f, filter, leftCount, asksAll, single, operator } = args
  const touched: number[] = []
  const memory = single === undefined ? undefined : (table.memo ??= new PaneMemory()) as PaneMemory
  // A recovered state knows no panes: they are read again.
  const left = memory?.take(table, single!.leftMs) ?? PaneParts.of(table, reduced(inputs.slice(0, leftCount), f, operator), operator)
  const unmet = takeOut(args, table, left, touched, task)
  putIn(args, table, reduced(inputs.slice(leftCount), f, operator), touched, memory?.begin(single!.enteredMs), task)
  // A filter may have dropped a key while one of its panes was still in the window: it stays dropped.
  if (filter === undefined) requireMet(table, unmet)
  else if (asksAll) dropAll(table, asking(filter))
  else dropTouched(table, touched, asking(filter))
  return []
})

/** All panes of a kind, reduced in time order. */
function reduced(panes: readonly Pairs[], f: SlideArguments['f'], operator: string): Pairs {
  if (panes.length === 1) return panes[0]!
  const map = new CombiningMap({ create: ownCopy, mergeValue: (a, b) => f(a, ownCopy(b)) }, operator)
  for (const pane of panes) for (const [key, value] of pane) map.addValue(key, value)
  return map.pairs()
}

/** Returns the keys that had no value to take out of. */
function takeOut({ inverse, filter }: SlideArguments, table: KeyedTable, { slots, keys, values }: PaneParts, touched: number[], task: TaskContext): unknown[] {
  const unmet: unknown[] = []
  const some = new Int32Array(limits.stateLookupsMax)
  for (let from = 0; from < slots.length; from += some.length) {
    task.beat()
    const count = Math.min(some.length, slots.length - from)
    for (let i = 0; i < count; i++) some[i] = slots[from + i]!
    table.readAhead(some, count)
    for (let i = from; i < from + count; i++) {
      const slot = slots[i]!
      if (slot < 0) unmet.push(keys[i])
      else {
        table.setAt(slot, merge(inverse, table.valueAt(slot), values[i]))
        if (filter !== undefined) touched.push(slot)
      }
    }
  }
  return unmet
}

function putIn(
  { f, filter, operator }: SlideArguments, table: KeyedTable, entered: Pairs, touched: number[], pane: PaneParts | undefined, task: TaskContext,
): void {
  let count = 0
  eachRecord(table, entered, operator, (key, value, found) => {
    if ((++count & 1023) === 0) task.beat()
    const part = ownCopy(value)
    let slot = found
    if (slot < 0) slot = table.insert(key, part)
    else table.setAt(slot, merge(f, table.valueAt(slot), part))
    pane?.add(slot, part)
    if (filter === undefined) return
    touched.push(slot)
    pane?.keys.push(table.keyAt(slot))
  })
}

function requireMet(table: KeyedTable, unmet: readonly unknown[]): void {
  for (const key of unmet) {
    if (table.find(key) >= 0) continue
    throw new SparkError(
      'Neither previous window has value for key, nor new values found.'
      + ' Are you sure your key class hashes consistently?', {
        hint: 'Never change a key in a stream; a partitioner must always give a key the same partition.',
      })
  }
}

/** A function of two parameters takes key and value, any other the pair, as Spark's does. */
function asking(filter: Function): (key: unknown, value: unknown) => unknown {
  if (filter.length === 2) return (key, value) => filter(key, ownCopy(value))
  return (key, value) => filter([key, ownCopy(value)])
}

function dropTouched(table: KeyedTable, touched: readonly number[], stays: (key: unknown, value: unknown) => unknown): void {
  const asked = new Uint8Array(table.slotCount)
  for (const slot of touched) {
    if (asked[slot] === 1) continue
    asked[slot] = 1
    if (!stays(table.keyAt(slot), table.valueAt(slot))) table.removeAt(slot)
  }
}

function dropAll(table: KeyedTable, stays: (key: unknown, value: unknown) => unknown): void {
  for (let slot = 0; slot < table.slotCount; slot++) {
    if (table.isLive(slot) && !stays(table.keyAt(slot), table.valueAt(slot))) table.removeAt(slot)
  }
}
