/** countByValue: how often each value occurs in each batch. */
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { perBatch } from './per-batch'
import { add, withOne } from './single'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * A pair `[value, count]` for each different element of each batch; elements compare by structure, as
     * keys do. Counterpart: DStream.countByValue.
     */
    countByValue(partitioning?: Partitioning): DStream<[T, number]>
  }
}

DStream.prototype.countByValue = function (this: DStream<any>, partitioning?: Partitioning) {
  const partitioner = streamPartitioner('countByValue', this, partitioning)
  return perBatch('countByValue', this, rdd => rdd.map(withOne).reduceByKey(add, partitioner))
}
