/** sortBy: all elements in the order of a key computed from each. */
import { named } from '../../base/call-site'
import { requireFunction, type Element } from '../arguments'
import { RDD } from '../rdd'
import { keyByNode } from './key-by'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements in the natural order of `f` of each, across all partitions: numbers and bigints by value,
     * strings by code point, arrays element by element, Dates by time. The ranges of the partitions are found
     * by sampling, in a job of its own when the result is first used. Counterpart: RDD.sortBy.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'sort')
     * const words = sc.parallelize(['bb', 'a', 'ccc'])
     * console.log(await words.sortBy(word => word.length, false).collect()) // [ 'ccc', 'bb', 'a' ]
     * await sc.stop()
     * ```
     */
    sortBy<K extends Element>(f: (value: T) => K, ascending?: boolean, numPartitions?: number): RDD<T>
  }
}

RDD.prototype.sortBy = function (this: RDD<any>, f: any, ascending = true, numPartitions?: number): RDD<any> {
  f = requireFunction('sortBy', f)
  return named('sortBy', () =>
    this.derive<[any, any]>(keyByNode, { f }).sortByKey(ascending, numPartitions).values())
}
