/** map: applies a function to every element of every batch. */
import { requireFunction, type Element } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /** `f` of each element. A two-element array literal is a pair. Counterpart: DStream.map. */
    map<U extends Element>(f: (value: T) => U): DStream<U>
  }
}

DStream.prototype.map = function <U extends Element>(this: DStream<any>, f: (value: any) => U): DStream<U> {
  f = requireFunction('map', f)
  return perBatch('map', this, rdd => rdd.map(f))
}
