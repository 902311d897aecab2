/** The general action: a function of a partition's iterator, whose result comes back to the driver. */
import { requireTaskFunction } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { defineSink } from '../plan'
import type { RDD } from '../rdd'
import { runJob } from '../run-job'
import type { TaskContext } from '../task-context'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * One result of `f` for each partition (or each of `partitions`), in order. `f` may be async. Rejects
     * with IllegalArgumentError for a partition that does not exist. Counterpart: SparkContext.runJob.
     */
    runJob<T, R>(
      rdd: RDD<T>, f: (values: IterableIterator<T>, task: TaskContext) => R | Promise<R>,
      partitions?: readonly number[]): Promise<R[]>
  }
}

export interface PartitionFunction {
  readonly f: (values: IterableIterator<any>, task: TaskContext) => unknown
}

/**
 * Gives the function the elements themselves: an engine that meets this sink opens the partition as an
 * iterator and generates no loop of its own for it.
 */
export const partitionSink = defineSink<PartitionFunction>('partitionFunction', () => ({ each: () => '' }))

export function runOnPartitions<T, R>(
  operator: string, rdd: RDD<T>, f: (values: IterableIterator<T>, task: TaskContext) => R | Promise<R>,
  partitions?: readonly number[],
): Promise<R[]> {
  const options = partitions === undefined ? {} : { partitions }
  return runJob<PartitionFunction, R>(operator, rdd, partitionSink, { f }, options)
}

SparkContext.prototype.runJob = async function (
  rdd: RDD<any>, f: any, partitions?: readonly number[],
): Promise<any[]> {
  return runOnPartitions('runJob', rdd, requireTaskFunction('runJob', f), partitions)
}
