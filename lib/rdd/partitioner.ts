/**
 * Partitioners: which partition a key belongs to. The answer depends on the key alone and is the same in every thread,
 * process and run.
 */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import { hashKey } from '../base/keys'
import type { RDD } from './rdd'

/** Counterpart: org.apache.spark.Partitioner. Any object of this form will do. */
export interface Partitioner {
  readonly numPartitions: number
  getPartition(key: any): number
  equals?(other: unknown): boolean
}

/** Spreads keys by their structural hash. Counterpart: org.apache.spark.HashPartitioner. */
export class HashPartitioner implements Partitioner {
  constructor(readonly numPartitions: number) {
    if (!Number.isInteger(numPartitions) || numPartitions < 0) {
      throw new IllegalArgumentError(`Number of partitions (${numPartitions}) cannot be negative.`, {
        hint: 'Give a whole number of partitions, 1 or more.',
      })
    }
  }

  getPartition(key: unknown): number {
    return key === null || key === undefined ? 0 : hashKey(key) % this.numPartitions
  }

  equals(other: unknown): boolean {
    return other instanceof HashPartitioner && other.numPartitions === this.numPartitions
  }
}

/** Sends the whole number `i` to partition `i` modulo n: for records whose place is already known. */
export class PositionPartitioner implements Partitioner {
  constructor(readonly numPartitions: number) {}
  getPartition(position: number): number { return position % this.numPartitions }
  equals(other: unknown): boolean {
    return other instanceof PositionPartitioner && other.numPartitions === this.numPartitions
  }
}

export function samePartitioner(a: Partitioner | undefined, b: Partitioner | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || a.equals?.(b) === true)
}

/** What shuffling operators take last: how many partitions, or who assigns them. */
export type Partitioning = number | Partitioner

/** Turns the last argument of a shuffling operator into a partitioner; without one, Spark's default for these RDDs. */
export function partitionerFor(operator: string, partitioning: Partitioning | undefined, rdds: readonly RDD<any>[]): Partitioner {
  if (partitioning === undefined) return defaultPartitioner(rdds)
  if (typeof partitioning === 'number') {
    requirePartitionCount(operator, partitioning)
    return new HashPartitioner(partitioning)
  }
  if (typeof partitioning !== 'object' || partitioning === null || typeof partitioning.getPartition !== 'function'
    || !Number.isInteger(partitioning.numPartitions)) {
    throw new IllegalArgumentError(`${operator} takes a number of partitions or a partitioner as its last argument`, {
      hint: 'A partitioner is { numPartitions, getPartition(key) }, such as new HashPartitioner(4).',
    })
  }
  return partitioning
}

export function requirePartitionCount(operator: string, count: unknown): void {
  if (!Number.isInteger(count) || (count as number) < 1) {
    throw new IllegalArgumentError(`${operator}: Number of partitions (${String(count)}) must be positive.`, {
      at: CallSite.capture(operator).toString(), hint: 'Give a whole number of partitions, 1 or more.',
    })
  }
}

/**
 * The eligible partitioner with the most partitions that one of the RDDs has, else a HashPartitioner. Eligible: within
 * one order of magnitude of the largest parent, or not smaller than the default count.
 */
export function defaultPartitioner(rdds: readonly RDD<any>[]): Partitioner {
  const context = rdds[0]!.context
  const largest = Math.max(...rdds.map(rdd => rdd.getNumPartitions()))
  const configured = context.configuredParallelism
  const count = configured ?? Math.max(1, largest)
  let best: Partitioner | undefined
  for (const { partitioner } of rdds) {
    if (partitioner !== undefined && partitioner.numPartitions > (best?.numPartitions ?? 0)) best = partitioner
  }
  if (best !== undefined) {
    const eligible = Math.log10(largest) - Math.log10(best.numPartitions) < 1
    if (eligible || best.numPartitions >= count) return best
  }
  return new HashPartitioner(count)
}
