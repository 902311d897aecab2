/** repartitionAndSortWithinPartitions: places pairs and sorts each partition, in one shuffle. */
import { named } from '../../base/call-site'
import { refuse, requireTaskFunction } from '../arguments'
import { partitionerFor, samePartitioner, type Partitioning } from '../partitioner'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { shuffled } from './combine-by-key'
import { keyOrder, type KeyOrder } from './key-order'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Each pair in the partition that `partitioner` says, and each partition in the order of its keys (the
     * natural one without `compare`). Cheaper than placing first and sorting then.
     * Counterpart: OrderedRDDFunctions.repartitionAndSortWithinPartitions.
     */
    repartitionAndSortWithinPartitions<K, V>(
      this: RDD<[K, V]>, partitioner: Partitioning, compare?: (a: K, b: K) => number): RDD<[K, V]>
  }
}

/** Pairs that are in their partition already: only sorted. */
export const sortWithinNode = definePartition<{ order: KeyOrder }>('sortWithin', {
  compute: ({ order }, [pairs]) => Array.from(pairs as Iterable<[unknown, unknown]>).sort(order),
})

RDD.prototype.repartitionAndSortWithinPartitions = function (
  this: RDD<any>, partitioning: Partitioning, compare?: any,
): RDD<any> {
  const operator = 'repartitionAndSortWithinPartitions'
  if (partitioning === undefined) {
    refuse(operator, 'it needs a partitioner', 'Give new HashPartitioner(4), or 4.')
  }
  if (compare !== undefined) compare = requireTaskFunction(operator, compare, 'compare')
  const order = keyOrder(true, compare)
  return named(operator, () => {
    const partitioner = partitionerFor(operator, partitioning, [this])
    return samePartitioner(this.partitioner, partitioner)
      ? this.derive(sortWithinNode, { order }, { partitioner: this.partitioner })
      : shuffled(this, partitioner, { order })
  })
}
