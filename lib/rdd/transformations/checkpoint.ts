/**
 * checkpoint and localCheckpoint: cut an RDD's lineage by writing its partitions, right after its first job,
 * to reliable storage or to the engine's own blocks.
 */
import { CallSite } from '../../base/call-site'
import { SparkError } from '../../base/errors'
import { logFor } from '../../base/log'
import { freshSeed } from '../../base/random'
import { allFiles } from '../../disk/files'
import { joinPath } from '../../disk/paths'
import { countSink } from '../actions/count'
import { markForCheckpoint, setCheckpointWriter, type Mark } from '../checkpoint'
import { SparkContext } from '../context/spark-context'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { outputPath } from '../saving/output-path'
import { saveObjectFile } from '../saving/save-as-object-file'
import { checkpointNode, localCheckpointNode } from '../sources/checkpoint-file'
import { StorageLevel } from '../storage-level'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * Sets the folder below which `rdd.checkpoint()` writes, in a folder of this context's own. It is made
     * when the first checkpoint is written. Throws IllegalArgumentError for what is no path. Counterpart:
     * SparkContext.setCheckpointDir.
     */
    setCheckpointDir(directory: string): void
    /** This context's own folder for checkpoints; undefined before setCheckpointDir. */
    getCheckpointDir(): string | undefined
  }
}

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Marks this RDD: right after the first job that uses it, its partitions are written to the checkpoint
     * folder and its lineage is cut. It is computed a second time for that, unless it is persisted. Returns
     * this. Throws SparkError when no folder was set. Counterpart: RDD.checkpoint.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'checkpoints')
     * sc.setCheckpointDir('checkpoints')
     * const squares = sc.parallelize([1, 2, 3]).map(x => x * x).checkpoint()
     * console.log(await squares.count(), squares.isCheckpointed) // 3 true
     * await sc.stop()
     * ```
     */
    checkpoint(): this
    /**
     * Marks this RDD to have its lineage cut after its first job with its partitions kept by the engine
     * alone: faster than `checkpoint`, and lost with the process. Persists with a level that has the disk.
     * Returns this. Counterpart: RDD.localCheckpoint.
     */
    localCheckpoint(): this
    /** True when the checkpoint is written and the lineage is cut. Counterpart: RDD.isCheckpointed. */
    readonly isCheckpointed: boolean
    /**
     * The folder of the written checkpoint; undefined before, and for a local one. Counterpart:
     * RDD.getCheckpointFile.
     */
    getCheckpointFile(): string | undefined
  }
}

const log = logFor('checkpoint')
const directories = new WeakMap<SparkContext, string>()

SparkContext.prototype.setCheckpointDir = function (this: SparkContext, directory: string): void {
  this.requireRunning()
  const parent = outputPath('setCheckpointDir', directory, 'the folder')
  directories.set(this, joinPath(parent, `${this.applicationId}-${freshSeed().toString(36)}`))
}

SparkContext.prototype.getCheckpointDir = function (this: SparkContext): string | undefined {
  return directories.get(this)
}

RDD.prototype.checkpoint = function <T>(this: RDD<T>): RDD<T> {
  const site = CallSite.capture('checkpoint')
  if (this.context.getCheckpointDir() === undefined) {
    throw new SparkError('Checkpoint directory has not been set in the SparkContext', {
      at: site.toString(), hint: "sc.setCheckpointDir('some/folder') before rdd.checkpoint().",
    })
  }
  if (this.checkpointState === undefined) markForCheckpoint(this, 'reliable', site)
  return this
} as any

RDD.prototype.localCheckpoint = function <T>(this: RDD<T>): RDD<T> {
  if (this.checkpointState?.done === true) return this
  if (this.checkpointState?.kind === 'reliable') {
    log.warn(`${this} was marked with checkpoint() before; localCheckpoint() replaces that`)
  }
  persistWithDisk(this)
  markForCheckpoint(this, 'local', CallSite.capture('localCheckpoint'))
  return this
} as any

Object.defineProperty(RDD.prototype, 'isCheckpointed', {
  get(this: RDD<any>): boolean { return this.checkpointState?.done === true },
})

RDD.prototype.getCheckpointFile = function (this: RDD<any>): string | undefined {
  return this.checkpointState?.file
}

/** Blocks that are the only copy must not be dropped for want of memory. */
function persistWithDisk(rdd: RDD<any>): void {
  const level = rdd.getStorageLevel()
  if (level.equals(StorageLevel.NONE)) rdd.persist(StorageLevel.MEMORY_AND_DISK)
  if (level.useDisk || level.equals(StorageLevel.NONE)) return
  const { useMemory, useOffHeap, deserialized, replication } = level
  rdd.unpersist().persist(new StorageLevel(true, useMemory, useOffHeap, deserialized, replication))
}

setCheckpointWriter((rdd, mark) => mark.kind === 'local' ? keepBlocks(rdd, mark) : writeFiles(rdd, mark))

async function writeFiles(rdd: RDD<any>, mark: Mark): Promise<void> {
  const directory = joinPath(rdd.context.getCheckpointDir()!, `rdd-${rdd.id}`)
  const count = rdd.getNumPartitions()
  const options = { replace: true, operator: 'checkpoint', isPrivate: true }
  await CallSite.within(mark.site, () => saveObjectFile(rdd, directory, options))
  rdd.cutLineage({ definition: checkpointNode, parents: [], args: { directory, count } })
  mark.file = directory
}

/**
 * The job that has just run may have looked at some partitions only: all are asked for, so that all are kept.
 */
async function keepBlocks(rdd: RDD<any>, mark: Mark): Promise<void> {
  const count = rdd.getNumPartitions()
  await CallSite.within(mark.site, () => runJob('localCheckpoint', rdd, countSink, null))
  rdd.cutLineage({ definition: localCheckpointNode, parents: [], args: { count, rddId: rdd.id } })
}

/** Internal: removes the files of a written checkpoint that nobody will read again. */
export async function removeCheckpoint(file: string): Promise<void> { await allFiles.remove(file) }
