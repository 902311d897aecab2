/** What a context says and takes for its recovery. */
import { baseName } from '../../disk/paths'
import type { AccumulatorV2 } from '../../rdd/accumulators/accumulator-v2'
import { StreamingContext } from '../streaming-context'

declare module '../streaming-context' {
  interface StreamingContext {
    /**
     * True for a context that `getOrCreate` made and that goes on where an earlier run stopped. Counterpart:
     * StreamingContext.isCheckpointPresent.
     */
    readonly isRecovered: boolean
    /**
     * Keeps the value of a named accumulator in the checkpoint: after a recovery it goes on from the last batch that had
     * ended. What batches that failed have added is counted again when they run again. Returns the accumulator. Throws
     * IllegalArgumentError for one that is not registered or has no name of its own. Spark does not have it.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'durable', Seconds(1))
     * const lines = ssc.durable(ssc.sparkContext.longAccumulator('lines'))
     * ssc.queueStream([['a'], ['b']]).foreachRDD(rdd => rdd.foreach(() => lines.add(1)))
     * ```
     */
    durable<A extends AccumulatorV2<any, any>>(accumulator: A): A
    /** Internal: the name of the folder of this run's RDD checkpoints. */
    readonly rddCheckpointFolder: string | undefined
  }
}

Object.defineProperty(StreamingContext.prototype, 'isRecovered', {
  get(this: StreamingContext): boolean { return this.recovery !== undefined },
})

Object.defineProperty(StreamingContext.prototype, 'rddCheckpointFolder', {
  get(this: StreamingContext): string | undefined {
    const directory = this.sparkContext.getCheckpointDir()
    return directory === undefined ? undefined : baseName(directory)
  },
})

StreamingContext.prototype.durable = function <A extends AccumulatorV2<any, any>>(this: StreamingContext, accumulator: A): A {
  this.durableAccumulators.add(accumulator)
  return accumulator
}
