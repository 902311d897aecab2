/** mapValues: changes the values of every batch's pairs and leaves their keys. */
import { requireFunction, type Element } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Each pair with `f` of its value; keeps the partitioner. Counterpart: PairDStreamFunctions.mapValues.
     */
    mapValues<K, V, U extends Element>(this: DStream<[K, V]>, f: (value: V) => U): DStream<[K, U]>
  }
}

DStream.prototype.mapValues = function (this: DStream<any>, f: any): DStream<any> {
  f = requireFunction('mapValues', f)
  return perBatch('mapValues', this, rdd => rdd.mapValues(f))
}
