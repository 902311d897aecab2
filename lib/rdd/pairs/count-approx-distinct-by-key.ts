/** countApproxDistinctByKey: about how many different values each key has. */
import { named } from '../../base/call-site'
import { HyperLogLog } from '../../base/hyper-log-log'
import { registerClass } from '../../codec/values'
import type { Partitioning } from '../partitioner'
import type { Aggregator } from '../plan'
import { RDD } from '../rdd'
import { combine } from './combine-by-key'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The number of different values of each key, estimated with a standard error of `relativeSD` (0.05 is 5
     * %) and exact for small numbers. A key takes about (1 / relativeSD)^2 bytes at the most.
     * Throws IllegalArgumentError for an error of 0 or too near to it.
     * Counterpart: PairRDDFunctions.countApproxDistinctByKey.
     */
    countApproxDistinctByKey<K, V>(
      this: RDD<[K, V]>, relativeSD?: number, partitioning?: Partitioning): RDD<[K, number]>
  }
}

// Sketches go through shuffles, and come back from them as sketches in any thread.
registerClass('millrace.HyperLogLog', HyperLogLog)

const aggregators = new Map<number, Aggregator<unknown, HyperLogLog>>()

/** One for each precision, so that a stage is recognised batch after batch. */
function sketching(precision: number): Aggregator<unknown, HyperLogLog> {
  let aggregator = aggregators.get(precision)
  if (aggregator === undefined) aggregators.set(precision, aggregator = newAggregator(precision))
  return aggregator
}

function newAggregator(precision: number): Aggregator<unknown, HyperLogLog> {
  return {
    create: value => {
      const sketch = new HyperLogLog(precision)
      sketch.add(value)
      return sketch
    },
    mergeValue: (sketch, value) => {
      sketch.add(value)
      return sketch
    },
    mergeCombiners: (a, b) => a.merge(b),
  }
}

const estimate = (sketch: HyperLogLog): number => sketch.estimate()

RDD.prototype.countApproxDistinctByKey = function (
  this: RDD<any>, relativeSD = 0.05, partitioning?: Partitioning,
): RDD<any> {
  return named('countApproxDistinctByKey', () => {
    const aggregator = sketching(HyperLogLog.precisionFor(relativeSD))
    return combine('countApproxDistinctByKey', this, aggregator, partitioning).mapValues(estimate)
  })
}
