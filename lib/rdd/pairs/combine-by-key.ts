/**
 * combineByKey: the aggregation behind all the others. Values of a key are combined on the map side into
 * mutable cells, pairs travel to their key's partition, and the cells are merged there. Without a shuffle
 * where the pairs are already placed.
 */
import { named } from '../../base/call-site'
import { requireFunction } from '../arguments'
import { partitionerFor, samePartitioner, type Partitioner, type Partitioning } from '../partitioner'
import { definePartition, defineShuffle, type Aggregator } from '../plan'
import { RDD } from '../rdd'
import { CombiningMap } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Combines the values of each key: `create` makes a combiner of a key's first value, `mergeValue` adds a
     * further value, `mergeCombiners` joins the combiners of two partitions. Combiners may be mutated and
     * returned.
     * Counterpart: PairRDDFunctions.combineByKey.
     */
    combineByKey<K, V, C>(
      this: RDD<[K, V]>, create: (value: V) => C, mergeValue: (combined: C, value: V) => C,
      mergeCombiners: (a: C, b: C) => C,
      partitioning?: Partitioning, mapSideCombine?: boolean): RDD<[K, C]>
  }
}

export const shuffleNode = defineShuffle('shuffle')

/** Pairs that are in their partition already: only combined. */
export const combineWithinNode = definePartition<Aggregator>('combineWithin', {
  compute: (aggregator, [pairs]) => {
    const map = new CombiningMap(aggregator)
    for (const pair of pairs!) map.add(pair)
    return map.pairs()
  },
})

/** Internal: what every aggregating operator is made of. */
export function combine(
  operator: string, rdd: RDD<any>, aggregator: Aggregator, partitioning: Partitioning | undefined,
  mapSideCombine = true,
): RDD<any> {
  return named(operator, () => {
    const partitioner = partitionerFor(operator, partitioning, [rdd])
    if (samePartitioner(rdd.partitioner, partitioner)) {
      return rdd.derive(combineWithinNode, aggregator, { partitioner })
    }
    return shuffled(rdd, partitioner, { aggregator, mapSideCombine })
  })
}

/** Internal: the pairs of `rdd`, each in the partition of its key. */
export function shuffled(
  rdd: RDD<any>, partitioner: Partitioner,
  rest: { aggregator?: Aggregator, mapSideCombine?: boolean, order?: (a: any, b: any) => number } = {},
): RDD<any> {
  return rdd.derive(shuffleNode, { partitioner, ...rest }, {
    partitioner, ...('prepare' in partitioner ? { prepare: () => (partitioner as any).prepare() } : {}),
  })
}

RDD.prototype.combineByKey = function (
  this: RDD<any>, create: any, mergeValue: any, mergeCombiners: any, partitioning?: Partitioning,
  mapSideCombine = true,
): RDD<any> {
  create = requireFunction('combineByKey', create, 'create')
  mergeValue = requireFunction('combineByKey', mergeValue, 'mergeValue')
  mergeCombiners = requireFunction('combineByKey', mergeCombiners, 'mergeCombiners')
  return combine('combineByKey', this, { create, mergeValue, mergeCombiners }, partitioning, mapSideCombine)
}
