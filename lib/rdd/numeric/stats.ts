/** stats and what is read off it: count, mean, variance and deviation, largest and smallest, in one pass. */
import { CallSite } from '../../base/call-site'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { notANumber, numbersOnly } from './numbers'
import { StatCounter, type Statistics } from './stat-counter'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Count, mean, variance, largest and smallest element in one pass. Counterpart: DoubleRDDFunctions.stats.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'stats')
     * const stats = await sc.parallelize([1, 2, 3]).stats()
     * console.log(stats.mean, stats.sampleVariance) // 2 1
     * await sc.stop()
     * ```
     */
    stats(this: RDD<number>): Promise<StatCounter>
    /** The mean, NaN when there are no elements. Counterpart: DoubleRDDFunctions.mean. */
    mean(this: RDD<number>): Promise<number>
    /**
     * The variance of the elements themselves (divided by their count).
     * Counterpart: DoubleRDDFunctions.variance.
     */
    variance(this: RDD<number>): Promise<number>
    /** The same as variance. */
    popVariance(this: RDD<number>): Promise<number>
    /** The variance of what the elements are a sample of (divided by their count less one). */
    sampleVariance(this: RDD<number>): Promise<number>
    /** The square root of variance. Counterpart: DoubleRDDFunctions.stdev. */
    stdev(this: RDD<number>): Promise<number>
    /** The same as stdev. */
    popStdev(this: RDD<number>): Promise<number>
    /** The square root of sampleVariance. */
    sampleStdev(this: RDD<number>): Promise<number>
  }
}

export const statsSink = defineSink<{ operator: string }>('stats', (loop, { operator }) => ({
  before: 'let count = 0, mean = 0, squares = 0, max = -Infinity, min = Infinity',
  each: value => `${numbersOnly(loop.constant(notANumber), loop.constant(operator), value)}
const distance = ${value} - mean
mean += distance / ++count
squares += distance * (${value} - mean)
max = Math.max(max, ${value})
min = Math.min(min, ${value})`,
  after: 'return [count, mean, squares, max, min]',
}))

async function statistics(rdd: RDD<number>, operator: string): Promise<StatCounter> {
  const site = CallSite.capture(operator)
  const parts = await CallSite.within(site, () =>
    runJob<{ operator: string }, Statistics>(operator, rdd, statsSink, { operator }))
  return parts.reduce((all, part) => all.merge(StatCounter.from(part)), new StatCounter())
}

RDD.prototype.stats = async function (this: RDD<number>): Promise<StatCounter> {
  return statistics(this, 'stats')
}

const variances = ['variance', 'popVariance', 'sampleVariance'] as const
const deviations = ['stdev', 'popStdev', 'sampleStdev'] as const
for (const name of ['mean', ...variances, ...deviations] as const) {
  RDD.prototype[name] = async function (this: RDD<number>): Promise<number> {
    return (await statistics(this, name))[name]
  }
}
