/** subtractByKey: the pairs whose key the other RDD does not have. */
import { named } from '../../base/call-site'
import { HashPartitioner, type Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { requirePair } from './combining-map'
import { groupsOf } from './groups'
import { defineAligned, placedAlike, requireOther } from './placed-alike'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The pairs of this RDD whose key `other` does not have, whatever its values; duplicates stay. Without a
     * partitioner this RDD's own is used, or as many partitions as it has. Counterpart:
     * PairRDDFunctions.subtractByKey.
     */
    subtractByKey<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitioning?: Partitioning): RDD<[K, V]>
  }
}

export const subtractByKeyNode = defineAligned<null>('subtractByKey', (_args, [pairs, others]) => {
  const unwanted = groupsOf(others!, 'subtractByKey')
  return {
    * [Symbol.iterator]() {
      for (const pair of pairs!) {
        requirePair(pair, 'subtractByKey')
        if (!unwanted.has(pair[0])) yield pair
      }
    },
  }
})

RDD.prototype.subtractByKey = function (
  this: RDD<any>, other: RDD<any>, partitioning?: Partitioning,
): RDD<any> {
  requireOther('subtractByKey', this, other)
  return named('subtractByKey', () => {
    const wanted = partitioning ?? this.partitioner ?? new HashPartitioner(
      Math.max(1, this.getNumPartitions()))
    const { parents, partitioner } = placedAlike('subtractByKey', [this, other], wanted)
    return this.derive(subtractByKeyNode, null, { parents, partitioner })
  })
}
