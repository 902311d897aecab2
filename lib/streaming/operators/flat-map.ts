/** flatMap: applies a function to every element and gives all elements of what it returns. */
import { requireFunction, type Element } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /** The elements of every iterable that `f` returns. Counterpart: DStream.flatMap. */
    flatMap<U extends Element>(f: (value: T) => Iterable<U>): DStream<U>
  }
}

DStream.prototype.flatMap = function (this: DStream<any>, f: any): DStream<any> {
  f = requireFunction('flatMap', f)
  return perBatch('flatMap', this, rdd => rdd.flatMap(f))
}
