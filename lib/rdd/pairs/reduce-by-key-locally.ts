/** reduceByKeyLocally: one value for each key, on the driver. */
import type { KeyMap } from '../../base/key-map'
import { requireFunction } from '../arguments'
import { RDD } from '../rdd'
import { combineLocally } from './combine-locally'
import { asItIs } from './reduce-by-key'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Merges the values of each key with `f`, first within each partition, then on the driver, without a
     * shuffle. For results that fit into memory. Counterpart: PairRDDFunctions.reduceByKeyLocally.
     */
    reduceByKeyLocally<K, V>(this: RDD<[K, V]>, f: (a: V, b: V) => V): Promise<KeyMap<K, V>>
  }
}

RDD.prototype.reduceByKeyLocally = async function (this: RDD<any>, f: any): Promise<KeyMap<any, any>> {
  f = requireFunction('reduceByKeyLocally', f)
  return combineLocally('reduceByKeyLocally', this, { create: asItIs, mergeValue: f, mergeCombiners: f })
}
