/** reduceByKey: one value for each key of each batch. */
import { requireFunction } from '../../rdd/arguments'
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Merges the values of each key of each batch with `f`, which must be associative and commutative. The
     * last argument is a number of partitions or a partitioner; without one, the context's default
     * parallelism. Counterpart: PairDStreamFunctions.reduceByKey.
     */
    reduceByKey<K, V>(
      this: DStream<[K, V]>, f: (a: V, b: V) => V, partitioning?: Partitioning): DStream<[K, V]>
  }
}

DStream.prototype.reduceByKey = function (this: DStream<any>, f: any, partitioning?: Partitioning) {
  f = requireFunction('reduceByKey', f)
  const partitioner = streamPartitioner('reduceByKey', this, partitioning)
  return perBatch('reduceByKey', this, rdd => rdd.reduceByKey(f, partitioner))
}
