/**
 * The states of a thread: of the partitions whose home it is, and of no others. The driver is told after each
 * task which versions are there.
 */
import type { Input } from '../../rdd/plan'
import type { RDD } from '../../rdd/rdd'
import type { TaskContext } from '../../rdd/task-context'
import type { Maybe } from '../maybe'
import { StateStore, type OpenPartition } from '../state/state-store'
import { StateLost } from '../state/table-view'
import type { StateNote } from './protocol'

export class ThreadStates {
  private readonly tables = new StateStore()
  /** What the running task has read. */
  private readonly touched = new Map<string, Set<number>>()

  constructor(private readonly slot: number, private readonly slotCount: number) {}

  /** A task begins. */
  begin(counted: readonly StateNote[]): void {
    this.touched.clear()
    for (const { store, partition, version } of counted) {
      if (version !== undefined) this.tables.counted(store, partition, version)
    }
  }

  read(rdd: RDD<any>, partition: number, task: TaskContext, open: OpenPartition): Maybe<Input> {
    const { store } = rdd.node.parents[0]!.node.args as { readonly store: string }
    if (partition % this.slotCount !== this.slot) {
      throw new StateLost(`partition ${partition} of the state ${store} is in another thread`)
    }
    const partitions = this.touched.get(store)
    if (partitions === undefined) this.touched.set(store, new Set([partition]))
    else partitions.add(partition)
    return this.tables.read(rdd, partition, task, open)
  }

  /** What there is of what the task has read. */
  notes(): StateNote[] {
    const { tables } = this
    return [...this.touched].flatMap(([store, partitions]) => (
      [...partitions].map(partition => ({ store, partition, version: tables.versionOf(store, partition) }))
    ))
  }

  forgetBefore(store: string, version: number): void { this.tables.forgetBefore(store, version) }
  drop(store: string): void { this.tables.drop(store) }
}
