/** foldByKey: the values of each key merged into a start value. */
import { requireFunction } from '../arguments'
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import type { ZeroValue } from '../zero-value'
import { aggregatorFrom } from './aggregate-by-key'
import { combine } from './combine-by-key'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Merges the values of each key with `f`, beginning with `zero`, which must not change the result however
     * often it is added: 0 for sums, 1 for products, [] for concatenation. It is copied for each key, so that
     * `f` may change and return its first argument; a function `() => zero` is taken too. Counterpart:
     * PairRDDFunctions.foldByKey.
     */
    foldByKey<K, V>(this: RDD<[K, V]>, zero: ZeroValue<V>, f: (a: V, b: V) => V,
      partitioning?: Partitioning): RDD<[K, V]>
  }
}

RDD.prototype.foldByKey = function (
  this: RDD<any>, zero: any, f: any, partitioning?: Partitioning,
): RDD<any> {
  f = requireFunction('foldByKey', f, 'its second argument')
  return combine('foldByKey', this, aggregatorFrom(zero, f, f), partitioning)
}
