/** zipWithUniqueId: each element with a number that no other has, without counting anything first. */
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { repeatable } from './repeatable'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * `[element, id]`: of n partitions, number k gives k, n + k, 2n + k and so on.
     * Counterpart: RDD.zipWithUniqueId.
     */
    zipWithUniqueId(): RDD<[T, number]>
  }
}

export const zipWithUniqueIdNode = definePartition<{ count: number }>('zipWithUniqueId', {
  compute: ({ count }, [values], partition) => repeatable(function* () {
    let id = partition
    for (const value of values!) {
      yield [value, id]
      id += count
    }
  }),
})

RDD.prototype.zipWithUniqueId = function (this: RDD<any>): RDD<any> {
  const args = { count: this.getNumPartitions() }
  if (!this.needsPreparation) return this.derive(zipWithUniqueIdNode, args)
  // Before its preparation an RDD may not know how many partitions it has.
  return this.derive(zipWithUniqueIdNode, args,
    { prepare: async () => { args.count = this.getNumPartitions() } })
}
