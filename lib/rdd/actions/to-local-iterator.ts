/**
 * toLocalIterator: all elements one after another on the driver, which never holds more than one partition of
 * them.
 */
import { CallSite } from '../../base/call-site'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { collectSink } from './collect'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements in partition order. Each partition is computed by a job of its own when the iteration
     * reaches it, so persist an RDD that is costly to compute. Counterpart: RDD.toLocalIterator.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'iterate')
     * for await (const x of sc.parallelize([1, 2, 3], 3)) console.log(x)
     * await sc.stop()
     * ```
     */
    toLocalIterator(): AsyncIterableIterator<T>
    /** `for await (const element of rdd)`: the same as toLocalIterator. */
    [Symbol.asyncIterator](): AsyncIterableIterator<T>
  }
}

async function* iterate<T>(site: CallSite, rdd: RDD<T>): AsyncGenerator<T> {
  if (rdd.needsPreparation) await rdd.prepare()
  const count = rdd.getNumPartitions()
  for (let partition = 0; partition < count; partition++) {
    const [values] = await CallSite.within(site, () =>
      runJob<null, T[]>('toLocalIterator', rdd, collectSink, null, { partitions: [partition] }))
    yield* values!
  }
}

RDD.prototype.toLocalIterator = function <T>(this: RDD<T>): AsyncIterableIterator<T> {
  return iterate(CallSite.capture('toLocalIterator'), this)
}

RDD.prototype[Symbol.asyncIterator] = RDD.prototype.toLocalIterator
