/**
 * A walk over all entries of a state, some slots of every partition with each version, in about as many bytes as the
 * version changed. When a table was made anew meanwhile its slots are others, and the walk is given up.
 */
import { limits } from '../../base/limits'
import type { PartitionChanges } from '../../rdd/state/readers'

export class SliceSweep {
  private readonly from: number[]
  private readonly tables: (string | undefined)[]
  private count: number = limits.stateSliceEntriesMin

  /** `base`: the version after which changes are to be applied again. */
  constructor(readonly base: number, private readonly partitions: number) {
    this.from = new Array<number>(partitions).fill(0)
    this.tables = new Array<string | undefined>(partitions)
  }

  next(): (readonly [from: number, count: number])[] { return this.from.map(from => [from, this.count]) }

  /** Takes note of what `next` asked for. */
  took(changes: readonly PartitionChanges[]): 'going on' | 'done' | 'given up' {
    let isDone = true
    let changed = 0
    for (const { partition, tableId, slotCount, count } of changes) {
      if ((this.tables[partition] ??= tableId) !== tableId) return 'given up'
      this.from[partition]! += this.count
      if (this.from[partition]! < slotCount) isDone = false
      changed += count
    }
    this.count = Math.max(limits.stateSliceEntriesMin, Math.ceil(changed / this.partitions))
    return isDone ? 'done' : 'going on'
  }
}
