/** countByKey: how many pairs there are of each key. */
import type { KeyMap } from '../../base/key-map'
import { RDD } from '../rdd'
import { combineLocally, counting } from './combine-locally'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The number of pairs of each key. For results that fit into memory; else `mapValues(() =>
     * 1).reduceByKey(...)`.
     * Counterpart: PairRDDFunctions.countByKey.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'count')
     * const counts = await sc.parallelize<[string, number]>([['a', 1], ['b', 1], ['a', 5]]).countByKey()
     * console.log(counts.get('a')) // 2
     * await sc.stop()
     * ```
     */
    countByKey<K, V>(this: RDD<[K, V]>): Promise<KeyMap<K, number>>
  }
}

RDD.prototype.countByKey = async function (this: RDD<any>): Promise<KeyMap<any, number>> {
  return combineLocally('countByKey', this, counting)
}
