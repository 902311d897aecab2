/**
 * mapAsync: an asynchronous function of every element, several at a time. Unlike Spark: it has no such
 * operator.
 */
import { requireTaskFunction, requireInteger, type Element } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * What the promises of `f` resolve to, in the order of the elements; `concurrency` (16) calls of a
     * partition run at a time. A rejection fails the task, and no further calls are started. Beyond Spark.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'status', Seconds(1))
     * const urls = ssc.queueStream([['http://localhost/']])
     * urls.mapAsync(async url => (await fetch(url)).status, { concurrency: 4 }).print()
     * ```
     */
    mapAsync<U extends Element>(
      f: (value: T) => U | PromiseLike<U>, options?: { readonly concurrency?: number }): DStream<U>
  }
}

DStream.prototype.mapAsync = function (this: DStream<any>, f: any, options = {}): DStream<any> {
  f = requireTaskFunction('mapAsync', f)
  if (options.concurrency !== undefined) requireInteger('mapAsync', options.concurrency, 1, 'concurrency')
  return perBatch('mapAsync', this, rdd => rdd.mapAsync(f, options))
}
