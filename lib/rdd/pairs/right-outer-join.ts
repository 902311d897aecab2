/** rightOuterJoin: every pair of the other RDD, with or without a partner. */
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { joined } from './join-partitions'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Like `join`, and each key that only `other` has with undefined as its first value.
     * Counterpart: PairRDDFunctions.rightOuterJoin.
     */
    rightOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>,
      partitioning?: Partitioning): RDD<[K, [V | undefined, W]]>
  }
}

RDD.prototype.rightOuterJoin = function (
  this: RDD<any>, other: RDD<any>, partitioning?: Partitioning,
): RDD<any> {
  return joined('rightOuterJoin', this, other, partitioning)
}
