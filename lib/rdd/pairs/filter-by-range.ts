/**
 * filterByRange: the pairs whose keys lie between two bounds; in sorted RDDs only the partitions that may
 * hold them.
 */
import { compareNatural } from '../../base/compare'
import { named } from '../../base/call-site'
import { requireTaskFunction } from '../arguments'
import { defineNarrow, defineRegroup } from '../plan'
import { RangePartitioner } from '../range-partitioner'
import { RDD } from '../rdd'
import { notAPair } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The pairs with keys from `lower` to `upper`, both included, in the natural order or that of `compare`.
     * After `sortByKey` only the partitions that may hold such keys are computed.
     * Counterpart: OrderedRDDFunctions.filterByRange.
     */
    filterByRange<K, V>(this: RDD<[K, V]>, lower: K, upper: K, compare?: (a: K, b: K) => number): RDD<[K, V]>
  }
}

interface OrderedRange {
  readonly lower: unknown
  readonly upper: unknown
  readonly order: (a: any, b: any) => number
}

export const filterByRangeNode = defineNarrow<OrderedRange>('filterByRange', (loop, range, value, next) => {
  const { lower, upper, order } = range
  const compare = loop.constant(order)
  const key = loop.variable('key')
  return `if (!Array.isArray(${value})) throw ${loop.constant(notAPair)}(${value}, 'filterByRange')
const ${key} = ${value}[0]
if (${compare}(${loop.constant(lower)}, ${key}) <= 0 && ${compare}(${key}, ${loop.constant(upper)}) <= 0) {
${next(value)}
}`
})

/** The partitioner goes along: a task knows its parents' partitions, not how they were placed. */
interface PartitionRange {
  readonly lower: unknown
  readonly upper: unknown
  readonly partitioner: RangePartitioner
}

/** The partitions of a range-partitioned parent that may hold keys of a range. */
export const partitionRangeNode = defineRegroup<PartitionRange>('partitionRange', {
  partitionCount: range => partitionsOf(range).count,
  input: (range, partition) => ({ parent: 0, partition: partitionsOf(range).first + partition }),
})

function partitionsOf({ lower, upper, partitioner }: PartitionRange): { first: number, count: number } {
  // Before the ranges are known there are at most as many partitions as were asked for.
  if (!partitioner.isPrepared) return { first: 0, count: partitioner.numPartitions }
  if (partitioner.order(lower, upper) > 0) return { first: 0, count: 0 }
  const ends = [partitioner.getPartition(lower), partitioner.getPartition(upper)]
  const first = Math.min(...ends)
  return { first, count: Math.max(...ends) - first + 1 }
}

RDD.prototype.filterByRange = function (this: RDD<any>, lower: any, upper: any, compare?: any): RDD<any> {
  if (compare !== undefined) compare = requireTaskFunction('filterByRange', compare, 'compare')
  const { partitioner } = this
  const sorted = partitioner instanceof RangePartitioner ? partitioner : undefined
  const order = compare ?? sorted?.order ?? compareNatural
  return named('filterByRange', () => {
    const parent = sorted !== undefined && sorted.order === order
      ? this.derive<any>(partitionRangeNode, { lower, upper, partitioner: sorted })
      : this
    const kept = parent === this ? partitioner : undefined
    return parent.derive(filterByRangeNode, { lower, upper, order }, { partitioner: kept })
  })
}
