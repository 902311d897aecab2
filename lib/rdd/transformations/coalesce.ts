/**
 * coalesce: fewer partitions without a shuffle, each made of neighbours. Of p partitions, new partition i of
 * n is made of [i * p / n, (i + 1) * p / n): 10 become 3, 3 and 4.
 */
import { requirePartitionCount } from '../partitioner'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { dealtOut } from './repartition'
import { repeatable } from './repeatable'
import { concatenate } from './union'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The same elements in `numPartitions` partitions, each made of neighbouring ones. Without a shuffle the
     * number can only fall: a larger one leaves it as it is. With `shuffle` it is `repartition`. Throws
     * IllegalArgumentError for less than one partition. Counterpart: RDD.coalesce.
     */
    coalesce(numPartitions: number, shuffle?: boolean): RDD<T>
  }
}

export const coalesceNode = definePartition<{ wanted: number }>('coalesce', {
  partitionCount: ({ wanted }, [parent]) => Math.min(wanted, parent!.getNumPartitions()),
  inputs: ({ wanted }, partition, [parent]) => {
    const before = parent!.getNumPartitions()
    const count = Math.min(wanted, before)
    const from = Math.floor(partition * before / count)
    const to = Math.floor((partition + 1) * before / count)
    return Array.from({ length: to - from }, (_, index) => ({ parent: 0, partition: from + index }))
  },
  compute: (_args, inputs) => inputs.length === 1 ? inputs[0]!
    : repeatable(() => concatenate(inputs)[Symbol.iterator]()),
})

RDD.prototype.coalesce = function (this: RDD<any>, numPartitions: number, shuffle = false): RDD<any> {
  requirePartitionCount('coalesce', numPartitions)
  return shuffle ? dealtOut('coalesce', this, numPartitions)
    : this.derive(coalesceNode, { wanted: numPartitions })
}
