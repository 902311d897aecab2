/**
 * The targets of the loops that write a shuffle: pairs gathered by reduce partition, combined by key or as
 * they are. Every so many records they look at a few of them to know about how much memory they take, and go
 * on through a run on disk when it is more than the shuffle may use. Between two looks a record costs one
 * comparison.
 */
import { SparkError } from '../../base/errors'
import { checkKey, isPrimitiveKey } from '../../base/keys'
import { estimateSizeBytes } from '../../base/sizes'
import { CombiningMap, requirePair, type Cell } from '../../rdd/pairs/combining-map'
import type { Partitioner } from '../../rdd/partitioner'
import type { TaskContext } from '../../rdd/task-context'
import { lengthOf } from '../blocks/block'
import { CellGauge } from './cell-gauge'
import { countSpill, estimateCells } from './memory'
import type { Run } from './runs'
import type { MapOutput, ShuffleOutput } from './shuffle-output'

/** What both writers do when memory runs out. */
abstract class MapWriter {
  private readonly runs: Run[] = []
  protected readonly partitioner: Partitioner

  constructor(
    private readonly output: ShuffleOutput, private readonly mapPartition: number,
    private readonly task: TaskContext, protected readonly operator: string,
  ) {
    this.partitioner = output.args.partitioner
  }

  abstract add(pair: unknown): void

  protected get freeBytes(): number { return this.output.freeBytes }

  /**
   * False when `sizeBytes` is more than is free, though all that finished tasks have left in memory went to
   * disk.
   */
  protected hasRoom(sizeBytes: number): boolean {
    if (sizeBytes <= this.output.freeBytes) return true
    this.output.spill(this.task)
    return sizeBytes <= this.output.freeBytes
  }

  protected spill(buckets: readonly (readonly Cell[])[], sizeBytes: number): void {
    const { file } = this.output
    const before = file.sizeBytes
    this.runs.push(file.write(this.mapPartition, buckets))
    countSpill(this.task, sizeBytes, file.sizeBytes - before)
  }

  /** Everything goes to disk when a part of it had to. */
  protected finished(buckets: Cell[][], records: number, sizeBytes: number): MapOutput {
    const { runs } = this
    this.task.metrics.shuffleRecordsWritten += records
    if (runs.length === 0 && this.hasRoom(sizeBytes)) return { buckets, memoryBytes: sizeBytes, runs, sizeBytes }
    this.spill(buckets, sizeBytes)
    const diskBytes = runs.reduce((sum, { positions }) => sum + positions.reduce((all, one) => all + lengthOf(one), 0), 0)
    return { buckets: [], memoryBytes: 0, runs, sizeBytes: diskBytes }
  }
}

/**
 * Records until the first look. Tests with small limits and huge records alike are seen soon; most looks come
 * later.
 */
const firstInterval = 16
const intervalMax = 16_384

/** Combines values by key. `simple`, `addValue`, `left` and `review` are what the generated loop uses. */
export class CombineWriter extends MapWriter {
  /** Cells of keys that a native Map compares rightly. */
  readonly simple: Map<unknown, Cell>
  /** Records until the next look. */
  left = firstInterval
  private interval = firstInterval
  private readonly map: CombiningMap
  private gauge: CellGauge | undefined
  private spilledRecords = 0

  constructor(output: ShuffleOutput, mapPartition: number, task: TaskContext, operator: string) {
    super(output, mapPartition, task, operator)
    this.map = new CombiningMap(output.args.aggregator!, operator)
    this.simple = this.map.simple
  }

  add(pair: unknown): void {
    requirePair(pair, this.operator)
    this.map.addValue(pair[0], pair[1])
    if (--this.left === 0) this.left = this.review(pair[0])
  }

  addValue(key: unknown, value: unknown): void { this.map.addValue(key, value) }

  /** Looks at what is there after `key` was added; returns after how many records to look again. */
  review(key: unknown): number {
    const gauge = this.gauge ??= new CellGauge(this.map)
    const sizeBytes = gauge.measure(key)
    if (!this.hasRoom(sizeBytes)) {
      this.spillCells(sizeBytes)
      return this.interval = firstInterval
    }
    const untilFull = (this.freeBytes - sizeBytes) / gauge.cellBytes / 2
    const next = Math.min(this.interval * 2, intervalMax, Math.floor(untilFull))
    return this.interval = Math.max(firstInterval, next)
  }

