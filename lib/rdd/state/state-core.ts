/** Versions of a keyed state as plans: the next of the one before, and one that is loaded from kept frames. */
import type { SparkContext } from '../context/spark-context'
import { defineSource, defineState, type StateArguments, type StateDefinition } from '../plan'
import { RDD } from '../rdd'
import type { KeyedTable } from './keyed-table'

/** The version `args.version` of a store, made of `previous` (if there is one) and of `inputs`, which are partitioned alike. */
export function stateCore<A extends StateArguments>(
  context: SparkContext, definition: StateDefinition<A>, args: Omit<A, 'hasPrevious'>,
  previous: RDD<never> | undefined, inputs: readonly RDD<any>[],
): RDD<never> {
  const parents = previous === undefined ? inputs : [previous, ...inputs]
  const all = { ...args, hasPrevious: previous !== undefined }
  return new RDD<never>(context, { definition, parents, args: all }, { partitioner: args.partitioner })
}

export interface UpdatedByArguments extends StateArguments {
  readonly f: (table: KeyedTable, inputs: readonly Iterable<any>[], partition: number) => readonly unknown[]
}

/** For states without a node of their own: `f` is their update, and travels as functions of users do. */
export const updatedByNode = defineState<UpdatedByArguments>('updatedBy', ({ f }, table, inputs, partition) => (
  f(table, inputs, partition)
))

/**
 * Gives the frames of a partition, in the order in which they were written. Those in shared memory (`allocateShared`)
 * reach threads without a copy.
 */
export type FrameReader = (partition: number) => Promise<readonly Uint8Array[]>

const keptFramesNode = defineSource<{ readonly count: number, readonly read: FrameReader }>('keptFrames', {
  partitionCount: ({ count }) => count,
  ship: 'bytes',
  read: async ({ read }, partition) => ({ kind: 'array', values: await read(partition) }),
})

export const keptStateNode = defineState<StateArguments>('keptState', (_args, table, [frames], _partition, task) => {
  for (const frame of frames!) {
    table.load(frame)
    task.beat()
  }
  return []
})

/** A version that was kept: what a lost or a recovered state begins with. */
export function keptState(context: SparkContext, args: Omit<StateArguments, 'hasPrevious'>, read: FrameReader): RDD<never> {
  return stateCore(context, keptStateNode, args, undefined, [framesRdd(context, args.partitioner.numPartitions, read)])
}

function framesRdd(context: SparkContext, count: number, read: FrameReader): RDD<Uint8Array> {
  return new RDD<Uint8Array>(context, { definition: keptFramesNode, parents: [], args: { count, read } })
}

/** From now on `core` is what was kept of it: its lineage is forgotten. */
export function replaceByKept(core: RDD<never>, read: FrameReader): void {
  const { store, version, partitioner } = core.node.args as StateArguments
  core.cutLineage({
    definition: keptStateNode, parents: [framesRdd(core.context, partitioner.numPartitions, read)],
    args: { store, version, partitioner, hasPrevious: false },
  })
}
