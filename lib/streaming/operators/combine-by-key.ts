/** combineByKey: the values of each key of each batch, combined into something of another kind. */
import { requireFunction } from '../../rdd/arguments'
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Combines the values of each key of each batch: `create` makes a combiner of a key's first value,
     * `mergeValue` adds a further value, `mergeCombiners` joins the combiners of two partitions. Combiners
     * may be mutated and returned. Counterpart: PairDStreamFunctions.combineByKey.
     */
    combineByKey<K, V, C>(
      this: DStream<[K, V]>, create: (value: V) => C, mergeValue: (combined: C, value: V) => C,
      mergeCombiners: (a: C, b: C) => C, partitioning?: Partitioning, mapSideCombine?: boolean,
    ): DStream<[K, C]>
  }
}

DStream.prototype.combineByKey = function (
  this: DStream<any>, create: any, mergeValue: any, mergeCombiners: any, partitioning?: Partitioning,
  mapSideCombine = true,
): DStream<any> {
  create = requireFunction('combineByKey', create, 'create')
  mergeValue = requireFunction('combineByKey', mergeValue, 'mergeValue')
  mergeCombiners = requireFunction('combineByKey', mergeCombiners, 'mergeCombiners')
  const partitioner = streamPartitioner('combineByKey', this, partitioning)
  return perBatch('combineByKey', this, rdd =>
    rdd.combineByKey(create, mergeValue, mergeCombiners, partitioner, mapSideCombine))
}
