/** flatMapValues: one pair for each element of what a function makes of a value. */
import { requireFunction, type Element } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * For each pair its key with every element of the iterable that `f` returns for its value; keeps the
     * partitioner. Counterpart: PairDStreamFunctions.flatMapValues.
     */
    flatMapValues<K, V, U extends Element>(
      this: DStream<[K, V]>, f: (value: V) => Iterable<U>): DStream<[K, U]>
  }
}

DStream.prototype.flatMapValues = function (this: DStream<any>, f: any): DStream<any> {
  f = requireFunction('flatMapValues', f)
  return perBatch('flatMapValues', this, rdd => rdd.flatMapValues(f))
}
