/**
 * The blocks of persisted RDDs: what was computed once and is asked for again. Blocks in memory never take
 * more than the limit: the least recently used leave for a new one, to disk where their level has it and else
 * for good, to be computed again. No block leaves for another of its own RDD: an RDD that is too large would
 * push itself out, block by block.
 */
import * as os from 'node:os'
import { logFor } from '../../base/log'
import { writeChunks, ChunkSizer } from '../../rdd/saving/chunks'
import type { ScratchPosition } from '../../disk/scratch'
import type { StorageLevel } from '../../rdd/storage-level'
import type { StoredRdd } from '../../rdd/runner'
import {
  lengthOf, openContent, type Block, type BlockContent, type BlockInput, type BlockStatus,
} from './block'
import { BlockBuilder } from './block-builder'
import { ScratchSpace, SpillFile } from './scratch-space'

const log = logFor('BlockStore')

export interface BlockStoreOptions {
  /** millrace.memory.storage. Default: no limit. */
  readonly memoryLimitBytes?: number
  readonly scratch?: ScratchSpace
  /** Told when a block has left memory for another one. */
  readonly onEvicted?: (block: BlockStatus) => void
}

interface RddBlocks {
  readonly partitions: Map<number, Block>
  /** One file for the blocks of an RDD that are on disk. */
  file: SpillFile | undefined
}

export class BlockStore {
  private readonly rdds = new Map<number, RddBlocks>()
  /** The blocks that take memory, least recently used first. */
  private readonly inMemory = new Set<Block>()
  /** Blocks that could not be written to disk: they stay, though the limit is passed. */
  private readonly unwritable = new WeakSet<Block>()
  private memoryBytes = 0
  private readonly limitBytes: number
  private readonly scratch: ScratchSpace

  constructor(private readonly options: BlockStoreOptions = {}) {
    this.limitBytes = options.memoryLimitBytes ?? Infinity
    this.scratch = options.scratch ?? new ScratchSpace(os.tmpdir())
  }

  /** The elements of a block, in the form that is cheapest to read; undefined when it is not here. */
  open(rddId: number, partition: number): BlockInput | undefined {
    const block = this.rdds.get(rddId)?.partitions.get(partition)
    if (block === undefined) return undefined
    if (this.inMemory.delete(block)) this.inMemory.add(block)
    return openContent(block.content)
  }

  /** The elements of a block in one array. */
  get(rddId: number, partition: number): readonly unknown[] | undefined {
    const input = this.open(rddId, partition)
    if (input === undefined || input.kind === 'array') return input?.values as readonly unknown[] | undefined
    return Array.from(input.values, chunk => Array.from(chunk)).flat(1)
  }

  /** Gathers a partition that is being computed. It is kept when it is given to `keep`. */
  builder(rddId: number, level: StorageLevel): BlockBuilder {
    return new BlockBuilder(level, {
      memoryBytes: () => this.limitBytes - this.memoryOf(rddId),
      file: () => this.fileOf(rddId),
    })
  }

  /** Keeps what a builder has gathered, if there is room; its elements, kept or not. */
  keep(
    rddId: number, partition: number, level: StorageLevel, builder: BlockBuilder,
  ): { readonly input: BlockInput, readonly status: BlockStatus | undefined } {
    this.forget(this.rdds.get(rddId)?.partitions.get(partition))
    let built = builder.finish()
    if (!this.makeRoom(rddId, built.memoryBytes)) {
      if (!builder.leaveMemory()) return { input: built.input, status: undefined }
      built = builder.onDisk()
    }
    const { content, memoryBytes, diskBytes, input } = built
    const block: Block = { rddId, partition, level, content, memoryBytes, diskBytes }
    this.insert(block)
    return { input, status: block }
  }

  /** Keeps the elements of a partition; what it takes, undefined when there was no room for it. */
  put(rddId: number, partition: number, values: Iterable<unknown>, level: StorageLevel): BlockStatus {
    const builder = this.builder(rddId, level)
    for (const value of values) builder.values.push(value)
    const { status } = this.keep(rddId, partition, level, builder)
    return status ?? { rddId, partition, memoryBytes: 0, diskBytes: 0 }
  }

