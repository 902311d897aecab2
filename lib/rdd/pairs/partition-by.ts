/** partitionBy: moves each pair to the partition of its key. */
import { named } from '../../base/call-site'
import { partitionerFor, samePartitioner, type Partitioning } from '../partitioner'
import { refuse } from '../arguments'
import { RDD } from '../rdd'
import { shuffled } from './combine-by-key'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The same pairs, placed by `partitioner` (or by hash into so many partitions). An RDD that is placed so
     * already is returned as it is. Counterpart: PairRDDFunctions.partitionBy.
     * @example
     * ```ts
     * import { HashPartitioner, SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'placed')
     * const pairs = sc.parallelize<[string, number]>([['ann', 1], ['bob', 2]])
     * const users = pairs.partitionBy(new HashPartitioner(2)).cache()
     * console.log(users.partitionBy(new HashPartitioner(2)) === users) // true
     * await sc.stop()
     * ```
     */
    partitionBy<K, V>(this: RDD<[K, V]>, partitioner: Partitioning): RDD<[K, V]>
  }
}

RDD.prototype.partitionBy = function (this: RDD<any>, partitioning: Partitioning): RDD<any> {
  if (partitioning === undefined) {
    refuse('partitionBy', 'it needs a partitioner', 'partitionBy(new HashPartitioner(4)), or partitionBy(4).')
  }
  const partitioner = partitionerFor('partitionBy', partitioning, [this])
  return samePartitioner(this.partitioner, partitioner)
    ? this : named('partitionBy', () => shuffled(this, partitioner))
}
