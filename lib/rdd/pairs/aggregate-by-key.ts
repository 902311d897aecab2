/** aggregateByKey: the values of each key gathered into a start value of their own. */
import { requireFunction } from '../arguments'
import type { Partitioning } from '../partitioner'
import type { Aggregator } from '../plan'
import { RDD } from '../rdd'
import { freshZero, type ZeroValue } from '../zero-value'
import { combine } from './combine-by-key'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * For each key: `mergeValue` adds its values of a partition to a copy of `zero`, `mergeCombiners` joins
     * what two partitions made of it. Both may change their first argument and return it. `zero` may be a
     * function that makes a new start value. Counterpart: PairRDDFunctions.aggregateByKey.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'means')
     * const marks = sc.parallelize<[string, number]>([['ann', 2], ['ann', 3]])
     * const sums = marks.aggregateByKey({ sum: 0, count: 0 },
     *   (a, mark) => ({ sum: a.sum + mark, count: a.count + 1 }),
     *   (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }))
     * console.log(await sums.collect()) // [ [ 'ann', { sum: 5, count: 2 } ] ]
     * await sc.stop()
     * ```
     */
    aggregateByKey<K, V, C>(
      this: RDD<[K, V]>, zero: ZeroValue<C>, mergeValue: (combined: C, value: V) => C,
      mergeCombiners: (a: C, b: C) => C, partitioning?: Partitioning): RDD<[K, C]>
  }
}

const made = new WeakMap<Function, { readonly zero: unknown, readonly aggregator: Aggregator }>()

/**
 * The aggregator that starts each key with `zero`. The same functions and zero get the same aggregator again,
 * so that a stage is recognised batch after batch.
 */
export function aggregatorFrom(zero: unknown, mergeValue: any, mergeCombiners: any): Aggregator {
  const known = made.get(mergeValue)
  const isSame = known !== undefined && Object.is(known.zero, zero)
    && known.aggregator.mergeCombiners === mergeCombiners
  if (isSame) return known.aggregator
  const create = (value: unknown): unknown => mergeValue(freshZero(zero), value)
  const aggregator = { create, mergeValue, mergeCombiners }
  made.set(mergeValue, { zero, aggregator })
  return aggregator
}

RDD.prototype.aggregateByKey = function (
  this: RDD<any>, zero: any, mergeValue: any, mergeCombiners: any, partitioning?: Partitioning,
): RDD<any> {
  mergeValue = requireFunction('aggregateByKey', mergeValue, 'mergeValue')
  mergeCombiners = requireFunction('aggregateByKey', mergeCombiners, 'mergeCombiners')
  return combine('aggregateByKey', this, aggregatorFrom(zero, mergeValue, mergeCombiners), partitioning)
}