  /** True when every one of `count` partitions is here. */
  holdsAll(rddId: number, count: number): boolean {
    return count > 0 && (this.rdds.get(rddId)?.partitions.size ?? 0) >= count
  }

  drop(rddId: number): void {
    const blocks = this.rdds.get(rddId)
    if (blocks === undefined) return
    for (const block of blocks.partitions.values()) this.forget(block)
    blocks.file?.remove()
    this.rdds.delete(rddId)
  }

  clear(): void { for (const rddId of [...this.rdds.keys()]) this.drop(rddId) }

  stored(): StoredRdd[] {
    return [...this.rdds].map(([id, { partitions }]) => {
      const blocks = [...partitions.values()]
      return {
        id, partitionsCached: blocks.length,
        memoryBytes: blocks.reduce((sum, block) => sum + block.memoryBytes, 0),
        diskBytes: blocks.reduce((sum, block) => sum + block.diskBytes, 0),
      }
    }).filter(({ partitionsCached }) => partitionsCached > 0)
  }

  private memoryOf(rddId: number): number {
    let sum = 0
    for (const block of this.rdds.get(rddId)?.partitions.values() ?? []) sum += block.memoryBytes
    return sum
  }

  private fileOf(rddId: number): SpillFile {
    return this.blocksOf(rddId).file ??= new SpillFile(this.scratch)
  }

  private blocksOf(rddId: number): RddBlocks {
    let blocks = this.rdds.get(rddId)
    if (blocks === undefined) this.rdds.set(rddId, blocks = { partitions: new Map(), file: undefined })
    return blocks
  }

  private insert(block: Block): void {
    this.blocksOf(block.rddId).partitions.set(block.partition, block)
    this.memoryBytes += block.memoryBytes
    if (block.memoryBytes > 0) this.inMemory.add(block)
  }

  private forget(block: Block | undefined): void {
    if (block === undefined) return
    this.rdds.get(block.rddId)!.partitions.delete(block.partition)
    this.memoryBytes -= block.memoryBytes
    this.inMemory.delete(block)
  }

  private makeRoom(rddId: number, neededBytes: number): boolean {
    if (neededBytes === 0) return true
    let freeBytes = this.limitBytes - this.memoryBytes
    if (freeBytes >= neededBytes) return true
    const leaving: Block[] = []
    for (const block of this.inMemory) {
      if (block.rddId === rddId || this.unwritable.has(block)) continue
      leaving.push(block)
      freeBytes += block.memoryBytes
      if (freeBytes >= neededBytes) break
    }
    if (freeBytes < neededBytes) return false
    for (const block of leaving) this.evict(block)
    return this.limitBytes - this.memoryBytes >= neededBytes
  }

  private evict(block: Block): void {
    const { rddId, partition, level } = block
    if (!level.useDisk) {
      this.forget(block)
      this.options.onEvicted?.({ rddId, partition, memoryBytes: 0, diskBytes: 0 })
      return
    }
    try {
      const content = this.written(rddId, block.content)
      const diskBytes = lengthOf(content.positions)
      const onDisk: Block = { rddId, partition, level, content, memoryBytes: 0, diskBytes }
      this.forget(block)
      this.insert(onDisk)
      this.options.onEvicted?.(onDisk)
    } catch (error) {
      this.unwritable.add(block)
      log.warn(`block rdd_${rddId}_${partition} stays in memory, it cannot be written to disk: `
        + (error as Error).message)
    }
  }

  private written(rddId: number, content: BlockContent): Extract<BlockContent, { form: 'disk' }> {
    const file = this.fileOf(rddId)
    const positions: ScratchPosition[] = []
    const write = (chunk: Uint8Array): void => { positions.push(file.append(chunk)) }
    if (content.form === 'objects') writeChunks(content.values, new ChunkSizer(), write)
    else if (content.form === 'bytes') content.chunks.forEach(write)
    return { form: 'disk', file, positions }
  }
}
