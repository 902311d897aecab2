/**
 * toObservable: a stream's elements as an rxjs Observable. It is hot: who subscribes gets what later batches
 * hold. It completes when the context stops, and fails with the error that awaitTermination rejects with.
 */
import type { Observable } from 'rxjs'
import { rxjs } from '../../base/rxjs'
import type { Time } from '../../base/time'
import { DStream } from '../dstream'
import { output } from './foreach-rdd'

/** One batch, as `toObservable({ batches: true })` emits it. */
export interface ObservedBatch<T> { readonly time: Time, readonly values: T[] }

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Every element of every batch from now on, batches in time order and elements in partition order; with
     * `{ batches: true }` one `{ time, values }` a batch instead, empty batches too. It is an output
     * operation. It does not replay, completes when the context has stopped, and fails with the first error
     * of any batch, after which it emits no more although the stream goes on. A batch is collected on the
     * driver before it is emitted. Beyond Spark; the way in is `ssc.observableStream(observable)`.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'observe', Seconds(1))
     * ssc.queueStream([[1, 2], [3]]).toObservable().subscribe(n => console.log(n)) // 1 2 3
     * await ssc.start()
     * ```
     */
    toObservable(options?: { readonly batches?: false }): Observable<T>
    toObservable(options: { readonly batches: true }): Observable<ObservedBatch<T>>
  }
}

DStream.prototype.toObservable = function (
  this: DStream<any>, options: { readonly batches?: boolean } = {},
): Observable<any> {
  const subject = new (rxjs().Subject)<any>()
  const wantsBatches = options.batches === true
  output('toObservable', this, async (rdd, time) => {
    const values = await rdd.collect()
    if (wantsBatches) subject.next({ time, values })
    else for (const value of values) subject.next(value)
  })
  this.context.awaitTermination().then(() => subject.complete(), (error: unknown) => subject.error(error))
  return subject.asObservable()
}
