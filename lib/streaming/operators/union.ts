/** union: the batches of several streams, put together. */
import { SparkError } from '../../base/errors'
import type { Time } from '../../base/time'
import type { RDD } from '../../rdd/rdd'
import { DStream } from '../dstream'
import { StreamingContext } from '../streaming-context'
import { requireAlike } from './alike'

/** The elements of a stream. */
export type ElementOf<S> = S extends DStream<infer T> ? T : never

declare module '../dstream' {
  interface DStream<T> {
    /**
     * All elements of this stream's batch and then those of `other`'s; duplicates stay.
     * Throws IllegalArgumentError unless both have the same context and slide. Counterpart: DStream.union.
     */
    union<U>(other: DStream<U>): DStream<T | U>
  }
}

declare module '../streaming-context' {
  interface StreamingContext {
    /**
     * The union of all `streams`, batch by batch, in their order.
     * Throws IllegalArgumentError for an empty array, and unless all have the same context and slide.
     * Counterpart: StreamingContext.union.
     */
    union<S extends DStream<any>>(streams: readonly S[]): DStream<ElementOf<S>>
  }
}

/** Counterpart: UnionDStream. */
export class UnionDStream<T> extends DStream<T> {
  constructor(parents: readonly DStream<T>[]) {
    requireAlike('union', parents)
    super(parents[0]!.context, parents, 'union')
  }

  compute(time: Time): RDD<T> {
    return this.context.sparkContext.union(this.parents.map(parent => {
      const rdd = parent.getOrCompute(time)
      if (rdd !== undefined) return rdd
      throw new SparkError(`Could not generate RDD from a parent for unifying at time ${time}`, {
        at: this.site.toString(),
        hint: `${parent} has no RDD at that time. Give sc.emptyRDD() where there is nothing.`,
      })
    }))
  }
}

DStream.prototype.union = function (this: DStream<any>, other: DStream<any>): DStream<any> {
  return new UnionDStream([this, other])
}

StreamingContext.prototype.union = function (this: StreamingContext, streams: readonly DStream<any>[]): any {
  return new UnionDStream(streams)
}
