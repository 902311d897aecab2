/** mapPartitions: gives a function a whole partition as an iterator. */
import { describe, requireTaskFunction, type Element } from '../arguments'
import { definePartition, type PartitionOutput } from '../plan'
import { RDD } from '../rdd'

/** What a function of a whole partition may return. */
export type Many<U> = Iterable<U> | AsyncIterable<U> | Promise<Iterable<U> | AsyncIterable<U>>

declare module '../rdd' {
  interface RDD<T> {
    /**
     * What `f` returns for each partition's iterator. `f` may return any iterable and may be async.
     * `preservesPartitioning` says that `f` leaves keys where they are. Counterpart: RDD.mapPartitions.
     */
    mapPartitions<U extends Element>(
      f: (values: IterableIterator<T>) => Many<U>, preservesPartitioning?: boolean): RDD<U>
    /** The same with the partition's index. Counterpart: RDD.mapPartitionsWithIndex. */
    mapPartitionsWithIndex<U extends Element>(
      f: (index: number, values: IterableIterator<T>) => Many<U>, preservesPartitioning?: boolean): RDD<U>
  }
}

export const mapPartitionsNode = definePartition<{ f: Function }>('mapPartitions', {
  compute: ({ f }, [values]) => requireIterableResult('mapPartitions', f(values![Symbol.iterator]())),
})
export const mapPartitionsWithIndexNode = definePartition<{ f: Function }>('mapPartitionsWithIndex', {
  compute: ({ f }, [values], partition) =>
    requireIterableResult('mapPartitionsWithIndex', f(partition, values![Symbol.iterator]())),
})

export function requireIterableResult(operator: string, output: any): PartitionOutput {
  if (typeof (output?.[Symbol.iterator] ?? output?.[Symbol.asyncIterator]) === 'function') return output
  if (typeof output?.then === 'function') {
    return output.then((settled: unknown) => requireIterableResult(operator, settled))
  }
  throw new TypeError(
    `the function given to ${operator} must return an iterable, it returned ${describe(output)}`)
}

RDD.prototype.mapPartitions = function (this: RDD<any>, f: any, preservesPartitioning = false): RDD<any> {
  return this.derive(mapPartitionsNode, { f: requireTaskFunction('mapPartitions', f) },
    { partitioner: preservesPartitioning ? this.partitioner : undefined })
}
RDD.prototype.mapPartitionsWithIndex = function (
  this: RDD<any>, f: any, preservesPartitioning = false,
): RDD<any> {
  return this.derive(mapPartitionsWithIndexNode, { f: requireTaskFunction('mapPartitionsWithIndex', f) },
    { partitioner: preservesPartitioning ? this.partitioner : undefined })
}
