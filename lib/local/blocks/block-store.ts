/** The blocks of persisted RDDs: what was computed once and is asked for again. */
import { estimateSizeBytes } from '../../base/sizes'
import type { StorageLevel } from '../../rdd/storage-level'
import type { StoredRdd } from '../../rdd/runner'

interface Block { readonly values: readonly unknown[], readonly memoryBytes: number }

export class BlockStore {
  private readonly blocks = new Map<number, Map<number, Block>>()

  get(rddId: number, partition: number): readonly unknown[] | undefined {
    return this.blocks.get(rddId)?.get(partition)?.values
  }

  put(rddId: number, partition: number, values: readonly unknown[], _level: StorageLevel): Block {
    let partitions = this.blocks.get(rddId)
    if (partitions === undefined) this.blocks.set(rddId, partitions = new Map())
    const block = { values, memoryBytes: estimateSizeBytes(values) }
    partitions.set(partition, block)
    return block
  }

  /** True when every one of `count` partitions is here. */
  holdsAll(rddId: number, count: number): boolean { return (this.blocks.get(rddId)?.size ?? 0) >= count && count > 0 }

  drop(rddId: number): void { this.blocks.delete(rddId) }

  clear(): void { this.blocks.clear() }

  stored(): StoredRdd[] {
    return [...this.blocks].map(([id, partitions]) => ({
      id, partitionsCached: partitions.size, diskBytes: 0,
      memoryBytes: [...partitions.values()].reduce((sum, block) => sum + block.memoryBytes, 0),
    }))
  }
}
