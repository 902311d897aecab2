/**
 * Several RDDs of pairs, placed by one partitioner, so that partition i of each holds the same keys. Those
 * that are placed so already are taken as they are; an RDD that appears twice is moved once.
 */
import { describe, refuse } from '../arguments'
import { partitionerFor, samePartitioner, type Partitioner, type Partitioning } from '../partitioner'
import { definePartition, type ParentPartition, type PartitionDefinition } from '../plan'
import { RDD } from '../rdd'
import { shuffled } from './combine-by-key'

export interface PlacedAlike {
  readonly parents: readonly RDD<any>[]
  readonly partitioner: Partitioner
}

/** `partitioning`: what the user asked for; without it, Spark's default for these RDDs. */
export function placedAlike(
  operator: string, rdds: readonly RDD<any>[], partitioning: Partitioning | undefined,
): PlacedAlike {
  const partitioner = partitionerFor(operator, partitioning, rdds)
  const moved = new Map<RDD<any>, RDD<any>>()
  for (const rdd of rdds) {
    if (moved.has(rdd)) continue
    moved.set(rdd, samePartitioner(rdd.partitioner, partitioner) ? rdd : shuffled(rdd, partitioner))
  }
  return { parents: rdds.map(rdd => moved.get(rdd)!), partitioner }
}

/** A partition-level operator that reads partition i of all its parents. */
export function defineAligned<A>(
  kind: string, compute: PartitionDefinition<A>['compute'],
): PartitionDefinition<A> {
  const inputs = (_args: A, partition: number, parents: readonly RDD<any>[]): ParentPartition[] =>
    parents.map((_, parent) => ({ parent, partition }))
  return definePartition<A>(kind, { inputs, compute })
}

/** Refuses what cannot be joined with `rdd`: no RDD, or one of another context. */
export function requireOther(operator: string, rdd: RDD<any>, other: unknown): RDD<any> {
  if (!RDD.is(other)) refuse(operator, `it needs another RDD of pairs, got ${describe(other)}`)
  if (other.context !== rdd.context) refuse(operator, 'both RDDs must belong to the same SparkContext')
  return other
}
