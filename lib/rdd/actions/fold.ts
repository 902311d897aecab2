/**
 * fold and aggregate: all elements merged into a value that starts from zero, so that an empty RDD has a
 * result too.
 */
import { CallSite } from '../../base/call-site'
import { requireFunction } from '../arguments'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { freshZero } from '../zero-value'
import { onDriver } from './on-driver'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements merged with `f`, starting from `zero` once in each partition and once more where the
     * results are merged. `zero` is copied, so `f` may change its first argument and return it; a function
     * `() => zero` is taken too. Counterpart: RDD.fold.
     */
    fold(zero: T | (() => T), f: (a: T, b: T) => T): Promise<T>
    /**
     * The elements of each partition added to a copy of `zero` with `sequence`, and the results merged with
     * `combine`, again starting from `zero`. Both may change their first argument and return it.
     * Counterpart: RDD.aggregate.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'aggregate')
     * const words = sc.parallelize(['a', 'bcd'])
     * console.log(await words.aggregate(0, (sum, word) => sum + word.length, (a, b) => a + b)) // 4
     * await sc.stop()
     * ```
     */
    aggregate<U>(
      zero: U | (() => U), sequence: (combined: U, value: T) => U, combine: (a: U, b: U) => U): Promise<U>
  }
}

export const aggregateSink = defineSink<{ zero: unknown, f: Function }>('aggregate', (loop, { zero, f }) => ({
  before: `let combined = ${loop.constant(freshZero)}(${loop.constant(zero)})`,
  each: value => `combined = ${loop.constant(f)}(combined, ${value})`,
  after: 'return combined',
}))

RDD.prototype.fold = async function (this: RDD<any>, zero: any, f: any): Promise<any> {
  const merge = requireFunction('fold', f)
  return aggregated(CallSite.capture('fold'), this, { zero, f: merge }, f)
}

RDD.prototype.aggregate = async function (
  this: RDD<any>, zero: any, sequence: any, combine: any,
): Promise<any> {
  const f = requireFunction('aggregate', sequence, 'sequence')
  combine = requireFunction('aggregate', combine, 'combine')
  return aggregated(CallSite.capture('aggregate'), this, { zero, f }, combine)
}

async function aggregated(
  site: CallSite, rdd: RDD<any>, args: { zero: unknown, f: Function }, combine: Function,
): Promise<unknown> {
  // Copied before the job runs, so that what the caller changes meanwhile does not count.
  const zero = freshZero(args.zero)
  const parts = await CallSite.within(site, () =>
    runJob<typeof args, unknown>(site.operator, rdd, aggregateSink, args))
  return onDriver(site, () => parts.reduce((a, b) => combine(a, b) as unknown, zero))
}
