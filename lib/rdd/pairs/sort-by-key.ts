/** sortByKey: pairs in the order of their keys, through range partitions that are sorted each. */
import { named } from '../../base/call-site'
import { refuse, requireTaskFunction } from '../arguments'
import { requirePartitionCount } from '../partitioner'
import { RangePartitioner } from '../range-partitioner'
import { RDD } from '../rdd'
import { shuffled } from './combine-by-key'
import { keyOrder } from './key-order'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The pairs in the order of their keys, over all partitions. Pairs with equal keys keep their order.
     * `numPartitions` is the most that there will be (as many as now, when it is left out); `compare` orders
     * keys that have no natural order. The keys are sampled in a job of its own when the result is first
     * used.
     * Counterpart: OrderedRDDFunctions.sortByKey.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'sorted')
     * const pairs = sc.parallelize<[string, number]>([['b', 1], ['a', 2]])
     * console.log(await pairs.sortByKey().collect()) // [ [ 'a', 2 ], [ 'b', 1 ] ]
     * await sc.stop()
     * ```
     */
    sortByKey<K, V>(this: RDD<[K, V]>, ascending?: boolean, numPartitions?: number,
      compare?: (a: K, b: K) => number): RDD<[K, V]>
  }
}

RDD.prototype.sortByKey = function (
  this: RDD<any>, ascending = true, numPartitions?: number, compare?: any,
): RDD<any> {
  if (typeof ascending !== 'boolean') {
    refuse('sortByKey', 'its first argument says whether to sort ascending: true or false')
  }
  if (numPartitions !== undefined) requirePartitionCount('sortByKey', numPartitions)
  if (compare !== undefined) compare = requireTaskFunction('sortByKey', compare, 'compare')
  return named('sortByKey', () => {
    const partitioner = new RangePartitioner(numPartitions ?? this.getNumPartitions(), this, ascending,
      compare)
    return shuffled(this, partitioner, { order: keyOrder(ascending, compare) })
  })
}
