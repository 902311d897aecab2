/** fullOuterJoin: every pair of both RDDs, with or without a partner. */
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { joined } from './join-partitions'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Like `join`, and each key that only one of the RDDs has with undefined in the place of the other.
     * Counterpart: PairRDDFunctions.fullOuterJoin.
     */
    fullOuterJoin<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>,
      partitioning?: Partitioning): RDD<[K, [V | undefined, W | undefined]]>
  }
}

RDD.prototype.fullOuterJoin = function (
  this: RDD<any>, other: RDD<any>, partitioning?: Partitioning,
): RDD<any> {
  return joined('fullOuterJoin', this, other, partitioning)
}
