/** leftOuterJoin: every pair of this RDD, with or without a partner. */
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { joined } from './join-partitions'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Like `join`, and each key that only this RDD has with undefined as its second value.
     * Counterpart: PairRDDFunctions.leftOuterJoin.
     */
    leftOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>,
      partitioning?: Partitioning): RDD<[K, [V, W | undefined]]>
  }
}

RDD.prototype.leftOuterJoin = function (
  this: RDD<any>, other: RDD<any>, partitioning?: Partitioning,
): RDD<any> {
  return joined('leftOuterJoin', this, other, partitioning)
}
