/** countByWindow: how many elements each sliding window has. */
import { named } from '../../base/call-site'
import type { Duration } from '../../base/duration'
import { DStream } from '../dstream'
import { add, subtract } from '../operators/single'
import { requireWindow } from './arguments'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * At every `slide` one element, the number of elements in the last `length`; 0 when there are none. It
     * adds what came and subtracts what left, and so needs a checkpoint folder. Counterpart:
     * DStream.countByWindow.
     */
    countByWindow(length: Duration, slide: Duration): DStream<number>
  }
}

DStream.prototype.countByWindow = function (this: DStream<any>, length: Duration, slide: Duration) {
  requireWindow('countByWindow', this, length, slide)
  return named('countByWindow', () => this.count().reduceByWindow(add, subtract, length, slide))
}
