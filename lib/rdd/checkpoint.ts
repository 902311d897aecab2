/**
 * Checkpoints of RDDs: after the first job on a marked RDD its partitions are written as object files and its lineage
 * is cut there. See `transformations/checkpoint.ts` for the methods.
 */
import type { RDD } from './rdd'

type Writer = (rdd: RDD<any>) => Promise<void>
let writer: Writer = async () => undefined

/** Internal: the method file hands its writer in, so that this file needs no actions and no sources. */
export function setCheckpointWriter(write: Writer): void { writer = write }

/** Writes the checkpoint of every marked RDD of this lineage, ancestors last (a cut child needs them no more). */
export async function writePendingCheckpoints(rdd: RDD<any>): Promise<void> {
  const { checkpointState } = rdd
  if (checkpointState !== undefined && !checkpointState.done) {
    checkpointState.done = true
    await writer(rdd)
  }
  for (const parent of rdd.node.parents) await writePendingCheckpoints(parent)
}
