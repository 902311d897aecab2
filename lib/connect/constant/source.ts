/**
 * A stream that has the same RDD at every batch: what other streams are joined with, or a load of the same
 * size.
 */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError } from '../../base/errors'
import type { Time } from '../../base/time'
import { RDD } from '../../rdd/rdd'
import { InputDStream } from '../../streaming/input-dstream'
import type { StreamingContext } from '../../streaming/streaming-context'

/**
 * Throws IllegalArgumentError when `rdd` is no RDD. Counterpart:
 * org.apache.spark.streaming.dstream.ConstantInputDStream.
 * @example
 * ```ts
 * import { ConstantInputDStream, Seconds, StreamingContext } from 'millrace'
 * const ssc = new StreamingContext('local', 'constant', Seconds(1))
 * new ConstantInputDStream(ssc, ssc.sparkContext.parallelize([1, 2, 3])).print()
 * ```
 */
export class ConstantInputDStream<T> extends InputDStream<T> {
  constructor(context: StreamingContext, readonly rdd: RDD<T>) {
    // Before super(): an input that cannot be must not become part of the context.
    requireRdd(rdd)
    super(context, 'ConstantInputDStream')
  }

  override compute(_time: Time): RDD<T> { return this.rdd }
}

function requireRdd(rdd: unknown): void {
  if (RDD.is(rdd)) return
  throw new IllegalArgumentError(`ConstantInputDStream: the parameter rdd must be an RDD, got ${String(rdd)}`, {
    at: CallSite.capture('ConstantInputDStream').toString(), hint: 'sc.parallelize([...]), or sc.emptyRDD().',
  })
}
