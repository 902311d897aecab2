/**
 * Gathers the elements of a partition into a block, as its storage level says: objects in memory, encoded
 * chunks in memory, or chunks on disk. Whatever would pass the memory limit goes on to disk where the level
 * has the disk, and is given up where it has not: then nothing is kept and the partition is computed whenever
 * it is asked for.
 */
import { estimateSizeBytes } from '../../base/sizes'
import type { ScratchPosition } from '../../disk/scratch'
import { defineSink } from '../../rdd/plan'
import { ChunkSizer, writeChunks } from '../../rdd/saving/chunks'
import type { StorageLevel } from '../../rdd/storage-level'
import { lengthOf, openContent, type BlockContent, type BlockInput } from './block'
import type { SpillFile } from './scratch-space'

/** What was gathered, and its elements to go on with. */
export interface Built {
  readonly content: BlockContent
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly input: BlockInput
}

/** What a builder may ask of the store. */
export interface Room {
  /** Bytes that the block may take in memory, when every other block that may leave left. */
  readonly memoryBytes: () => number
  readonly file: () => SpillFile
}

/** The end of the loop that stores. `target` is a BlockBuilder; the loop ends early when it gives up. */
export const storeSink = defineSink<null>('store', () => ({
  before: 'const stored = target.values\nlet left = target.interval',
  each: value => `stored.push(${value})
if (--left === 0) {
left = target.review()
if (left === 0) break source
}`,
}))

const firstReview = 256

export class BlockBuilder {
  /** Elements that are not encoded yet; for a block of objects, all of them. */
  readonly values: unknown[] = []
  private readonly sizer = new ChunkSizer()
  private readonly chunks: Uint8Array[] = []
  private chunkBytes = 0
  private readonly positions: ScratchPosition[] = []
  private place: 'objects' | 'bytes' | 'disk'
  private file: SpillFile | undefined
  /** Set when the elements were more than fit, and are not all here. */
  gaveUp = false

  constructor(private readonly level: StorageLevel, private readonly room: Room) {
    this.place = !level.useMemory ? 'disk' : level.deserialized ? 'objects' : 'bytes'
  }

  /** After how many elements the loop asks for the first review. */
  get interval(): number { return this.place === 'objects' ? firstReview : this.sizer.records }

  /** Looks at what was gathered; returns after how many more elements to look again, 0 to give up. */
  review(): number {
    if (this.place === 'objects') {
      const sizeBytes = estimateSizeBytes(this.values)
      const leftBytes = this.room.memoryBytes() - sizeBytes
      if (leftBytes >= 0) return this.nextReview(leftBytes, sizeBytes)
      if (!this.leaveMemory()) return this.giveUp()
    } else {
      this.encode()
      this.values.length = 0
      if (this.place === 'bytes' && this.chunkBytes > this.room.memoryBytes() && !this.leaveMemory()) {
        return this.giveUp()
      }
    }
    return this.sizer.records
  }

  private nextReview(leftBytes: number, sizeBytes: number): number {
    const until = Math.floor(leftBytes / Math.max(1, sizeBytes / this.values.length) / 2)
    return Math.max(1, Math.min(until, this.values.length))
  }

  private giveUp(): 0 {
    this.gaveUp = true
    this.values.length = 0
    return 0
  }

  /** The block, when all elements were gathered. */
  finish(): Built {
    const { values } = this
    const whole: BlockInput = { kind: 'array', values }
    if (this.place === 'objects') {
      const content: BlockContent = { form: 'objects', values }
      return { content, memoryBytes: estimateSizeBytes(values), diskBytes: 0, input: whole }
    }
    const isWhole = this.chunks.length === 0 && this.positions.length === 0
    this.encode()
    const built = this.place === 'disk' ? this.onDisk() : this.inBytes()
    // What has just been encoded need not be decoded again.
    return isWhole ? { ...built, input: whole } : built
  }

  /**
   * Takes everything gathered so far to disk: there is no room in memory, or no more. False where the level
   * has no disk.
   */
  leaveMemory(): boolean {
    if (!this.level.useDisk) return false
    const isEncoded = this.place !== 'objects'
    this.place = 'disk'
    for (const chunk of this.chunks) this.write(chunk)
    this.chunks.length = 0
    this.chunkBytes = 0
    if (!isEncoded) {
      this.encode()
      this.values.length = 0
    }
    return true
  }

  onDisk(): Built {
    const { file = this.room.file(), positions } = this
    const content: BlockContent = { form: 'disk', file, positions }
    return { content, memoryBytes: 0, diskBytes: lengthOf(positions), input: openContent(content) }
  }

  private inBytes(): Built {
    const content: BlockContent = { form: 'bytes', chunks: this.chunks }
    return { content, memoryBytes: this.chunkBytes, diskBytes: 0, input: openContent(content) }
  }

  /** Writes all elements that wait, in chunks of the size that the sizer has learned. */
  private encode(): void { writeChunks(this.values, this.sizer, chunk => this.keep(chunk)) }

  private keep(chunk: Uint8Array): void {
    if (this.place === 'disk') {
      this.write(chunk)
      return
    }
    this.chunks.push(chunk)
    this.chunkBytes += chunk.length
  }

  private write(chunk: Uint8Array): void {
    this.file ??= this.room.file()
    this.positions.push(this.file.append(chunk))
  }
}
