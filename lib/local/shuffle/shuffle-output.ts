/**
 * What a shuffle wrote, by map partition and reduce partition, and what it gives to be read. A reduce partition is
 * merged once: cells are changed in place while they are merged, so what was merged replaces what it was merged from.
 */
import { SparkError } from '../../base/errors'
import { checkKey, isPrimitiveKey } from '../../base/keys'
import { CombiningMap, type Cell } from '../../rdd/pairs/combining-map'
import type { Partitioner } from '../../rdd/partitioner'
import type { ShuffleArguments } from '../../rdd/plan'

export class Buckets {
  readonly buckets: Cell[][]

  constructor(private readonly partitioner: Partitioner, private readonly operator: string) {
    this.buckets = Array.from({ length: partitioner.numPartitions }, () => [])
  }

  add(pair: Cell): void {
    if (!isPrimitiveKey(pair[0])) checkKey(pair[0], this.operator)
    const index = this.partitioner.getPartition(pair[0])
    const bucket = this.buckets[index]
    if (bucket === undefined) throw notAPartition(index, this.partitioner)
    bucket.push(pair)
  }
}

function notAPartition(index: number, partitioner: Partitioner): SparkError {
  return new SparkError(`the partitioner gave partition ${index}, it must be a whole number from 0 to ${partitioner.numPartitions - 1}`)
}

export class ShuffleOutput {
  private readonly written: (Cell[][] | undefined)[]
  private readonly merged: (readonly Cell[] | undefined)[]
  /** Set when merging failed half-way: cells were changed in place, so everything has to be written again. */
  isLost = false

  constructor(mapPartitionCount: number, readonly args: ShuffleArguments) {
    this.written = new Array(mapPartitionCount)
    this.merged = new Array(args.partitioner.numPartitions)
  }

  put(mapPartition: number, buckets: Cell[][]): void { this.written[mapPartition] = buckets }

  /** The pairs of a reduce partition: combined, sorted, or just gathered, as the shuffle asks. */
  read(partition: number): readonly Cell[] {
    let pairs = this.merged[partition]
    if (pairs === undefined) {
      this.isLost = true
      pairs = this.merged[partition] = this.merge(partition)
      this.isLost = false
    }
    return pairs
  }

  private merge(partition: number): readonly Cell[] {
    const parts: Cell[][] = []
    for (const buckets of this.written) {
      const part = buckets![partition]!
      if (part.length > 0) parts.push(part)
      buckets![partition] = []
    }
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
