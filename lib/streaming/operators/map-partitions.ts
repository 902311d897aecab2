/** mapPartitions: gives a function each partition of every batch as an iterator. */
import { requireTaskFunction, type Element } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

type Many<U> = Iterable<U> | AsyncIterable<U> | Promise<Iterable<U> | AsyncIterable<U>>

declare module '../dstream' {
  interface DStream<T> {
    /**
     * What `f` returns for each partition's iterator: any iterable; `f` may be async. The place to open what
     * is needed once a partition, such as a connection. `preservesPartitioning` says that `f` leaves keys
     * where they are. Counterpart: DStream.mapPartitions.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'sums', Seconds(1))
     * ssc.queueStream([[1, 2, 3]]).mapPartitions(numbers => [Math.max(...numbers)]).print() // 3
     * ```
     */
    mapPartitions<U extends Element>(
      f: (values: IterableIterator<T>) => Many<U>, preservesPartitioning?: boolean): DStream<U>
  }
}

DStream.prototype.mapPartitions = function (this: DStream<any>, f: any, preservesPartitioning = false) {
  f = requireTaskFunction('mapPartitions', f)
  return perBatch('mapPartitions', this, rdd => rdd.mapPartitions(f, preservesPartitioning))
}
