/** The readers of a version of a state: its entries, what its update gave, and its changes for a checkpoint. */
import type { RDD } from '../rdd'
import { defineStateRead } from '../plan'

/** Pairs `[key, value]` of every entry. */
export const stateEntriesNode = defineStateRead<null>('stateEntries', (_args, view) => view.pairs(), { inChunks: true })

/** What `update` returned. */
export const stateOutputNode = defineStateRead<null>('stateOutput', (_args, view) => view.output)

export interface ChangesArguments {
  /** The version that is kept already; undefined where none is. */
  readonly since: number | undefined
  /** By partition: the first slot of a further slice of all entries, and how many slots; see `lib/streaming/checkpoint`. */
  readonly slices: readonly (readonly [from: number, count: number] | undefined)[]
}

/** One record a partition, as a checkpoint keeps it. */
export interface PartitionChanges {
  readonly partition: number
  readonly isWhole: boolean
  readonly frames: readonly Uint8Array[]
  readonly count: number
  readonly slice: readonly Uint8Array[] | undefined
  readonly slotCount: number
  readonly size: number
  /** Another one after a table was made anew: its slots are not those of the one before. */
  readonly tableId: string
}

export const stateChangesNode = defineStateRead<ChangesArguments>('stateChanges', ({ since, slices }, view, partition) => {
  const { isWhole, frames, count } = view.changesSince(since ?? Number.NEGATIVE_INFINITY)
  const wanted = slices[partition]
  const slice = wanted === undefined ? undefined : view.slice(...wanted)
  const changes: PartitionChanges = { partition, isWhole, frames, count, slice, slotCount: view.slotCount, size: view.size, tableId: view.tableId }
  return [changes]
})

/** The entries of a version, in the partitions of its keys. */
export function stateEntries<K, V>(core: RDD<never>): RDD<[K, V]> {
  return core.derive(stateEntriesNode, null, { partitioner: core.partitioner })
}

/** What the update to this version returned. */
export function stateOutput<T>(core: RDD<never>): RDD<T> { return core.derive(stateOutputNode, null) }

export function stateChanges(core: RDD<never>, args: ChangesArguments): RDD<PartitionChanges> {
  return core.derive(stateChangesNode, args)
}