  finish(): MapOutput {
    const cells = this.map.pairs()
    const records = this.spilledRecords + cells.length
    return this.finished(intoBuckets(cells, this.partitioner), records, estimateCells(cells))
  }

  private spillCells(sizeBytes: number): void {
    const cells = this.map.pairs()
    this.spilledRecords += cells.length
    this.map.clear()
    this.gauge?.restart()
    this.spill(intoBuckets(cells, this.partitioner), sizeBytes)
  }
}

const pairsIntervalMax = 1024
const pairsLooked = 4

/** Gathers pairs as they are. `add` is what the generated loop uses. */
export class BucketWriter extends MapWriter {
  private buckets: Cell[][]
  /** Pairs until the next look, and how many lie between two looks now. */
  private left = 1
  private interval = 1
  private heldBytes = 0
  private heldRecords = 0
  private pairBytes = 0
  private spilledRecords = 0

  constructor(output: ShuffleOutput, mapPartition: number, task: TaskContext, operator: string) {
    super(output, mapPartition, task, operator)
    this.buckets = emptyBuckets(this.partitioner)
  }

  add(pair: Cell): void {
    const key = pair[0]
    if (!isPrimitiveKey(key)) checkKey(key, this.operator)
    const index = this.partitioner.getPartition(key)
    const bucket = this.buckets[index]
    if (bucket === undefined) throw noSuchPartition(index, this.partitioner)
    bucket.push(pair)
    if (--this.left === 0) this.look(pair)
  }

  finish(): MapOutput {
    const unseen = this.interval - this.left
    const sizeBytes = Math.ceil(this.heldBytes + unseen * this.pairBytes)
    return this.finished(this.buckets, this.spilledRecords + this.heldRecords + unseen, sizeBytes)
  }

  /** The pairs since the last look are taken to be like some of the latest. */
  private look(pair: Cell): void {
    this.pairBytes = this.sampled(pair)
    this.heldBytes += this.interval * this.pairBytes
    this.heldRecords += this.interval
    if (!this.hasRoom(this.heldBytes)) this.spillPairs()
    const untilFull = (this.freeBytes - this.heldBytes) / this.pairBytes / 2
    const next = Math.min(this.interval * 2, pairsIntervalMax, Math.floor(untilFull))
    this.left = this.interval = Math.max(1, next)
  }

  private sampled(pair: Cell): number {
    const { buckets } = this
    let sizeBytes = estimateSizeBytes(pair)
    let count = 1
    for (let i = 1; i < pairsLooked && i < this.interval; i++) {
      const other = buckets[(this.heldRecords + i) % buckets.length]!.at(-1)
      if (other === undefined) continue
      sizeBytes += estimateSizeBytes(other)
      count++
    }
    return sizeBytes / count + slotBytes
  }

  private spillPairs(): void {
    const { buckets, heldBytes } = this
    this.spilledRecords += this.heldRecords
    this.buckets = emptyBuckets(this.partitioner)
    this.heldBytes = this.heldRecords = 0
    this.spill(buckets, heldBytes)
  }
}

const slotBytes = 8

function emptyBuckets({ numPartitions }: Partitioner): Cell[][] {
  return Array.from({ length: numPartitions }, () => [])
}

/** Cuts cells into one bucket a reduce partition. */
function intoBuckets(cells: Cell[], partitioner: Partitioner): Cell[][] {
  if (partitioner.numPartitions === 1) return [cells]
  const buckets = emptyBuckets(partitioner)
  for (const cell of cells) {
    const index = partitioner.getPartition(cell[0])
    const bucket = buckets[index]
    if (bucket === undefined) throw noSuchPartition(index, partitioner)
    bucket.push(cell)
  }
  return buckets
}

function noSuchPartition(index: unknown, { numPartitions }: Partitioner): SparkError {
  return new SparkError(`the partitioner gave partition ${String(index)}, `
    + `it must be a whole number from 0 to ${numPartitions - 1}`)
}
