/**
 * transform: an RDD function applied to the batches of one or several streams. The function runs on the
 * driver while a batch is generated, once a batch; what it makes belongs to its own lines, so errors name
 * those.
 */
import { types } from 'node:util'
import { CallSite } from '../../base/call-site'
import { SparkError } from '../../base/errors'
import type { Time } from '../../base/time'
import { describe, refuse, requireCallable, type Element } from '../../rdd/arguments'
import { RDD } from '../../rdd/rdd'
import { DStream } from '../dstream'
import { StreamingContext } from '../streaming-context'
import { requireAlike, requireStream } from './alike'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * What `f` returns for each batch's RDD: the way to RDD operators that streams do not have, and to RDDs
     * from elsewhere. `f` runs on the driver while the batch is generated. It must return an RDD; for
     * nothing, `sc.emptyRDD()`. Counterpart: DStream.transform.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'clean', Seconds(1))
     * const spam = ssc.sparkContext.parallelize<[string, boolean]>([['spam', true]])
     * const words = ssc.queueStream([['ham', 'spam']]).map(word => [word, 1])
     * words.transform(rdd => rdd.leftOuterJoin(spam))
     *   .filter(([, [, isSpam]]) => isSpam !== true)
     *   .print() // (ham,(1,None))
     * ```
     */
    transform<U extends Element>(f: (rdd: RDD<T>, time: Time) => RDD<U>): DStream<U>
    // Bounded first, so that a pair literal in a function that is returned at once is seen as a pair.
    transform<U>(f: (rdd: RDD<T>, time: Time) => RDD<U>): DStream<U>
    /**
     * What `f` returns for this stream's and `other`'s RDD of each batch. Throws IllegalArgumentError unless
     * both streams have the same context and slide. Counterpart: DStream.transformWith.
     */
    transformWith<U, V extends Element>(
      other: DStream<U>, f: (a: RDD<T>, b: RDD<U>, time: Time) => RDD<V>): DStream<V>
    transformWith<U, V>(other: DStream<U>, f: (a: RDD<T>, b: RDD<U>, time: Time) => RDD<V>): DStream<V>
  }
}

declare module '../streaming-context' {
  interface StreamingContext {
    /**
     * What `f` returns for the RDDs of all `streams` at each batch, in the order of `streams`.
     * Counterpart: StreamingContext.transform.
     */
    transform<S extends readonly unknown[] | [], U extends Element>(
      streams: { readonly [K in keyof S]: DStream<S[K]> },
      f: (rdds: { [K in keyof S]: RDD<S[K]> }, time: Time) => RDD<U>,
    ): DStream<U>
    transform<S extends readonly unknown[] | [], U>(
      streams: { readonly [K in keyof S]: DStream<S[K]> },
      f: (rdds: { [K in keyof S]: RDD<S[K]> }, time: Time) => RDD<U>,
    ): DStream<U>
  }
}

type Combine<U> = (rdds: readonly RDD<any>[], time: Time) => RDD<U>

/** `f` of the RDDs that all parents have at a time. Counterpart: TransformedDStream. */
export class TransformedDStream<U> extends DStream<U> {
  constructor(parents: readonly DStream<any>[], operator: string, private readonly f: Combine<U>) {
    super(parents[0]!.context, parents, operator)
  }

  compute(time: Time): RDD<U> {
    return this.f(this.parents.map(parent => this.rddOf(parent, time)), time)
  }

  private rddOf(parent: DStream<any>, time: Time): RDD<any> {
    const rdd = parent.getOrCompute(time)
    if (rdd !== undefined) return rdd
    throw new SparkError(`Couldn't generate RDD from parent at time ${time}`, {
      at: this.site.toString(),
      hint: `${parent} has no RDD at that time. Give sc.emptyRDD() where there is nothing.`,
    })
  }
}

/** Internal: an operator of ours over several streams; all that it makes belongs to the user's one call. */
export function acrossStreams<U>(
  operator: string, streams: readonly DStream<any>[], f: Combine<U>,
): DStream<U> {
  for (const stream of streams) requireStream(operator, stream)
  requireAlike(operator, streams, 'transform')
  return new TransformedDStream(streams, operator, f)
}

/** The user's function, with its own lines as call sites and its result checked. */
function transformed(
  operator: string, streams: readonly DStream<any>[], f: Function, call: Combine<unknown>,
): DStream<any> {
  requireCallable(operator, f, 'its function')
  if (types.isAsyncFunction(f)) {
    refuse(operator, 'its function is async, but a batch is generated without waiting',
      'Look up what it needs beforehand, or in foreachRDD, whose function may be async.')
  }
  const stream = acrossStreams<unknown>(operator, streams, (rdds, time) => {
    const result: unknown = CallSite.within(undefined, () => call(rdds, time))
    if (RDD.is(result)) return result
    const at = stream.site.toString()
    if (result === undefined || result === null) {
      throw new SparkError(
        'Transform function must not return null. Return SparkContext.emptyRDD() instead', { at })
    }
    const found = describe(result)
    throw new SparkError(`the function given to ${operator} must return an RDD, it returned ${found}`, { at })
  })
  return stream
}

DStream.prototype.transform = function (this: DStream<any>, f: any): DStream<any> {
  return transformed('transform', [this], f, ([rdd], time) => f(rdd, time))
}

DStream.prototype.transformWith = function (this: DStream<any>, other: DStream<any>, f: any): DStream<any> {
  return transformed('transformWith', [this, other], f, ([a, b], time) => f(a, b, time))
}

StreamingContext.prototype.transform = function (streams: any, f: any): DStream<any> {
  requireAlike('transform', streams)
  return transformed('transform', [...streams], f, (rdds, time) => f(rdds, time))
}
