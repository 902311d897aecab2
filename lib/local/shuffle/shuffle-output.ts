/**
 * What a shuffle wrote, by map partition and reduce partition.
 *
 * As long as everything fits into memory, a reduce partition is merged once: cells are changed in place while
 * they are merged, so what was merged replaces what it was merged from. Once something had to go to disk all
 * of it goes there, and each reading merges the runs anew (see read.ts).
 */
import { SparkError } from '../../base/errors'
import { CombiningMap, type Cell } from '../../rdd/pairs/combining-map'
import type { ShuffleArguments } from '../../rdd/plan'
import type { TaskContext } from '../../rdd/task-context'
import { SpillFile } from '../blocks/scratch-space'
import { countSpill, estimateCells, unlimited, type ShuffleMemory } from './memory'
import { RunFile, type Run } from './runs'

/**
 * The output of a shuffle is gone, or was spoilt by an error while it was merged: it has to be written again.
 */
export class ShuffleLost extends SparkError {}

/** What a map task wrote. */
export interface MapOutput {
  /** Cells by reduce partition, when all of them are in memory. */
  readonly buckets: Cell[][]
  /** About what the buckets take. */
  readonly memoryBytes: number
  /** All of it on disk, when some of it had to go there. */
  readonly runs: readonly Run[]
  /** What all of it takes, where it is. */
  readonly sizeBytes: number
}

export class ShuffleOutput {
  private readonly written: (Cell[][] | undefined)[]
  private readonly merged: (readonly Cell[] | undefined)[]
  /** How many records each merged partition was merged from. */
  private readonly mergedRecords: number[] = []
  private heldBytes = 0
  private runFile: RunFile | undefined
  /** Set when merging failed half-way: cells were changed in place, so everything has to be written again. */
  isLost = false

  constructor(
    mapPartitionCount: number, readonly args: ShuffleArguments, readonly memory: ShuffleMemory = unlimited,
  ) {
    this.written = new Array(mapPartitionCount)
    this.merged = new Array(args.partitioner.numPartitions)
  }

  /** What the task that runs may use. */
  get freeBytes(): number { return this.memory.limitBytes - this.heldBytes }

  /** The runs on disk; undefined as long as all is in memory. */
  get runs(): RunFile | undefined { return this.runFile }

  /** Where runs of this shuffle are written. */
  get file(): RunFile {
    return this.runFile ??= new RunFile(new SpillFile(this.memory.scratch), this.args, this.memory.limitBytes)
  }

  put(mapPartition: number, buckets: Cell[][], memoryBytes = 0, runs?: readonly Run[]): void {
    if (runs !== undefined && runs.length > 0) {
      this.file.runs.push(...runs)
      return
    }
    this.written[mapPartition] = buckets
    this.heldBytes += memoryBytes
  }

  /** Puts on disk what finished map tasks have left in memory: neighbours in one run. */
  spill(task?: TaskContext): void {
    const { file, heldBytes } = this
    const before = file.sizeBytes
    for (let from = 0; from < this.written.length; from++) {
      let until = from
      while (until < this.written.length && this.written[until] !== undefined) until++
      if (until === from) continue
      file.runs.push(file.write(from, this.joined(from, until)))
      this.written.fill(undefined, from, until)
      from = until
    }
    this.heldBytes = 0
    countSpill(task, heldBytes, file.sizeBytes - before)
  }

  /** To be called when every map task has put its output. */
  finish(): void {
    if (this.runFile === undefined) return
    this.spill()
    // Equal elements keep the order of the map partitions; those of one task are in order already.
    this.runFile.runs.sort((a, b) => a.mapPartition - b.mapPartition)
  }

  /**
   * The pairs of a reduce partition, combined, sorted, or just gathered; for an output that is all in memory.
   */
  read(partition: number): readonly Cell[] {
    let pairs = this.merged[partition]
    if (pairs === undefined) {
      if (this.isLost) {
        throw new ShuffleLost('the output of a shuffle was spoilt by an error while it was merged')
      }
      this.isLost = true
      pairs = this.merged[partition] = this.merge(partition)
      this.isLost = false
    }
    return pairs
  }

  /** How many records a reduce partition was written as, once it was read. */
  recordsOf(partition: number): number {
    return this.runFile?.recordsOf(partition) ?? this.mergedRecords[partition]!
  }

  /** How many bytes a reduce partition has, once it was read: on disk, or about what it takes in memory. */
  bytesOf(partition: number): number {
    return this.runFile?.bytesOf(partition) ?? estimateCells(this.merged[partition]!)
  }

  remove(): void { this.runFile?.remove() }

  /** The buckets of neighbouring map partitions as those of one. */
  private joined(from: number, until: number): readonly (readonly Cell[])[] {
    if (until === from + 1) return this.written[from]!
    const all = this.written.slice(from, until)
    return this.written[from]!.map((_, index) => all.flatMap(buckets => buckets![index]!))
  }

  private merge(partition: number): readonly Cell[] {
    const parts: Cell[][] = []
    for (const buckets of this.written) {
      const part = buckets![partition]!
      if (part.length > 0) parts.push(part)
      buckets![partition] = []
    }
    this.mergedRecords[partition] = parts.reduce((sum, part) => sum + part.length, 0)
    const pairs = this.combined(parts)
    return this.args.order === undefined ? pairs : pairs.sort(this.args.order)
  }

  private combined(parts: Cell[][]): Cell[] {
    const { aggregator, mapSideCombine } = this.args
    if (aggregator === undefined) return parts.length === 1 ? parts[0]! : ([] as Cell[]).concat(...parts)
    if (mapSideCombine === true && parts.length === 1) return parts[0]!
    const map = new CombiningMap(aggregator)
    for (const part of parts) {
      if (mapSideCombine === true) for (const cell of part) map.addCell(cell, aggregator.mergeCombiners)
      else for (const pair of part) map.addValue(pair[0], pair[1])
    }
    return map.pairs()
  }
}
