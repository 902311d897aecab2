/**
 * groupByKey: all values of each key in one array. Nothing is combined before the shuffle: it would save
 * nothing.
 */
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { combine } from './combine-by-key'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Each key with an array of its values, in no promised order. Counterpart: PairRDDFunctions.groupByKey.
     */
    groupByKey<K, V>(this: RDD<[K, V]>, partitioning?: Partitioning): RDD<[K, V[]]>
  }
}

/** Gathers values into an array of its own for each key. */
export const gathering = {
  create: (value: unknown): unknown[] => [value],
  mergeValue: (values: unknown[], value: unknown): unknown[] => {
    values.push(value)
    return values
  },
  mergeCombiners: (a: unknown[], b: unknown[]): unknown[] => {
    for (const value of b) a.push(value)
    return a
  },
}

RDD.prototype.groupByKey = function (this: RDD<any>, partitioning?: Partitioning): RDD<any> {
  return combine('groupByKey', this, gathering, partitioning, false)
}
