/**
 * mapPartitionsWithEvaluator and zipPartitionsWithEvaluator: a partition is given to an evaluator that a
 * factory makes in the task, so that only the factory travels and what the evaluator holds is made where it
 * is used.
 */
import { describe, refuse, requireTaskFunction, type Element } from '../arguments'
import { definePartition, type PartitionOutput } from '../plan'
import { RDD } from '../rdd'
import { requireRdd } from './elements-as-keys'
import { requireIterableResult, type Many } from './map-partitions'
import { aligned, requireAligned } from './zip-partitions'

/** Counterpart: org.apache.spark.PartitionEvaluator. */
export interface PartitionEvaluator<T, U> {
  /** The elements that come out of a partition. Called once. */
  eval(partitionIndex: number, ...inputs: IterableIterator<T>[]): Many<U>
}

/** Counterpart: org.apache.spark.PartitionEvaluatorFactory. */
export interface PartitionEvaluatorFactory<T, U> {
  /** Called in each task, before its partition is read. */
  createEvaluator(): PartitionEvaluator<T, U>
}

declare module '../rdd' {
  interface RDD<T> {
    /**
     * What the evaluators of `factory` return for the partitions.
     * Counterpart: RDD.mapPartitionsWithEvaluator.
     */
    mapPartitionsWithEvaluator<U extends Element>(factory: PartitionEvaluatorFactory<T, U>): RDD<U>
    /**
     * The same for the partitions of this RDD and of `other` at the same index. Throws IllegalArgumentError
     * when the numbers of partitions differ. Counterpart: RDD.zipPartitionsWithEvaluator.
     */
    zipPartitionsWithEvaluator<U extends Element>(
      other: RDD<T>, factory: PartitionEvaluatorFactory<T, U>): RDD<U>
  }
}

interface Factory { readonly f: () => PartitionEvaluator<any, any> }

export const evaluatorNode = definePartition<Factory>('mapPartitionsWithEvaluator', {
  compute: (args, inputs, partition) => evaluate('mapPartitionsWithEvaluator', args, inputs, partition),
})

export const zippedEvaluatorNode = definePartition<Factory>('zipPartitionsWithEvaluator', {
  ...aligned,
  compute: (args, inputs, partition) => evaluate('zipPartitionsWithEvaluator', args, inputs, partition),
})

function evaluate(
  operator: string, { f }: Factory, inputs: readonly Iterable<any>[], partition: number,
): PartitionOutput {
  const iterators = inputs.map(input => input[Symbol.iterator]() as IterableIterator<any>)
  return requireIterableResult(operator, f().eval(partition, ...iterators))
}

function requireFactory(operator: string, factory: any): Factory {
  if (typeof factory?.createEvaluator !== 'function') {
    refuse(operator, `it takes a factory, got ${describe(factory)}`,
      'A factory is { createEvaluator: () => ({ eval: (index, values) => ... }) }.')
  }
  return { f: requireTaskFunction(operator, () => factory.createEvaluator()) }
}

RDD.prototype.mapPartitionsWithEvaluator = function (this: RDD<any>, factory: any): RDD<any> {
  return this.derive(evaluatorNode, requireFactory('mapPartitionsWithEvaluator', factory))
}

RDD.prototype.zipPartitionsWithEvaluator = function (
  this: RDD<any>, other: RDD<any>, factory: any,
): RDD<any> {
  requireRdd('zipPartitionsWithEvaluator', other)
  const args = requireFactory('zipPartitionsWithEvaluator', factory)
  requireAligned('zipPartitionsWithEvaluator', [this, other])
  return this.derive(zippedEvaluatorNode, args, { parents: [this, other] })
}
