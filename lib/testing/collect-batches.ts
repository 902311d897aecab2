/** A live list of what a stream gives. */
import { requireDStream } from './arguments'
import type { DStream } from '../streaming/dstream'

/**
 * Everything the stream gives from now on: a list that grows by one list, in partition order, per finished batch.
 * It registers an output operation, so call it before the context starts.
 * @example
 * ```ts
 * import { StreamingContext, Seconds } from 'millrace'
 * import { collectBatches, ManualClock, waitForBatches } from 'millrace/testing'
 * const clock = new ManualClock()
 * const ssc = new StreamingContext('local', 'test', Seconds(1), { clock })
 * const lengths = collectBatches(ssc.queueStream([['a', 'bb']]).map(word => word.length))
 * await ssc.start()
 * await clock.advance(1000)
 * await waitForBatches(ssc, 1)
 * console.log(lengths) // [ [ 1, 2 ] ]
 * await ssc.stop()
 * ```
 */
export function collectBatches<T>(stream: DStream<T>): T[][] {
  requireDStream('collectBatches', stream)
  const batches: T[][] = []
  stream.foreachRDD(async rdd => { batches.push(await rdd.collect()) })
  return batches
}
