/**
 * updateStateByKey as versions of a table: the function is called for every key that has a state or data, each batch.
 * Only entries whose states have changed are written, so that what a checkpoint keeps is what changed.
 */
import { show } from '../../base/show'
import { Time } from '../../base/time'
import { SparkError } from '../../base/errors'
import { requirePair } from '../pairs/combining-map'
import { definePartition, defineState, type StateArguments } from '../plan'
import { GroupedBatch } from './grouped-batch'
import type { KeyedTable } from './keyed-table'
import { iterableOf } from './returned-pairs'

/** What the function takes: the values, or also time and key, or an iterator over all keys of a partition. */
export type UpdateForm = 'values' | 'timed' | 'iterator'

export interface UpdateArguments extends StateArguments {
  readonly f: Function
  readonly form: UpdateForm
  readonly operator: string
  /** Which inputs there are, in this order. */
  readonly hasInitial: boolean
  readonly hasBatch: boolean
}

export const updateStateNode = defineState<UpdateArguments>('updateState', (args, table, inputs, partition) => {
  const { form, hasInitial, hasBatch, operator } = args
  if (hasInitial) insertFirst(table, inputs[0]!, operator)
  const batch = new GroupedBatch(table, hasBatch ? inputs[hasInitial ? 1 : 0]! : [], operator)
  if (form === 'iterator') updateThroughIterator(args, table, batch, partition)
  else updateEach(args, table, batch)
  return []
})

/** Of pairs with one key the first counts, as in Spark. */
function insertFirst(table: KeyedTable, pairs: Iterable<unknown>, operator: string): void {
  for (const pair of pairs) {
    requirePair(pair, operator)
    if (pair[1] !== undefined && table.find(pair[0]) < 0) table.insert(pair[0], pair[1])
  }
}

function updateEach({ f, form }: UpdateArguments, table: KeyedTable, batch: GroupedBatch): void {
  const time = form === 'timed' ? new Time(table.version) : undefined
  const { slotCount } = table
  for (let slot = 0; slot < slotCount; slot++) {
    if (!table.isLive(slot)) continue
    const values = batch.valuesOf(slot)
    const isNew = batch.isNew(slot)
    const before = isNew ? undefined : table.valueAt(slot)
    const after: unknown = time === undefined ? f(values, before) : f(time, table.keyAt(slot), values, before)
    write(table, slot, isNew, before, after)
  }
}

/** An object may have been changed in place, so it counts as changed. */
function write(table: KeyedTable, slot: number, isNew: boolean, before: unknown, after: unknown): void {
  if (after === undefined) table.removeAt(slot)
  else if (isNew || (typeof after === 'object' && after !== null) || !Object.is(before, after)) table.setAt(slot, after)
}

/** A slot of the iterator form: not offered to the function yet, offered, or given back with a state. */
const offered = 1
const kept = 2

function updateThroughIterator(args: UpdateArguments, table: KeyedTable, batch: GroupedBatch, partition: number): void {
  const { slotCount } = table
  const marks = new Uint8Array(slotCount)
  let at = -1
  function* offer(): Generator<[unknown, unknown[], unknown]> {
    for (let slot = 0; slot < slotCount; slot++) {
      // A free slot may have got a key that the function has made.
      if (!table.isLive(slot) || (marks[slot]! & kept) !== 0) continue
      marks[slot]! |= offered
      at = slot
      yield [table.keyAt(slot), batch.valuesOf(slot), batch.isNew(slot) ? undefined : table.valueAt(slot)]
    }
  }
  // States of keys that the function has not seen yet: written when it has, for it is to see them as they were.
  const early: [unknown, unknown][] = []
  const place = (key: unknown, state: unknown): void => {
    const slot = at >= 0 && table.isLive(at) && table.keyAt(at) === key ? at : table.find(key)
    if (state === undefined || (marks[slot]! & kept) !== 0) return
    if (slot < 0) {
      const added = insertReturned(args, table, key, state, partition)
      if (added < slotCount) marks[added]! |= kept
    } else if (slot < slotCount) {
      if ((marks[slot]! & offered) === 0) {
        early.push([key, state])
        return
      }
      marks[slot]! |= kept
      write(table, slot, batch.isNew(slot), batch.isNew(slot) ? undefined : table.valueAt(slot), state)
    }
  }
  for (const pair of iterableOf(args.f(offer()), args.operator)) place(pair[0], pair[1])
  for (let slot = 0; slot < slotCount; slot++) marks[slot]! |= offered
  for (const [key, state] of early) place(key, state)
  for (let slot = 0; slot < slotCount; slot++) if ((marks[slot]! & kept) === 0 && table.isLive(slot)) table.removeAt(slot)
}

function insertReturned({ partitioner, operator }: UpdateArguments, table: KeyedTable, key: unknown, state: unknown, partition: number): number {
  const right = partitioner.getPartition(key)
  if (right !== partition) {
    throw new SparkError(`the function of ${operator} returned the key ${show(key)} in partition ${partition}, which belongs in partition ${right}`, {
      hint: 'A function that makes new keys needs { rememberPartitioner: false }.',
    })
  }
  return table.insert(key, state)
}

export interface ReturnedArguments { readonly f: Function, readonly operator: string }

/**
 * The pairs that an iterator function returns for a partition, not placed: for functions that make keys of other
 * partitions. Its inputs are the entries of the version before, and the batch where there is one.
 */
export const returnedStatesNode = definePartition<ReturnedArguments>('returnedStates', {
  partitionCount: (_args, parents) => parents[0]!.getNumPartitions(),
  inputs: (_args, partition, parents) => parents.map((_, parent) => ({ parent, partition })),
  compute: ({ f, operator }, [before, batch]) => {
    const entries = GroupedBatch.aside(before!, batch ?? [], operator)
    return iterableOf(f(entries[Symbol.iterator]()), operator)
  },
})

/** The version that holds just the pairs of its input; of pairs with one key the first counts. */
export const replaceStateNode = defineState<StateArguments & { readonly operator: string }>('replaceState', ({ operator }, table, [pairs]) => {
  const kept = new Uint8Array(table.slotCount)
  const { slotCount } = table
  for (const pair of pairs!) {
    requirePair(pair, operator)
    if (pair[1] === undefined) continue
    const slot = table.find(pair[0])
    if (slot < 0) {
      const added = table.insert(pair[0], pair[1])
      if (added < slotCount) kept[added] = 1
    } else if (slot < slotCount && kept[slot] === 0) {
      kept[slot] = 1
      write(table, slot, false, table.valueAt(slot), pair[1])
    }
  }
  for (let slot = 0; slot < slotCount; slot++) if (kept[slot] === 0 && table.isLive(slot)) table.removeAt(slot)
  return []
})
