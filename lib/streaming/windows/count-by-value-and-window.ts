/** countByValueAndWindow: how often each value occurs in each sliding window. */
import { named } from '../../base/call-site'
import type { Duration } from '../../base/duration'
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { add, subtract, withOne } from '../operators/single'
import { streamPartitioner } from '../operators/partitioning'
import { withInverse } from './reduce-by-key-and-window'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * At every `slide` a pair `[value, count]` for each different element of the last `length`. It adds what
     * came, subtracts what left and drops what is gone, and so needs a checkpoint folder. Counterpart:
     * DStream.countByValueAndWindow.
     */
    countByValueAndWindow(
      length: Duration, slide: Duration, partitioning?: Partitioning): DStream<[T, number]>
  }
}

const occurs = (_value: unknown, count: number): boolean => count !== 0

DStream.prototype.countByValueAndWindow = function (
  this: DStream<any>, length: Duration, slide: Duration, partitioning?: Partitioning,
): DStream<[any, number]> {
  const operator = 'countByValueAndWindow'
  return named(operator, () => {
    const partitioner = streamPartitioner(operator, this, partitioning)
    const options = { partitioner, filter: occurs }
    return withInverse(operator, this.map(withOne), add, subtract, length, slide, options)
  })
}
