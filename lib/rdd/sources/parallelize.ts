/** parallelize: the elements of an array, cut into partitions. */
import { refuse } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { defineSource } from '../plan'
import { RDD } from '../rdd'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * An RDD of the elements of `values`, in order. Slice i of n is [i * length / n, (i + 1) * length / n).
     * Throws IllegalArgumentError when `numSlices` is not a positive whole number.
     * Counterpart: SparkContext.parallelize.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'slices')
     * console.log(await sc.parallelize([1, 2, 3], 2).glom().collect()) // [ [ 1 ], [ 2, 3 ] ]
     * await sc.stop()
     * ```
     */
    parallelize<T>(values: Iterable<T>, numSlices?: number): RDD<T>
    /** The same as `parallelize`. Counterpart: SparkContext.makeRDD. */
    makeRDD<T>(values: Iterable<T>, numSlices?: number): RDD<T>
    /** An RDD without partitions. Counterpart: SparkContext.emptyRDD. */
    emptyRDD<T = never>(): RDD<T>
  }
}

interface Slices { readonly values: readonly unknown[], readonly count: number }

export const parallelizeNode = defineSource<Slices>('parallelize', {
  partitionCount: ({ count }) => count,
  ship: true,
  read: ({ values, count }, partition) => {
    if (count === 1) return { kind: 'array', values }
    const from = Math.floor(partition * values.length / count)
    return { kind: 'array', values: values.slice(from, Math.floor((partition + 1) * values.length / count)) }
  },
})

SparkContext.prototype.parallelize = function <T>(this: SparkContext, values: Iterable<T>, numSlices = this.defaultParallelism): RDD<T> {
  if (!Number.isInteger(numSlices) || numSlices < 1) refuse('parallelize', `Positive number of partitions required, got ${String(numSlices)}`)
  if (typeof (values as any)?.[Symbol.iterator] !== 'function') refuse('parallelize', 'the first argument must be an array or another iterable')
  // A copy: what the caller does to the array afterwards is no part of this immutable batch.
  return new RDD<T>(this, { definition: parallelizeNode, parents: [], args: { values: Array.from(values), count: numSlices } })
}
SparkContext.prototype.makeRDD = SparkContext.prototype.parallelize

SparkContext.prototype.emptyRDD = function <T>(): RDD<T> {
  return new RDD<T>(this, { definition: emptyNode, parents: [], args: null })
}

export const emptyNode = defineSource<null>('empty', {
  partitionCount: () => 0,
  read: () => ({ kind: 'array', values: [] }),
})

