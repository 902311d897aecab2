/**
 * The files of checkpoints that a stream has forgotten. They go once a later checkpoint of the same stream is written,
 * for until then the RDDs in between may have to be computed from them.
 */
import { logFor } from '../base/log'
import type { RDD } from '../rdd/rdd'
import { removeCheckpoint } from '../rdd/transformations/checkpoint'

const log = logFor('DStream')

export class ExpiredCheckpoints {
  private readonly files: string[] = []

  /** Called with an RDD that its stream has just forgotten. */
  add(rdd: RDD<any>): void {
    const file = rdd.getCheckpointFile()
    if (file !== undefined) this.files.push(file)
  }

  /** Removes what was added, when one of the RDDs that the stream still remembers is written. */
  removeOnceReplaced(remembered: Iterable<RDD<any> | undefined>): void {
    if (this.files.length === 0) return
    for (const rdd of remembered) {
      if (rdd?.isCheckpointed !== true) continue
      for (const file of this.files.splice(0)) void remove(file)
      return
    }
  }
}

async function remove(file: string): Promise<void> {
  try {
    await removeCheckpoint(file)
  } catch (error) {
    log.warn(`the old checkpoint ${file} stays: ${String((error as Error)?.message ?? error)}`)
  }
}
