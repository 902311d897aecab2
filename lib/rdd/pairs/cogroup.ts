/** cogroup: for each key the arrays of its values in two, three or four RDDs, side by side. */
import { named } from '../../base/call-site'
import { KeyMap } from '../../base/key-map'
import { refuse } from '../arguments'
import type { Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { requirePair } from './combining-map'
import { defineAligned, placedAlike, requireOther } from './placed-alike'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Each key of any of the RDDs with an array of its values from each of them, empty where one has none.
     * One to three others; the last argument may be a number of partitions or a partitioner.
     * Counterpart: PairRDDFunctions.cogroup.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'cogroup')
     * const visits = sc.parallelize<[string, number]>([['ann', 1], ['ann', 2]])
     * const orders = sc.parallelize<[string, string]>([['bob', 'tea']])
     * console.log(await visits.cogroup(orders).collect())
     * // [ [ 'ann', [ [ 1, 2 ], [] ] ], [ 'bob', [ [], [ 'tea' ] ] ] ]
     * await sc.stop()
     * ```
     */
    cogroup<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>, partitioning?: Partitioning): RDD<[K, [V[], W[]]]>
    cogroup<K, V, W1, W2>(
      this: RDD<[K, V]>, first: RDD<[K, W1]>, second: RDD<[K, W2]>, partitioning?: Partitioning,
    ): RDD<[K, [V[], W1[], W2[]]]>
    cogroup<K, V, W1, W2, W3>(
      this: RDD<[K, V]>, first: RDD<[K, W1]>, second: RDD<[K, W2]>, third: RDD<[K, W3]>,
      partitioning?: Partitioning,
    ): RDD<[K, [V[], W1[], W2[], W3[]]]>
    /** The same as `cogroup`. Counterpart: PairRDDFunctions.groupWith. */
    groupWith<K, V, W>(this: RDD<[K, V]>, other: RDD<[K, W]>): RDD<[K, [V[], W[]]]>
    groupWith<K, V, W1, W2>(
      this: RDD<[K, V]>, first: RDD<[K, W1]>, second: RDD<[K, W2]>): RDD<[K, [V[], W1[], W2[]]]>
    groupWith<K, V, W1, W2, W3>(
      this: RDD<[K, V]>, first: RDD<[K, W1]>, second: RDD<[K, W2]>, third: RDD<[K, W3]>,
    ): RDD<[K, [V[], W1[], W2[], W3[]]]>
  }
}

export const cogroupNode = defineAligned<null>('cogroup', (_args, sides) => {
  const groups = new KeyMap<unknown, unknown[][]>()
  sides.forEach((side, index) => {
    for (const pair of side) {
      requirePair(pair, 'cogroup')
      let values = groups.get(pair[0])
      if (values === undefined) groups.set(pair[0], values = sides.map(() => []))
      values[index]!.push(pair[1])
    }
  })
  return Array.from(groups)
})

function cogrouped(operator: string, rdd: RDD<any>, args: readonly unknown[]): RDD<any> {
  const last = args.at(-1)
  const hasPartitioning = args.length > 1 && !RDD.is(last)
  const others = (hasPartitioning ? args.slice(0, -1) : args).map(other => requireOther(operator, rdd, other))
  if (others.length < 1 || others.length > 3) {
    refuse(operator, `it takes one to three other RDDs, got ${others.length}`)
  }
  return named(operator, () => {
    const partitioning = hasPartitioning ? last as Partitioning | undefined : undefined
    const { parents, partitioner } = placedAlike(operator, [rdd, ...others], partitioning)
    return rdd.derive(cogroupNode, null, { parents, partitioner })
  })
}

RDD.prototype.cogroup = function (this: RDD<any>, ...args: unknown[]): RDD<any> {
  return cogrouped('cogroup', this, args)
}
RDD.prototype.groupWith = function (this: RDD<any>, ...args: unknown[]): RDD<any> {
  return cogrouped('groupWith', this, args)
}
