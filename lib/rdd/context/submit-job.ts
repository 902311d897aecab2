/** submitJob and runApproximateJob: jobs of one's own whose results come one by one, or by a time. */
import { describe, refuse, requireCallable } from '../arguments'
import { FutureAction } from '../actions/future-action'
import { approximate, requireApproximation, type PartialResult } from '../actions/partial-result'
import { partitionSink, type PartitionFunction } from '../actions/run-on-partitions'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import type { TaskContext } from '../task-context'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /**
     * Runs `f` on `partitions` of an RDD and hands each result to `onResult` with its place in that list; the
     * action that comes back gives what `result` returns at the end, and can be cancelled. Counterpart:
     * SparkContext.submitJob.
     */
    submitJob<T, U, R>(
      rdd: RDD<T>, f: (values: IterableIterator<T>, task: TaskContext) => U | Promise<U>,
      partitions: readonly number[],
      onResult: (index: number, result: U) => void, result: () => R): FutureAction<R>
    /**
     * Runs `f` on every partition and gives what `evaluator` knows when `timeoutMs` are over; the job goes
     * on, and the final value follows. Counterpart: SparkContext.runApproximateJob.
     */
    runApproximateJob<T, U, R>(
      rdd: RDD<T>, f: (values: IterableIterator<T>, task: TaskContext) => U,
      evaluator: ApproximateEvaluator<U, R>,
      timeoutMs: number): Promise<PartialResult<R>>
  }
}

/** Counterpart: org.apache.spark.partial.ApproximateEvaluator. */
export interface ApproximateEvaluator<U, R> {
  /** Takes in the result of a partition. */
  merge(partition: number, result: U): void
  /** What is known by now. */
  currentResult(): R
}

SparkContext.prototype.submitJob = function (rdd, f, partitions, onResult, result) {
  requireRdd('submitJob', rdd)
  requireCallable('submitJob', f, 'the function')
  requireCallable('submitJob', onResult, 'onResult')
  requireCallable('submitJob', result, 'result')
  return new FutureAction(this, async onSubmit => {
    await runJob<PartitionFunction, unknown>('submitJob', rdd, partitionSink, { f },
      { partitions, onSubmit, onResult })
    return result()
  })
}

SparkContext.prototype.runApproximateJob = async function (rdd, f, evaluator, timeoutMs) {
  requireRdd('runApproximateJob', rdd)
  requireCallable('runApproximateJob', f, 'the function')
  requireApproximation('runApproximateJob', timeoutMs, 1)
  // The partition comes along with its result: approximate results come in any order.
  const located = (values: IterableIterator<any>, task: TaskContext) =>
    [task.partitionId, f(values, task)] as const
  return approximate(rdd, {
    operator: 'runApproximateJob', sink: partitionSink, args: { f: located }, timeoutMs,
    evaluator: {
      merge: ([partition, result]: readonly [number, any]) => evaluator.merge(partition, result),
      result: () => evaluator.currentResult(),
    },
  })
}

function requireRdd(operator: string, rdd: unknown): void {
  if (!RDD.is(rdd)) refuse(operator, `its first argument must be an RDD, got ${describe(rdd)}`)
}
