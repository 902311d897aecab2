/**
 * One step of a window without an inverse: the values of the keys in the panes that entered and in those that left
 * change; no other key is looked at. Without a previous version all panes of the window enter.
 */
import { limits } from '../../base/limits'
import { defineState, type StateArguments } from '../../rdd/plan'
import { eachRecord } from '../../rdd/state/each-record'
import type { KeyedTable } from '../../rdd/state/keyed-table'
import type { TaskContext } from '../../rdd/task-context'
import { ownCopy } from './own-value'
import { PaneQueues, type Merge } from './pane-queues'

export interface RollArguments extends StateArguments {
  readonly operator: string
  readonly f: Merge
  /** The inputs are the panes that entered, in time order. The time of the first, in milliseconds, and how far apart they are. */
  readonly enteredMs: number
  readonly paneMs: number
  /** Times of panes that there are not, between the first and the last that entered. */
  readonly missing: readonly number[]
  /** Panes up to this time are not in the window any more. */
  readonly lastLeftMs: number
}

export const rollPanesNode = defineState<RollArguments>('rollPanes', (args, table, inputs, _partition, task) => {
  const { f, enteredMs, paneMs, missing, lastLeftMs } = args
  const queues = (table.memo ??= new PaneQueues()) as PaneQueues
  queues.leaveUntil(lastLeftMs)
  let pane = enteredMs
  // What enters comes first: a key that is in both kinds of panes is then done with.
  for (const pairs of inputs) {
    while (missing.includes(pane)) pane += paneMs
    queues.beginPane(pane)
    enter(args, table, queues, pairs, task)
    pane += paneMs
  }
  leave(f, table, queues, task)
  return []
})

function enter({ f, operator }: RollArguments, table: KeyedTable, queues: PaneQueues, pairs: Iterable<unknown>, task: TaskContext): void {
  let count = 0
  eachRecord(table, pairs, operator, (key, part, slot) => {
    if ((++count & 1023) === 0) task.beat()
    const value = ownCopy(part)
    if (slot < 0) {
      queues.push(table.insert(key, value), value, f)
      return
    }
    if (queues.isStale(slot)) queues.drop(slot, f)
    table.setAt(slot, queues.push(slot, value, f))
  })
}

function leave(f: Merge, table: KeyedTable, queues: PaneQueues, task: TaskContext): void {
  const slots = new Int32Array(limits.stateLookupsMax)
  for (let some = queues.stale(0, slots); some !== undefined; some = queues.stale(some.next, slots)) {
    task.beat()
    table.readAhead(slots, some.count)
    for (let i = 0; i < some.count; i++) {
      const slot = slots[i]!
      if (queues.drop(slot, f)) table.setAt(slot, queues.total(slot, f))
      else table.removeAt(slot)
    }
  }
  queues.release()
}
