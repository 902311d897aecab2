/** zipPartitions: gives a function the partitions of the same index of several RDDs, as iterators. */
import { refuse, requireTaskFunction, type Element } from '../arguments'
import { IllegalArgumentError } from '../../base/errors'
import { definePartition, type PartitionDefinition } from '../plan'
import { RDD } from '../rdd'
import { requireRdd } from './elements-as-keys'
import { requireIterableResult, type Many } from './map-partitions'

type Values<T> = IterableIterator<T>

declare module '../rdd' {
  interface RDD<T> {
    /**
     * What `f` returns for the iterators of this RDD's and up to three others' partitions of the same index.
     * `f` may return any iterable and may be async. `preservesPartitioning` says that it leaves this RDD's
     * keys where they are. Throws IllegalArgumentError when the numbers of partitions differ.
     * Counterpart: RDD.zipPartitions.
     */
    zipPartitions<A extends Element, U extends Element>(
      other: RDD<A>, f: (own: Values<T>, other: Values<A>) => Many<U>): RDD<U>
    zipPartitions<A extends Element, U extends Element>(
      other: RDD<A>, preservesPartitioning: boolean, f: (own: Values<T>, other: Values<A>) => Many<U>): RDD<U>
    zipPartitions<A extends Element, B extends Element, U extends Element>(
      a: RDD<A>, b: RDD<B>, f: (own: Values<T>, a: Values<A>, b: Values<B>) => Many<U>): RDD<U>
    zipPartitions<A extends Element, B extends Element, U extends Element>(
      a: RDD<A>, b: RDD<B>, preservesPartitioning: boolean,
      f: (own: Values<T>, a: Values<A>, b: Values<B>) => Many<U>): RDD<U>
    zipPartitions<A extends Element, B extends Element, C extends Element, U extends Element>(
      a: RDD<A>, b: RDD<B>, c: RDD<C>,
      f: (own: Values<T>, a: Values<A>, b: Values<B>, c: Values<C>) => Many<U>): RDD<U>
    zipPartitions<A extends Element, B extends Element, C extends Element, U extends Element>(
      a: RDD<A>, b: RDD<B>, c: RDD<C>, preservesPartitioning: boolean,
      f: (own: Values<T>, a: Values<A>, b: Values<B>, c: Values<C>) => Many<U>): RDD<U>
  }
}

const othersMax = 3

/** Partition i is made of partition i of every parent. */
export const aligned: Pick<PartitionDefinition, 'partitionCount' | 'inputs'> = {
  partitionCount: (_args, parents) => {
    const counts = parents.map(parent => parent.getNumPartitions())
    if (counts.some(count => count !== counts[0])) throw unequalCounts(counts)
    return counts[0]!
  },
  inputs: (_args, partition, parents) => parents.map((_, parent) => ({ parent, partition })),
}

export const zipPartitionsNode = definePartition<{ f: Function }>('zipPartitions', {
  ...aligned,
  compute: ({ f }, inputs) =>
    requireIterableResult('zipPartitions', f(...inputs.map(input => input[Symbol.iterator]()))),
})

function unequalCounts(counts: readonly number[], operator?: string): IllegalArgumentError {
  const message = `Can't zip RDDs with unequal numbers of partitions: List(${counts.join(', ')})`
  return new IllegalArgumentError(operator === undefined ? message : `${operator}: ${message}`, {
    hint: 'Give them the same number, with repartition(n) or coalesce(n).',
  })
}

/**
 * Refuses at the call what would fail in the job. Before its preparation an RDD may not know its count yet.
 */
export function requireAligned(operator: string, rdds: readonly RDD<any>[]): void {
  if (rdds.some(rdd => rdd.needsPreparation)) return
  const counts = rdds.map(rdd => rdd.getNumPartitions())
  if (counts.every(count => count === counts[0])) return
  const { message, hint } = unequalCounts(counts)
  refuse(operator, message, hint)
}

RDD.prototype.zipPartitions = function (this: RDD<any>, ...args: any[]): RDD<any> {
  const f = requireTaskFunction('zipPartitions', args.pop(), 'its last argument')
  const preserves = typeof args.at(-1) === 'boolean' ? args.pop() as boolean : false
  if (args.length < 1 || args.length > othersMax) {
    refuse('zipPartitions', `it takes 1 to ${othersMax} other RDDs and a function, got ${args.length} RDDs`)
  }
  for (const other of args) requireRdd('zipPartitions', other)
  const parents = [this, ...args as RDD<any>[]]
  requireAligned('zipPartitions', parents)
  return this.derive(zipPartitionsNode, { f },
    { parents, partitioner: preserves ? this.partitioner : undefined })
}
