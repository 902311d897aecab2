/**
 * Runs on disk: buckets that left memory, by reduce partition. Each bucket is sorted as its shuffle needs it
 * to be merged: by the hash of keys where values of a key are combined, by the order where there is one, else
 * as it came.
 */
import type { ScratchPosition } from '../../disk/scratch'
import type { ShuffleArguments } from '../../rdd/plan'
import type { Cell } from '../../rdd/pairs/combining-map'
import { ChunkSizer, writeChunks } from '../../rdd/saving/chunks'
import { lengthOf } from '../blocks/block'
import type { SpillFile } from '../blocks/scratch-space'
import { mergeCells, mergeSorted, sortByHash, type Chunks } from './merge'

export interface Run {
  /** The map partition that it comes from, or the first of them. */
  readonly mapPartition: number
  /** Where the chunks of each reduce partition are. */
  readonly positions: readonly (readonly ScratchPosition[])[]
  /** How many records each reduce partition has here. */
  readonly records: readonly number[]
  /** The file that it is in, where that is not the shuffle's own. */
  readonly file?: ChunkFile
}

/** Where chunks can be read, again and again. */
export interface ChunkFile { chunks(positions: readonly ScratchPosition[]): Iterable<unknown[]> }

/** How many runs are merged at a time: each has a chunk open. */
const fanInMax = 64
const chunkBytesMax = 128 * 1024
const chunkBytesMin = 4 * 1024

export class RunFile {
  readonly runs: Run[] = []
  /** What is left of many runs after passes over them, by reduce partition. */
  private readonly passed = new Map<number, Chunks[]>()
  private readonly chunkBytes: number

  constructor(
    private readonly file: SpillFile, private readonly args: ShuffleArguments, memoryLimitBytes: number,
  ) {
    this.chunkBytes = Math.max(chunkBytesMin, Math.min(chunkBytesMax, memoryLimitBytes / 256))
  }

  get sizeBytes(): number { return this.file.sizeBytes }

  /** Writes buckets as a run and forgets nothing of them: the caller does. */
  write(mapPartition: number, buckets: readonly (readonly Cell[])[]): Run {
    const sizer = new ChunkSizer(this.chunkBytes)
    const positions = buckets.map(bucket => this.writeBucket(this.sorted(bucket), sizer))
    return { mapPartition, positions, records: buckets.map(bucket => bucket.length) }
  }

  /** The runs of a reduce partition, merged into one sequence of chunks. */
  open(partition: number): Chunks {
    const sources = this.passed.get(partition) ?? this.sources(partition)
    if (!this.isSorted) return concatenated(sources)
    return sources.length === 1 && !this.isCombined ? sources[0]! : this.merged(sources)
  }

  private sources(partition: number): Chunks[] {
    let sources: Chunks[] = []
    for (const { positions, file } of this.runs) {
      if (positions[partition]!.length > 0) sources.push(this.chunks(positions[partition]!, file))
    }
    if (!this.isSorted || sources.length <= fanInMax) return sources
    while (sources.length > fanInMax) sources = this.mergeSome(sources)
    this.passed.set(partition, sources)
    return sources
  }

  /** How many records `open` reads. */
  recordsOf(partition: number): number {
    return this.runs.reduce((sum, { records }) => sum + records[partition]!, 0)
  }

  /** How many bytes `open` reads. */
  bytesOf(partition: number): number {
    return this.runs.reduce((sum, { positions }) => sum + lengthOf(positions[partition]!), 0)
  }

  remove(): void { this.file.remove() }

  /** Leaves the file to whoever is told its path; undefined when nothing was written. */
  handOver(): string | undefined { return this.file.handOver() }

  /** Cells of a key are joined while runs are merged. */
  private get isCombined(): boolean {
    return this.args.aggregator !== undefined && this.args.mapSideCombine === true
  }
  private get isSorted(): boolean {
    return this.isCombined || (this.args.aggregator === undefined && this.args.order !== undefined)
  }

  private sorted(bucket: readonly Cell[]): readonly Cell[] {
    if (this.isCombined) return sortByHash(bucket)
    return this.isSorted ? [...bucket].sort(this.args.order) : bucket
  }

  private merged(sources: readonly Chunks[]): Chunks {
    const { aggregator, order } = this.args
    return this.isCombined ? mergeCells(sources, aggregator!.mergeCombiners) : mergeSorted(sources, order!)
  }

  /**
   * Neighbouring runs become one longer run each: several passes over the data, so that few chunks are open.
   */
  private mergeSome(sources: readonly Chunks[]): Chunks[] {
    const longer: Chunks[] = []
    for (let from = 0; from < sources.length; from += fanInMax) {
      const sizer = new ChunkSizer(this.chunkBytes)
      const positions: ScratchPosition[] = []
      for (const chunk of this.merged(sources.slice(from, from + fanInMax))) {
        positions.push(...this.writeBucket(chunk, sizer))
      }
      longer.push(this.chunks(positions))
    }
    return longer
  }

  private writeBucket(cells: readonly Cell[], sizer: ChunkSizer): ScratchPosition[] {
    const positions: ScratchPosition[] = []
    writeChunks(cells, sizer, chunk => positions.push(this.file.append(chunk)))
    return positions
  }

  private chunks(positions: readonly ScratchPosition[], file: ChunkFile = this.file): Chunks {
    return file.chunks(positions) as Chunks
  }
}

function concatenated(sources: readonly Chunks[]): Chunks {
  return { *[Symbol.iterator]() { for (const source of sources) yield* source } }
}
