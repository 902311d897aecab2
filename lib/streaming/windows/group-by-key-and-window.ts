/** groupByKeyAndWindow: all values of each key in each sliding window. */
import { named } from '../../base/call-site'
import type { Duration } from '../../base/duration'
import { DStream } from '../dstream'
import { requireWindow, windowPartitioner, type WindowPartitioning } from './arguments'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * At every `slide` (each batch unless said) each key with an array of its values in the last `length`,
     * batch after batch. Throws IllegalArgumentError unless both durations are whole multiples of this
     * stream's slide. Counterpart: PairDStreamFunctions.groupByKeyAndWindow.
     */
    groupByKeyAndWindow<K, V>(
      this: DStream<[K, V]>, length: Duration, slide?: Duration, options?: WindowPartitioning,
    ): DStream<[K, V[]]>
  }
}

// The panes' arrays are persisted and read again by later windows: the first is copied before more is added.
const copy = (values: unknown[]): unknown[] => [...values]
const append = (all: unknown[], values: unknown[]): unknown[] => {
  for (const value of values) all.push(value)
  return all
}

DStream.prototype.groupByKeyAndWindow = function (
  this: DStream<any>, length: Duration, slide?: Duration, options?: WindowPartitioning,
): DStream<any> {
  const operator = 'groupByKeyAndWindow'
  return named(operator, () => {
    const durations = requireWindow(operator, this, length, slide)
    const partitioner = windowPartitioner(operator, this, options)
    return this.groupByKey(partitioner)
      .window(durations.length, durations.slide)
      .combineByKey(copy, append, append, partitioner)
  })
}
