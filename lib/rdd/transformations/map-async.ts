/**
 * mapAsync: an asynchronous function of every element, several at a time. Results keep the order of the
 * elements. At most `concurrency` calls of a partition are under way, and none is started before there is
 * room for its result.
 */
import { requireTaskFunction, requireInteger, type Element } from '../arguments'
import { definePartition } from '../plan'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * What the promises of `f` resolve to, in the order of the elements; `concurrency` (16) calls of a
     * partition run at a time. A rejection fails the task, and no further calls are started. Beyond Spark.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'lookups')
     * const twice = sc.parallelize([1, 2]).mapAsync(async x => 2 * x, { concurrency: 4 })
     * console.log(await twice.collect()) // [ 2, 4 ]
     * await sc.stop()
     * ```
     */
    mapAsync<U extends Element>(
      f: (value: T) => U | PromiseLike<U>, options?: { readonly concurrency?: number }): RDD<U>
  }
}

const defaultConcurrency = 16

interface MapAsync { readonly f: (value: any) => unknown, readonly concurrency: number }

export const mapAsyncNode = definePartition<MapAsync>('mapAsync', {
  compute: (args, [values]) => ({ [Symbol.asyncIterator]: () => inOrder(args, values!) }),
})

async function* inOrder({ f, concurrency }: MapAsync, values: Iterable<unknown>): AsyncGenerator<unknown> {
  const underWay: Promise<unknown>[] = []
  let hasFailed = false
  const onFailure = (): void => { hasFailed = true }
  for (const value of values) {
    if (underWay.length >= concurrency) yield await underWay.shift()
    if (hasFailed) break
    const result = call(f, value)
    // Whoever stops reading leaves promises behind; their rejections have been seen here.
    result.catch(onFailure)
    underWay.push(result)
  }
  while (underWay.length > 0) yield await underWay.shift()
}

/** What `f` throws at once is a rejection like any other. */
async function call(f: (value: any) => unknown, value: unknown): Promise<unknown> { return f(value) }

RDD.prototype.mapAsync = function (
  this: RDD<any>, f: any, options: { readonly concurrency?: number } = {},
): RDD<any> {
  f = requireTaskFunction('mapAsync', f)
  const concurrency = requireInteger('mapAsync', options.concurrency ?? defaultConcurrency, 1, 'concurrency')
  return this.derive(mapAsyncNode, { f, concurrency })
}
