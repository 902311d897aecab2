/**
 * foreach and foreachPartition: a function for what it does, run where the elements are. What an asynchronous
 * function returns is awaited before the next element's turn, and before the action ends.
 */
import { types } from 'node:util'
import { CallSite } from '../../base/call-site'
import { requireTaskFunction } from '../arguments'
import { definePartition, defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob, type JobOptions } from '../run-job'
import { TaskContext } from '../task-context'
import { countSink } from './count'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Calls `f` with each element. `f` may be async: a partition's elements then take turns.
     * Counterpart: RDD.foreach.
     */
    foreach(f: (value: T) => unknown): Promise<void>
    /**
     * Calls `f` once a partition with an iterator of its elements. `f` may be async.
     * Counterpart: RDD.foreachPartition.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'rows')
     * await sc.parallelize(['a', 'b'], 2).foreachPartition(async rows => {
     *   for (const row of rows) console.log(row)
     * })
     * await sc.stop()
     * ```
     */
    foreachPartition(f: (values: IterableIterator<T>) => unknown): Promise<void>
  }
}

/**
 * From the first promise that `f` returns, the partition's remaining elements wait for their turns in
 * `waiting`: a generated loop cannot wait itself.
 */
export const foreachSink = defineSink<{ f: Function }>('foreach', (loop, { f }) => {
  const result = loop.variable('result')
  const call = loop.constant(f)
  return {
    before: 'let waiting, first',
    each: value => `if (waiting !== undefined) waiting.push(${value})
else {
const ${result} = ${call}(${value})
if (${result} !== undefined && ${loop.constant(isThenable)}(${result})) {
first = ${result}
waiting = []
}
}`,
    after: `if (waiting !== undefined) return ${loop.constant(takeTurns)}(first, waiting, ${call})`,
  }
})

/** For functions that are known to be async: nothing waits in memory. */
export const foreachAsyncNode = definePartition<{ f: Function }>('foreach', {
  compute: async ({ f }, [values]) => {
    for (const value of values!) await f(value)
    return []
  },
})

export const foreachPartitionNode = definePartition<{ f: Function }>('foreachPartition', {
  compute: ({ f }, [values]) => {
    const result = f(values![Symbol.iterator]()) as unknown
    return isThenable(result) ? nothingAfter(result) : []
  },
})

function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof (result as any)?.then === 'function'
}

async function nothingAfter(promise: PromiseLike<unknown>): Promise<[]> {
  await promise
  return []
}

function takeTurns(
  first: PromiseLike<unknown>, waiting: readonly unknown[], f: (value: unknown) => unknown,
): Promise<void> {
  const run = async (): Promise<void> => {
    await first
    for (const value of waiting) await f(value)
  }
  return TaskContext.get()?.runAsync(run) ?? run()
}

/** Internal: foreach, with a word to its job. */
export async function forEachElement(
  site: CallSite, rdd: RDD<any>, f: any, options: Pick<JobOptions, 'onSubmit'> = {},
): Promise<void> {
  const args = { f: requireTaskFunction(site.operator, f) }
  await CallSite.within(site, () => types.isAsyncFunction(f)
    ? runJob(site.operator, rdd.derive(foreachAsyncNode, args), countSink, null, options)
    : runJob(site.operator, rdd, foreachSink, args, options))
}

/** Internal: foreachPartition, with a word to its job. */
export async function forEachPartition(
  site: CallSite, rdd: RDD<any>, f: any, options: Pick<JobOptions, 'onSubmit'> = {},
): Promise<void> {
  const args = { f: requireTaskFunction(site.operator, f) }
  await CallSite.within(site, () =>
    runJob(site.operator, rdd.derive(foreachPartitionNode, args), countSink, null, options))
}

RDD.prototype.foreach = async function (this: RDD<any>, f: any): Promise<void> {
  return forEachElement(CallSite.capture('foreach'), this, f)
}

RDD.prototype.foreachPartition = async function (this: RDD<any>, f: any): Promise<void> {
  return forEachPartition(CallSite.capture('foreachPartition'), this, f)
}
