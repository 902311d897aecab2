/** cartesian: every element of one RDD with every element of another. */
import type { Element } from '../arguments'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { requireRdd } from './elements-as-keys'
import { repeatable } from './repeatable'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * All pairs of an element of this RDD and one of `other`. Of a and b partitions it has a * b; a partition
     * of `other` is held in memory while it is paired. Counterpart: RDD.cartesian.
     */
    cartesian<U extends Element>(other: RDD<U>): RDD<[T, U]>
  }
}

export const cartesianNode = definePartition<null>('cartesian', {
  partitionCount: (_args, [left, right]) => left!.getNumPartitions() * right!.getNumPartitions(),
  inputs: (_args, partition, [, right]) => {
    const width = right!.getNumPartitions()
    return [
      { parent: 0, partition: Math.floor(partition / width) },
      { parent: 1, partition: partition % width },
    ]
  },
  compute: (_args, [left, right]) => repeatable(() => pairs(left!, right!)),
})

function* pairs(left: Iterable<unknown>, right: Iterable<unknown>): Generator<[unknown, unknown]> {
  let others: readonly unknown[] | undefined
  for (const value of left) {
    // Read once: reading again would run the functions behind it again, for every element of the left side.
    others ??= Array.isArray(right) ? right : Array.from(right)
    for (const other of others) yield [value, other]
  }
}

RDD.prototype.cartesian = function (this: RDD<any>, other: RDD<any>): RDD<any> {
  requireRdd('cartesian', other)
  return this.derive(cartesianNode, null, { parents: [this, other] })
}
