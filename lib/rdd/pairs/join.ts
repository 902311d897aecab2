/** join: every combination of the values that a key has in two RDDs. */
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { joined } from './join-partitions'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Every combination of the values that a key has in both RDDs; keys that only one of them has are left
     * out. Keys compare by structure. A side that the partitioner has placed already is not moved.
     * Counterpart: PairRDDFunctions.join.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'join')
     * const ages = sc.parallelize<[string, number]>([['ann', 31], ['bob', 27]])
     * const towns = sc.parallelize<[string, string]>([['ann', 'Bonn']])
     * console.log(await ages.join(towns).collect()) // [ [ 'ann', [ 31, 'Bonn' ] ] ]
     * await sc.stop()
     * ```
     */
    join<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitioning?: Partitioning): RDD<[K, [V, W]]>
  }
}

RDD.prototype.join = function (this: RDD<any>, other: RDD<any>, partitioning?: Partitioning): RDD<any> {
  return joined('join', this, other, partitioning)
}
