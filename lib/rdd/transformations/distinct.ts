/** distinct: one of each group of equal elements. Equal is by structure, as for keys. */
import { named } from '../../base/call-site'
import { CombiningMap } from '../pairs/combining-map'
import { combine } from '../pairs/combine-by-key'
import { HashPartitioner, requirePartitionCount } from '../partitioner'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { tagged, taggedNode } from './elements-as-keys'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements without repetition, in `numPartitions` partitions (as many as before). Elements are
     * compared by structure; the first of equal ones stays. An RDD with a partitioner that keeps its number
     * of partitions is not shuffled and keeps it. Throws IllegalArgumentError for less than one partition.
     * Counterpart: RDD.distinct.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'distinct')
     * console.log(await sc.parallelize([[1, 'a'], [2, 'b'], [1, 'a']]).distinct().count()) // 2
     * await sc.stop()
     * ```
     */
    distinct(numPartitions?: number): RDD<T>
  }
}

const tag = 1
const once = { create: () => tag, mergeValue: () => tag, mergeCombiners: () => tag }

/** Equal elements are in one partition already. */
export const distinctWithinNode = definePartition<null>('distinctWithin', {
  compute: (_args, [values]) => {
    const seen = new CombiningMap(once, 'distinct')
    for (const value of values!) seen.addValue(value, tag)
    return seen.pairs().map(pair => pair[0])
  },
})

RDD.prototype.distinct = function (this: RDD<any>, numPartitions?: number): RDD<any> {
  if (numPartitions !== undefined) requirePartitionCount('distinct', numPartitions)
  return named('distinct', () => {
    const count = this.getNumPartitions()
    if (this.partitioner !== undefined && (numPartitions ?? count) === count) {
      return this.derive(distinctWithinNode, null, { partitioner: this.partitioner })
    }
    const partitioner = new HashPartitioner(numPartitions ?? count)
    return combine('distinct', tagged(this, tag), once, partitioner).derive(taggedNode, { tag })
  })
}
