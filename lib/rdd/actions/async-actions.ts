/**
 * countAsync, collectAsync, takeAsync, foreachAsync, foreachPartitionAsync: actions that can be cancelled
 * while they run.
 */
import { CallSite } from '../../base/call-site'
import { RDD } from '../rdd'
import { runJob, type JobOptions } from '../run-job'
import { collectSink } from './collect'
import { countSink } from './count'
import { forEachElement, forEachPartition } from './foreach'
import { FutureAction } from './future-action'
import { joined } from './joined'
import { takeFirst } from './take'

declare module '../rdd' {
  interface RDD<T> {
    /** `count`, as an action that can be cancelled. Counterpart: AsyncRDDActions.countAsync. */
    countAsync(): FutureAction<number>
    /**
     * `collect`, as an action that can be cancelled. Counterpart: AsyncRDDActions.collectAsync.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'future')
     * const action = sc.parallelize([1, 2, 3]).collectAsync()
     * console.log(await action, action.jobIds) // [ 1, 2, 3 ] [ 0 ]
     * await sc.stop()
     * ```
     */
    collectAsync(): FutureAction<T[]>
    /** `take`, as an action that can be cancelled. Counterpart: AsyncRDDActions.takeAsync. */
    takeAsync(num: number): FutureAction<T[]>
    /** `foreach`, as an action that can be cancelled. Counterpart: AsyncRDDActions.foreachAsync. */
    foreachAsync(f: (value: T) => unknown): FutureAction<void>
    /**
     * `foreachPartition`, as an action that can be cancelled.
     * Counterpart: AsyncRDDActions.foreachPartitionAsync.
     */
    foreachPartitionAsync(f: (values: IterableIterator<T>) => unknown): FutureAction<void>
  }
}

/** The site is that of the call, which an async function would have left behind by its second job. */
function start<R>(
  rdd: RDD<any>, operator: string, run: (site: CallSite, options: JobOptions) => Promise<R>,
): FutureAction<R> {
  const site = CallSite.capture(operator)
  return new FutureAction(rdd.context, onSubmit => CallSite.within(site, () => run(site, { onSubmit })))
}

RDD.prototype.countAsync = function (this: RDD<any>): FutureAction<number> {
  return start(this, 'countAsync', async (_site, options) => {
    const counts = await runJob<null, number>('countAsync', this, countSink, null, options)
    return counts.reduce((sum, count) => sum + count, 0)
  })
}

RDD.prototype.collectAsync = function (this: RDD<any>): FutureAction<any[]> {
  return start(this, 'collectAsync', async (_site, options) =>
    joined(await runJob<null, any[]>('collectAsync', this, collectSink, null, options)))
}

RDD.prototype.takeAsync = function (this: RDD<any>, num: number): FutureAction<any[]> {
  return start(this, 'takeAsync', (site, options) => takeFirst(site, this, num, options))
}

RDD.prototype.foreachAsync = function (this: RDD<any>, f: any): FutureAction<void> {
  return start(this, 'foreachAsync', (site, options) => forEachElement(site, this, f, options))
}

RDD.prototype.foreachPartitionAsync = function (this: RDD<any>, f: any): FutureAction<void> {
  return start(this, 'foreachPartitionAsync', (site, options) => forEachPartition(site, this, f, options))
}
