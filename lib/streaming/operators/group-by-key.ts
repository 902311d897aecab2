/** groupByKey: all values of each key of each batch, in one array. */
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Each key with an array of its values in the batch, in no promised order. Counterpart:
     * PairDStreamFunctions.groupByKey.
     */
    groupByKey<K, V>(this: DStream<[K, V]>, partitioning?: Partitioning): DStream<[K, V[]]>
  }
}

DStream.prototype.groupByKey = function (this: DStream<any>, partitioning?: Partitioning): DStream<any> {
  const partitioner = streamPartitioner('groupByKey', this, partitioning)
  return perBatch('groupByKey', this, rdd => rdd.groupByKey(partitioner))
}
