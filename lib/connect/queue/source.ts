/**
 * queueStream: a stream from a live array of batches. For tests and for programs that make their own batches.
 */
import type { Time } from '../../base/time'
import { describe, refuse } from '../../rdd/arguments'
import { RDD } from '../../rdd/rdd'
import { InputDStream } from '../../streaming/input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'

type Batch<T> = RDD<T> | readonly T[]

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the RDDs (or plain arrays) in `queue`, which is read live and emptied: one a batch, or with
     * `oneAtATime` false all that wait. When the queue is empty a batch is `defaultRDD`, or an empty RDD.
     * Listeners see no records of it, and a program with it cannot be recovered. Throws IllegalArgumentError when the queue is no array, or holds
     * something else. Counterpart: StreamingContext.queueStream.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'queue', Seconds(1))
     * const queue = [['a', 'b'], ['c']]
     * ssc.queueStream(queue).print()
     * queue.push(['added later'])
     * ```
     */
    queueStream<T>(queue: Batch<T>[], oneAtATime?: boolean, defaultRDD?: Batch<T> | null): QueueInputDStream<T>
  }
}

export class QueueInputDStream<T> extends InputDStream<T> {
  constructor(
    context: StreamingContext, readonly queue: Batch<T>[], readonly oneAtATime: boolean,
    readonly defaultRDD: Batch<T> | null | undefined,
  ) {
    super(context, 'queueStream')
  }

  override get cannotRecover(): string {
    return 'queueStream doesn\'t support checkpointing. Please don\'t use queueStream when checkpointing is enabled.'
  }

  override compute(_time: Time): RDD<T> {
    const { queue, defaultRDD, context: { sparkContext } } = this
    const taken = this.oneAtATime ? queue.splice(0, 1) : queue.splice(0)
    const rdds = taken.map(batch => rddOf(this.context, batch))
    if (rdds.length === 1) return rdds[0]!
    if (rdds.length > 1) return sparkContext.union(rdds)
    return defaultRDD === undefined || defaultRDD === null ? sparkContext.emptyRDD() : rddOf(this.context, defaultRDD)
  }
}

function rddOf<T>(context: StreamingContext, batch: Batch<T>): RDD<T> {
  requireBatch(context, batch, 'each element of the queue')
  return RDD.is(batch) ? batch : context.sparkContext.parallelize(batch as readonly T[])
}

const example = 'ssc.queueStream([[1, 2], [3]]) has two batches.'

function requireBatch(context: StreamingContext, batch: unknown, what: string): void {
  if (Array.isArray(batch)) return
  if (!RDD.is(batch)) refuse('queueStream', `${what} must be an RDD or an array, got ${describe(batch)}`, example)
  if (batch.context !== context.sparkContext) refuse('queueStream', `${what} must be an RDD of the stream's own SparkContext`)
}

StreamingContext.prototype.queueStream = function <T>(
  this: StreamingContext, queue: Batch<T>[], oneAtATime = true, defaultRDD?: Batch<T> | null,
): QueueInputDStream<T> {
  if (!Array.isArray(queue)) {
    refuse('queueStream', `the queue must be an array of RDDs or of arrays, got ${describe(queue)}`, example)
  }
  if (typeof oneAtATime !== 'boolean') refuse('queueStream', `oneAtATime must be true or false, got ${describe(oneAtATime)}`)
  for (const batch of queue) requireBatch(this, batch, 'each element of the queue')
  if (defaultRDD !== undefined && defaultRDD !== null) requireBatch(this, defaultRDD, 'defaultRDD')
  return new QueueInputDStream(this, queue, oneAtATime, defaultRDD)
}
