/** reduce: one element for each batch that has elements, none for a batch that has none. */
import { requireFunction } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'
import { onePartition, underOneKey, valueOf } from './single'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * All elements of each batch merged into one with `f`, which must be associative and commutative. An
     * empty batch gives an empty RDD. Counterpart: DStream.reduce.
     */
    reduce(f: (a: T, b: T) => T): DStream<T>
  }
}

DStream.prototype.reduce = function (this: DStream<any>, f: any): DStream<any> {
  f = requireFunction('reduce', f)
  return perBatch('reduce', this, rdd => rdd.map(underOneKey).reduceByKey(f, onePartition).map(valueOf))
}
