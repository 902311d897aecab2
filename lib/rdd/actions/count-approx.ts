/**
 * countApprox and countByValueApprox: counts with bounds, from as many partitions as are done when the time
 * is up.
 */
import { KeyMap } from '../../base/key-map'
import { BoundedDouble } from '../numeric/bounded-double'
import { normalQuantile } from '../numeric/quantiles'
import type { Cell } from '../pairs/combining-map'
import { RDD } from '../rdd'
import { addCounts, countByValueSink } from './count-by-value'
import { countSink } from './count'
import { approximate, requireApproximation, type Evaluator, type PartialResult } from './partial-result'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The number of elements, or after `timeoutMs` an estimate with bounds that hold with the probability
     * `confidence`. Rejects with IllegalArgumentError for a confidence outside [0, 1].
     * Counterpart: RDD.countApprox.
     */
    countApprox(timeoutMs: number, confidence?: number): Promise<PartialResult<BoundedDouble>>
    /** The same for the number of times that each element occurs. Counterpart: RDD.countByValueApprox. */
    countByValueApprox(
      timeoutMs: number, confidence?: number): Promise<PartialResult<KeyMap<T, BoundedDouble>>>
  }
}

/**
 * What a count in a fraction of the partitions says about all: elements are taken to fall into a seen
 * partition with the probability `fraction`, so that the unseen ones are distributed as a negative binomial.
 */
export function boundedCount(count: number, fraction: number, confidence: number): BoundedDouble {
  if (fraction >= 1) return new BoundedDouble(count, 1, count, count)
  if (fraction === 0 || count === 0) return new BoundedDouble(0, 0, 0, Infinity)
  const unseen = count * (1 - fraction) / fraction
  const width = normalQuantile((1 + confidence) / 2) * Math.sqrt(unseen / fraction)
  return new BoundedDouble(count + unseen, confidence, count + Math.max(0, unseen - width),
    count + unseen + width)
}

class CountEvaluator implements Evaluator<number, BoundedDouble> {
  private count = 0
  constructor(private readonly confidence: number) {}
  merge(part: number): void { this.count += part }
  result(fraction: number): BoundedDouble { return boundedCount(this.count, fraction, this.confidence) }
}

class CountByValueEvaluator implements Evaluator<readonly Cell[], KeyMap<any, BoundedDouble>> {
  private readonly counts = new KeyMap<any, number>()
  constructor(private readonly confidence: number) {}
  merge(part: readonly Cell[]): void { addCounts(this.counts, part) }
  result(fraction: number): KeyMap<any, BoundedDouble> {
    const bounds = new KeyMap<any, BoundedDouble>()
    for (const [value, count] of this.counts) {
      bounds.set(value, boundedCount(count, fraction, this.confidence))
    }
    return bounds
  }
}

RDD.prototype.countApprox = async function (
  this: RDD<any>, timeoutMs: number, confidence = 0.95,
): Promise<PartialResult<BoundedDouble>> {
  requireApproximation('countApprox', timeoutMs, confidence)
  return approximate(this, {
    operator: 'countApprox', sink: countSink, args: null, timeoutMs,
    evaluator: new CountEvaluator(confidence),
  })
}

RDD.prototype.countByValueApprox = async function (
  this: RDD<any>, timeoutMs: number, confidence = 0.95,
): Promise<PartialResult<KeyMap<any, BoundedDouble>>> {
  requireApproximation('countByValueApprox', timeoutMs, confidence)
  return approximate(this, {
    operator: 'countByValueApprox', sink: countByValueSink, args: { operator: 'countByValueApprox' },
    evaluator: new CountByValueEvaluator(confidence), timeoutMs,
  })
}
