/**
 * sumApprox and meanApprox: sums and means with bounds, from as many partitions as are done when the time is
 * up.
 */
import type { Evaluator, PartialResult } from '../actions/partial-result'
import { approximate, requireApproximation } from '../actions/partial-result'
import { RDD } from '../rdd'
import { BoundedDouble } from './bounded-double'
import { normalQuantile, studentQuantile } from './quantiles'
import { StatCounter, type Statistics } from './stat-counter'
import { statsSink } from './stats'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The mean, or after `timeoutMs` an estimate with bounds that hold with the probability `confidence`.
     * Rejects with IllegalArgumentError for a confidence outside [0, 1].
     * Counterpart: DoubleRDDFunctions.meanApprox.
     */
    meanApprox(
      this: RDD<number>, timeoutMs: number, confidence?: number): Promise<PartialResult<BoundedDouble>>
    /** The sum, likewise. Counterpart: DoubleRDDFunctions.sumApprox. */
    sumApprox(
      this: RDD<number>, timeoutMs: number, confidence?: number): Promise<PartialResult<BoundedDouble>>
  }
}

/** With more numbers than this Student's t is as good as normal. */
const studentCountMax = 100

function widthFactor(confidence: number, count: number): number {
  const p = (1 + confidence) / 2
  return count > studentCountMax ? normalQuantile(p) : studentQuantile(p, count - 1)
}

export function boundedMean(stats: StatCounter, fraction: number, confidence: number): BoundedDouble {
  const { mean, count } = stats
  if (fraction >= 1) return new BoundedDouble(mean, 1, mean, mean)
  if (count === 0) return new BoundedDouble(0, 0, -Infinity, Infinity)
  if (count === 1) return new BoundedDouble(mean, confidence, -Infinity, Infinity)
  const width = widthFactor(confidence, count) * Math.sqrt(stats.sampleVariance / count)
  return new BoundedDouble(mean, confidence, mean - width, mean + width)
}

/**
 * The unseen sum is an uncertain count times an uncertain mean; the variance of such a product has three
 * terms.
 */
export function boundedSum(stats: StatCounter, fraction: number, confidence: number): BoundedDouble {
  const { mean, count, sum } = stats
  if (fraction >= 1) return new BoundedDouble(sum, 1, sum, sum)
  if (count === 0) return new BoundedDouble(0, 0, -Infinity, Infinity)
  const unseen = count * (1 - fraction) / fraction
  const unseenSum = mean * unseen
  if (count === 1) return new BoundedDouble(sum + unseenSum, confidence, -Infinity, Infinity)
  const meanVariance = stats.sampleVariance / count
  const countVariance = unseen / fraction
  const variance = mean * mean * countVariance + unseen * unseen * meanVariance + meanVariance * countVariance
  const width = widthFactor(confidence, count) * Math.sqrt(variance)
  return new BoundedDouble(sum + unseenSum, confidence, sum + unseenSum - width, sum + unseenSum + width)
}

class StatisticsEvaluator implements Evaluator<Statistics, BoundedDouble> {
  private readonly stats = new StatCounter()
  constructor(private readonly bounded: typeof boundedMean, private readonly confidence: number) {}
  merge(part: Statistics): void { this.stats.merge(StatCounter.from(part)) }
  result(fraction: number): BoundedDouble { return this.bounded(this.stats, fraction, this.confidence) }
}

async function approximately(
  rdd: RDD<number>, operator: string, bounded: typeof boundedMean, timeoutMs: number, confidence: number,
): Promise<PartialResult<BoundedDouble>> {
  requireApproximation(operator, timeoutMs, confidence)
  return approximate(rdd, {
    operator, sink: statsSink, args: { operator }, timeoutMs,
    evaluator: new StatisticsEvaluator(bounded, confidence),
  })
}

RDD.prototype.meanApprox = function (
  this: RDD<number>, timeoutMs: number, confidence = 0.95,
): Promise<PartialResult<BoundedDouble>> {
  return approximately(this, 'meanApprox', boundedMean, timeoutMs, confidence)
}

RDD.prototype.sumApprox = function (
  this: RDD<number>, timeoutMs: number, confidence = 0.95,
): Promise<PartialResult<BoundedDouble>> {
  return approximately(this, 'sumApprox', boundedSum, timeoutMs, confidence)
}
