/** queueStream: a stream from a live array of batches. For tests and for programs that make their own batches. */
import { IllegalArgumentError } from '../../base/errors'
import type { Time } from '../../base/time'
import { RDD } from '../../rdd/rdd'
import { InputDStream } from '../../streaming/input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'

type Batch<T> = RDD<T> | readonly T[]

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the RDDs (or plain arrays) in `queue`, which is read live: one a batch, or with `oneAtATime` false
     * all that wait. When the queue is empty a batch is `defaultRDD`, or an empty RDD.
     * Counterpart: StreamingContext.queueStream.
     */
    queueStream<T>(queue: Batch<T>[], oneAtATime?: boolean, defaultRDD?: Batch<T> | null): QueueInputDStream<T>
  }
}

export class QueueInputDStream<T> extends InputDStream<T> {
  constructor(
    context: StreamingContext, readonly queue: Batch<T>[], readonly oneAtATime: boolean, readonly defaultRDD: Batch<T> | null | undefined,
  ) {
    super(context, 'queueStream')
  }

  override compute(_time: Time): RDD<T> {
    const batches = this.queue.splice(0, this.oneAtATime ? 1 : this.queue.length).map(batch => this.rddOf(batch))
    const { sparkContext } = this.context
    if (batches.length === 1) return batches[0]!
    if (batches.length > 1) return sparkContext.union(batches)
    return this.defaultRDD === undefined || this.defaultRDD === null ? sparkContext.emptyRDD() : this.rddOf(this.defaultRDD)
  }

  private rddOf(batch: Batch<T>): RDD<T> {
    return RDD.is(batch) ? batch : this.context.sparkContext.parallelize(batch as readonly T[])
  }
}

StreamingContext.prototype.queueStream = function <T>(queue: Batch<T>[], oneAtATime = true, defaultRDD?: Batch<T> | null): QueueInputDStream<T> {
  if (!Array.isArray(queue)) throw new IllegalArgumentError('queueStream needs an array of RDDs or of arrays', { hint: 'ssc.queueStream([[1, 2], [3]])' })
  return new QueueInputDStream(this, queue, oneAtATime, defaultRDD)
}
