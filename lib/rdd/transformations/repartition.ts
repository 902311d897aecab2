/**
 * The shuffle behind repartition and coalesce(n, true): elements are dealt out one by one to the new
 * partitions, each old partition starting at another one, so that the sizes of the new partitions differ by
 * little whatever the old were.
 */
import { named } from '../../base/call-site'
import { shuffled } from '../pairs/combine-by-key'
import { valuesNode } from '../pairs/values'
import { PositionPartitioner, requirePartitionCount } from '../partitioner'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'
import { TaskContext } from '../task-context'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The same elements, spread evenly over `numPartitions` partitions by a shuffle.
     * Throws IllegalArgumentError for less than one partition. Counterpart: RDD.repartition.
     */
    repartition(numPartitions: number): RDD<T>
  }
}

interface Dealing { readonly oldCount: number, readonly newCount: number }

const partitionOfTask = (): number => TaskContext.getPartitionId()

/** `[position, element]`. It feeds a shuffle, so the partition that it runs over is the task's. */
export const dealNode = defineNarrow<Dealing>('deal', (loop, { oldCount, newCount }, value, next) => {
  const position = loop.variable('position')
  const pair = loop.variable('dealt')
  const count = loop.constant(newCount)
  const first = `${loop.constant(partitionOfTask)}() * ${count} / ${loop.constant(oldCount)}`
  loop.perPartition(`let ${position} = Math.floor(${first}) % ${count}`)
  return `const ${pair} = [${position}, ${value}]
if (++${position} === ${count}) ${position} = 0\n${next(pair)}`
})

/** Internal: `rdd` dealt out to `newCount` partitions. */
export function dealtOut(operator: string, rdd: RDD<any>, newCount: number): RDD<any> {
  return named(operator, () => {
    const dealing: Dealing = { oldCount: Math.max(1, rdd.getNumPartitions()), newCount }
    const dealt = shuffled(rdd.derive(dealNode, dealing), new PositionPartitioner(newCount))
    return dealt.derive(valuesNode, null)
  })
}

RDD.prototype.repartition = function (this: RDD<any>, numPartitions: number): RDD<any> {
  requirePartitionCount('repartition', numPartitions)
  return dealtOut('repartition', this, numPartitions)
}
