/** repartition: spreads the elements of every batch evenly over so many partitions. */
import { requirePartitionCount } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * The same elements in `numPartitions` partitions, by a shuffle. Throws IllegalArgumentError unless it is
     * 1 or more. Counterpart: DStream.repartition.
     */
    repartition(numPartitions: number): DStream<T>
  }
}

DStream.prototype.repartition = function (this: DStream<any>, numPartitions: number): DStream<any> {
  requirePartitionCount('repartition', numPartitions)
  return perBatch('repartition', this, rdd => rdd.repartition(numPartitions))
}
