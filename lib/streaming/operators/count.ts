/** count: how many elements each batch has. */
import { DStream } from '../dstream'
import { perBatch } from './per-batch'
import { add, oneOfOne, onePartition, valueOf } from './single'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Always one element a batch: the number of its elements, 0 for an empty batch. Counterpart:
     * DStream.count.
     */
    count(): DStream<number>
  }
}

const nothingYet: [number, number][] = [[0, 0]]

DStream.prototype.count = function (this: DStream<any>): DStream<number> {
  const { sparkContext } = this.context
  return perBatch('count', this, rdd => rdd.map(oneOfOne)
    .union(sparkContext.parallelize(nothingYet, 1))
    .reduceByKey(add, onePartition)
    .map(valueOf))
}
