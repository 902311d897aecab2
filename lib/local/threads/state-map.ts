/**
 * Which versions of states the threads have. Partition p of every state has its home in the thread of slot p
 * modulo the number of threads, so that partitions of states that are partitioned alike are together. A
 * thread that dies has none.
 */
import type { RDD } from '../../rdd/rdd'
import type { StateNote } from './protocol'

/** By partition. */
type Versions = Map<number, number>

export class StateMap {
  private readonly made = new Map<string, Versions>()
  /** Up to which version accumulator updates were counted: that outlives threads. */
  private readonly counted = new Map<string, Versions>()
  /** When each store was dropped. */
  private readonly drops = new Map<string, number>()
  private dropCount = 0

  constructor(readonly slotCount: number) {}

  slotOf(partition: number): number { return partition % this.slotCount }

  /** True when the home of a partition has `version` or a later one. */
  holds(store: string, version: number, partition: number): boolean {
    const made = this.made.get(store)?.get(partition)
    return made !== undefined && made >= version
  }

  /** True when the homes of all its partitions have the version that `state` is, or later ones. */
  holdsAll(state: RDD<any>): boolean {
    const { store, version } = state.node.args as { readonly store: string, readonly version: number }
    for (let partition = state.getNumPartitions() - 1; partition >= 0; partition--) {
      if (!this.holds(store, version, partition)) return false
    }
    return true
  }

  /** What a task that may make versions has to know. */
  countOf(store: string, partition: number): StateNote {
    return { store, partition, version: this.counted.get(store)?.get(partition) }
  }

  /** To be given to `take` with what a task that is sent now reports. */
  get moment(): number { return this.dropCount }

  /** What a task reports. `isCounted`: its accumulator updates have been counted. */
  take(notes: readonly StateNote[], moment: number, isCounted: boolean): void {
    for (const { store, partition, version } of notes) {
      // The thread has dropped it after the task.
      if ((this.drops.get(store) ?? 0) > moment) continue
      if (version === undefined) this.made.get(store)?.delete(partition)
      else set(this.made, store, partition, version)
      if (version !== undefined && isCounted) set(this.counted, store, partition, version)
    }
  }

  /** The thread of a slot is gone. */
  lose(slot: number): void {
    for (const versions of this.made.values()) {
      for (const partition of versions.keys()) if (this.slotOf(partition) === slot) versions.delete(partition)
    }
  }

  drop(store: string): void {
    this.made.delete(store)
    this.counted.delete(store)
    this.drops.set(store, ++this.dropCount)
  }
}

function set(stores: Map<string, Versions>, store: string, partition: number, version: number): void {
  let versions = stores.get(store)
  if (versions === undefined) stores.set(store, versions = new Map())
  versions.set(partition, version)
}
