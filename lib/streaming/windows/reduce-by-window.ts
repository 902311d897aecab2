/** reduceByWindow: one element for each sliding window. */
import { named } from '../../base/call-site'
import type { Duration } from '../../base/duration'
import { requireFunction } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { onePartition, underOneKey, valueOf } from '../operators/single'
import { requireWindow } from './arguments'
import { withInverse, withoutInverse } from './reduce-by-key-and-window'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * At every `slide` all elements of the last `length` merged into one with `f`, which must be associative
     * and commutative; no element for a window that has none. Throws IllegalArgumentError unless both
     * durations are whole multiples of this stream's slide. Counterpart: DStream.reduceByWindow.
     */
    reduceByWindow(f: (a: T, b: T) => T, length: Duration, slide: Duration): DStream<T>
    /**
     * The same, but each window is made from the one before: `inverse` takes out what left, `f` puts in what
     * came. Once there was an element there always is one. Needs a checkpoint folder.
     */
    reduceByWindow(
      f: (a: T, b: T) => T, inverse: (whole: T, part: T) => T, length: Duration, slide: Duration): DStream<T>
  }
}

DStream.prototype.reduceByWindow = function (this: DStream<any>, f: any, second: any, ...rest: any[]) {
  const operator = 'reduceByWindow'
  f = requireFunction(operator, f)
  return named(operator, () => {
    if (typeof second === 'function') {
      const pairs = this.map(underOneKey)
      return withInverse(operator, pairs, f, second, rest[0], rest[1], onePartition).map(valueOf)
    }
    const durations = requireWindow(operator, this, second, rest[0])
    return withoutInverse(operator, this.map(underOneKey), f, durations, onePartition).map(valueOf)
  })
}
