/** groupBy: the elements with the same key, in one array. */
import { named } from '../../base/call-site'
import { requireFunction, type Element } from '../arguments'
import { gathering } from '../pairs/group-by-key'
import { combine } from '../pairs/combine-by-key'
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { keyByNode } from './key-by'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Each key that `f` gives, with an array of the elements it gave it for, in no promised order. The last
     * argument is a number of partitions or a partitioner. Counterpart: RDD.groupBy.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'groups')
     * const groups = sc.parallelize([1, 2, 3]).groupBy(x => x % 2)
     * console.log(await groups.collect()) // [ [ 1, [ 1, 3 ] ], [ 0, [ 2 ] ] ]
     * await sc.stop()
     * ```
     */
    groupBy<K extends Element>(f: (value: T) => K, partitioning?: Partitioning): RDD<[K, T[]]>
  }
}

RDD.prototype.groupBy = function (this: RDD<any>, f: any, partitioning?: Partitioning): RDD<any> {
  f = requireFunction('groupBy', f)
  return named('groupBy', () =>
    combine('groupBy', this.derive(keyByNode, { f }), gathering, partitioning, false))
}
