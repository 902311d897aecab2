/** getRDDStorageInfo: what persisted RDDs hold at the moment. */
import type { StorageLevel } from '../storage-level'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /**
     * The persisted RDDs of which something is stored, by id. Counterpart: SparkContext.getRDDStorageInfo.
     */
    getRDDStorageInfo(): RDDInfo[]
  }
}

/** Counterpart: org.apache.spark.storage.RDDInfo. Sizes are in bytes. */
export interface RDDInfo {
  readonly id: number
  readonly name: string
  readonly numPartitions: number
  readonly storageLevel: StorageLevel
  readonly numCachedPartitions: number
  readonly memSize: number
  readonly diskSize: number
  readonly isCached: boolean
}

SparkContext.prototype.getRDDStorageInfo = function (): RDDInfo[] {
  const persistent = this.getPersistentRDDs()
  const infos: RDDInfo[] = []
  for (const { id, partitionsCached, memoryBytes, diskBytes } of this.runner.storedRdds()) {
    const rdd = persistent.get(id)
    if (rdd === undefined || partitionsCached === 0) continue
    infos.push({
      id, name: rdd.name ?? `${rdd.node.definition.kind}RDD`, numPartitions: rdd.getNumPartitions(),
      storageLevel: rdd.getStorageLevel(), numCachedPartitions: partitionsCached,
      memSize: memoryBytes, diskSize: diskBytes, isCached: true,
    })
  }
  return infos.sort((a, b) => a.id - b.id)
}
