/** glom: each partition of every batch as one array. */
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * One array for each partition, holding its elements in order; empty partitions give []. Counterpart:
     * DStream.glom.
     */
    glom(): DStream<T[]>
  }
}

DStream.prototype.glom = function (this: DStream<any>): DStream<any> {
  return perBatch('glom', this, rdd => rdd.glom())
}
