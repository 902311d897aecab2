/**
 * mapWithState as versions of a table: the function is called once a record, never for other keys, save for those whose
 * time is out. What it returns is the output of the version.
 */
import { Time } from '../../base/time'
import { requirePair } from '../pairs/combining-map'
import { defineState, type StateArguments } from '../plan'
import { eachRecord } from './each-record'
import type { KeyedTable } from './keyed-table'
import { State } from './state'

export interface MapWithStateArguments extends StateArguments {
  readonly f: Function
  /** `f` takes the time first, and may return undefined for nothing. */
  readonly isTimed: boolean
  /** Keys are idle that were touched longer ago than this. */
  readonly timeoutMs: number | undefined
  readonly operator: string
  /** Which inputs there are, in this order. */
  readonly hasInitial: boolean
  readonly hasBatch: boolean
}

export const mapWithStateNode = defineState<MapWithStateArguments>('mapWithState', (args, table, inputs) => {
  const { hasInitial, hasBatch, operator } = args
  if (hasInitial) insertLast(table, inputs[0]!, operator)
  const run = new Run(args, table)
  if (hasBatch) eachRecord(table, inputs[hasInitial ? 1 : 0]!, operator, (key, value, slot) => run.record(key, value, slot))
  if (args.timeoutMs !== undefined) run.timeOut(args.timeoutMs)
  return run.output
})

/** Of pairs with one key the last counts, as in Spark. */
function insertLast(table: KeyedTable, pairs: Iterable<unknown>, operator: string): void {
  for (const pair of pairs) {
    requirePair(pair, operator)
    const slot = table.find(pair[0])
    if (slot < 0) table.insert(pair[0], pair[1])
    else table.setAt(slot, pair[1])
  }
}

class Run {
  readonly output: unknown[] = []
  private readonly f: Function
  private readonly isTimed: boolean
  private readonly refreshes: boolean
  private readonly time: Time

  constructor({ f, isTimed, timeoutMs }: MapWithStateArguments, private readonly table: KeyedTable) {
    this.f = f
    this.isTimed = isTimed
    this.refreshes = timeoutMs !== undefined
    this.time = new Time(table.version)
  }

  record(key: unknown, value: unknown, slot: number): void {
    const { table } = this
    const state = slot < 0 ? new State() : new State(table.valueAt(slot), 'set')
    this.call(key, value, state)
    const change = State.end(state)
    if (change === 'updated') {
      if (slot < 0) table.insert(key, State.valueOf(state))
      else table.setAt(slot, State.valueOf(state))
    } else if (slot >= 0) {
      if (change === 'removed') table.removeAt(slot)
      else if (this.refreshes || change === 'read') table.touchAt(slot)
    }
  }

  timeOut(timeoutMs: number): void {
    const { table } = this
    // Strictly before: a key that was touched just `timeoutMs` ago is not idle yet.
    for (const slot of table.idleSince(table.version - timeoutMs - 1)) {
      const state = new State(table.valueAt(slot), 'timingOut')
      this.call(table.keyAt(slot), undefined, state)
      State.end(state)
      table.removeAt(slot)
    }
  }

  private call(key: unknown, value: unknown, state: State<unknown>): void {
    if (!this.isTimed) this.output.push(this.f(key, value, state))
    else {
      const mapped: unknown = this.f(this.time, key, value, state)
      if (mapped !== undefined) this.output.push(mapped)
    }
  }
}
