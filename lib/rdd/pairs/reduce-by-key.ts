/** reduceByKey: one value for each key. */
import { requireFunction } from '../arguments'
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { combine } from './combine-by-key'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Merges the values of each key with `f`, first within each partition, then across them. `f` must be
     * associative and commutative. The last argument is a number of partitions or a partitioner.
     * Counterpart: PairRDDFunctions.reduceByKey.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'count')
     * const words = sc.parallelize(['a', 'b', 'a'])
     * const counts = words.map(w => [w, 1]).reduceByKey((a, b) => a + b)
     * console.log(await counts.collect()) // [ [ 'a', 2 ], [ 'b', 1 ] ]
     * await sc.stop()
     * ```
     */
    reduceByKey<K, V>(this: RDD<[K, V]>, f: (a: V, b: V) => V, partitioning?: Partitioning): RDD<[K, V]>
  }
}

export const asItIs = (value: any): any => value

RDD.prototype.reduceByKey = function (this: RDD<any>, f: any, partitioning?: Partitioning): RDD<any> {
  f = requireFunction('reduceByKey', f)
  return combine('reduceByKey', this, { create: asItIs, mergeValue: f, mergeCombiners: f }, partitioning)
}
