/** The partitions of a checkpointed RDD, read from the object files of its checkpoint. */
import { SparkError } from '../../base/errors'
import { DiskError } from '../../disk/disk'
import { joinPath } from '../../disk/paths'
import { defineSource } from '../plan'
import { partName } from '../saving/output-directory'
import { readObjects } from './object-file'

interface CheckpointFiles { readonly directory: string, readonly count: number }

export const checkpointNode = defineSource<CheckpointFiles>('checkpoint', {
  partitionCount: ({ count }) => count,
  read: ({ directory }, partition) => ({
    kind: 'asyncChunks', values: readPart(joinPath(directory, partName(partition))),
  }),
})

async function* readPart(file: string): AsyncGenerator<unknown[], void> {
  try { yield* readObjects(file) } catch (error) {
    if (!DiskError.isNotFound(error)) throw error
    throw new SparkError(`Checkpoint file ${file} is not there any more`, {
      cause: error,
      hint: 'The lineage of a checkpointed RDD is cut: its files must stay as long as it is used.',
    })
  }
}

interface CheckpointBlocks { readonly count: number, readonly rddId: number }

/** Partitions that are in the block store and nowhere else: what localCheckpoint leaves of a lineage. */
export const localCheckpointNode = defineSource<CheckpointBlocks>('localCheckpoint', {
  partitionCount: ({ count }) => count,
  read: ({ rddId }, partition) => {
    throw new SparkError(`Checkpoint block rdd_${rddId}_${partition} not found! `
      + 'It was dropped by unpersist(), or the thread that held it is gone.', {
      hint: 'Use checkpoint(), which writes to reliable storage, or do not unpersist it.',
    })
  },
})
