/**
 * union: the partitions of several RDDs, one after another; RDDs with one partitioner are merged partition by
 * partition.
 */
import { CallSite } from '../../base/call-site'
import { SparkContext } from '../context/spark-context'
import { refuse, type Element } from '../arguments'
import { samePartitioner } from '../partitioner'
import { definePartition, defineRegroup } from '../plan'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /** All elements of this RDD and then of `other`; duplicates stay. Counterpart: RDD.union, `++`. */
    union<U extends Element>(other: RDD<U>): RDD<T | U>
  }
}

declare module '../context/spark-context' {
  interface SparkContext {
    /** The union of all of them: `sc.union(a, b)` or `sc.union([a, b])`. Counterpart: SparkContext.union. */
    union<T extends Element>(rdds: readonly RDD<T>[]): RDD<T>
    union<T extends Element>(first: RDD<T>, ...rest: RDD<T>[]): RDD<T>
  }
}

export const unionNode = defineRegroup<null>('union', {
  partitionCount: (_args, parents) => parents.reduce((count, parent) => count + parent.getNumPartitions(), 0),
  input: (_args, partition, parents) => {
    let rest = partition
    for (let parent = 0; parent < parents.length; parent++) {
      const count = parents[parent]!.getNumPartitions()
      if (rest < count) return { parent, partition: rest }
      rest -= count
    }
    throw new RangeError(`union has no partition ${partition}`)
  },
})

/** Partition i is partition i of every parent: possible when one partitioner placed them all. */
export const alignedUnionNode = definePartition<null>('alignedUnion', {
  inputs: (_args, partition, parents) => parents.map((_, parent) => ({ parent, partition })),
  compute: (_args, inputs) => concatenate(inputs),
})

export function* concatenate<T>(inputs: readonly Iterable<T>[]): Iterable<T> {
  for (const input of inputs) yield* input
}

RDD.prototype.union = function (this: RDD<any>, other: RDD<any>): RDD<any> {
  return unionOf('union', [this, other])
}

SparkContext.prototype.union = function (first: any, ...rest: RDD<any>[]): RDD<any> {
  const rdds: RDD<any>[] = Array.isArray(first) ? [...first] : [first, ...rest]
  if (rdds.length === 0) return this.emptyRDD()
  return rdds.length === 1 ? rdds[0]! : unionOf('union', rdds)
}

function unionOf(operator: string, rdds: readonly RDD<any>[]): RDD<any> {
  for (const rdd of rdds) if (!RDD.is(rdd)) refuse(operator, 'every argument must be an RDD')
  const [first] = rdds
  const site = CallSite.capture(operator)
  const filled = rdds.filter(rdd => rdd.getNumPartitions() > 0)
  if (filled.length > 0 && filled.every(rdd => samePartitioner(filled[0]!.partitioner, rdd.partitioner))) {
    const { partitioner } = filled[0]!
    return first!.derive(alignedUnionNode, null, { parents: filled, partitioner, site })
  }
  return first!.derive(unionNode, null, { parents: filled, site })
}
