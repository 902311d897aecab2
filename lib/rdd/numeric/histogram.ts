/**
 * histogram: how many elements fall into each bucket. A bucket holds its lower bound and not its upper one,
 * but the last holds both. What falls into none is not counted. In the order of bounds NaN comes after all
 * numbers, as in Spark.
 */
import { CallSite } from '../../base/call-site'
import { compareNatural } from '../../base/compare'
import { UnsupportedOperationError } from '../../base/errors'
import { describe, refuse, requireInteger } from '../arguments'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { notANumber, numbersOnly } from './numbers'
import { StatCounter, type Statistics } from './stat-counter'
import { statsSink } from './stats'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * `[bounds, counts]` of so many buckets of equal width between the smallest and the largest element.
     * Rejects with UnsupportedOperationError without elements, or with NaN or an infinite one.
     * Counterpart: DoubleRDDFunctions.histogram.
     */
    histogram(this: RDD<number>, buckets: number): Promise<[bounds: number[], counts: number[]]>
    /**
     * The counts of the buckets between neighbouring bounds, which must rise; right-open but for the last.
     * `evenBuckets` says that all are equally wide, which is faster. Rejects with IllegalArgumentError for
     * fewer than two bounds.
     */
    histogram(this: RDD<number>, bounds: readonly number[], evenBuckets?: boolean): Promise<number[]>
  }
}

interface Buckets { readonly bounds: readonly number[], readonly isEven: boolean }

export const histogramSink = defineSink<Buckets>('histogram', (loop, { bounds, isEven }) => {
  const bucket = loop.variable('bucket')
  return {
    before: `const bucketOf = ${loop.constant(isEven ? evenBuckets : anyBuckets)}(${loop.constant(bounds)})
const counts = new Array(${loop.constant(bounds.length - 1)}).fill(0)`,
    each: value => `${numbersOnly(loop.constant(notANumber), loop.constant('histogram'), value)}
const ${bucket} = bucketOf(${value})
if (${bucket} >= 0) counts[${bucket}]++`,
    after: 'return counts',
  }
})

/** The index of a value's bucket, -1 for none. */
type BucketOf = (value: number) => number

function evenBuckets(bounds: readonly number[]): BucketOf {
  const [min, max, count] = [bounds[0]!, bounds.at(-1)!, bounds.length - 1]
  return value => {
    if (!(value >= min && value <= max)) return -1
    return value === max ? count - 1 : Math.min(Math.floor((value - min) / (max - min) * count), count - 1)
  }
}

function anyBuckets(bounds: readonly number[]): BucketOf {
  const last = bounds.length - 1
  return value => {
    if (compareNatural(value, bounds[0]) < 0) return -1
    const toEnd = compareNatural(value, bounds[last])
    if (toEnd >= 0) return toEnd === 0 ? last - 1 : -1
    let low = 0
    let high = last
    // bounds[low] <= value < bounds[high]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (compareNatural(value, bounds[middle]) < 0) high = middle
      else low = middle
    }
    return low
  }
}

RDD.prototype.histogram = async function (this: RDD<any>, buckets: any, isEven: any = false): Promise<any> {
  const site = CallSite.capture('histogram')
  if (!Array.isArray(buckets)) return ofEqualWidth(site, this, buckets)
  requireBounds(buckets)
  return countsOf(site, this, { bounds: [...buckets], isEven: Boolean(isEven) })
}

function requireBounds(bounds: readonly unknown[]): asserts bounds is readonly number[] {
  if (bounds.length < 2) refuse('histogram', 'buckets array must have at least two elements')
  for (const bound of bounds) {
    if (typeof bound !== 'number') refuse('histogram', `bounds must be numbers, got ${describe(bound)}`)
  }
  for (let index = 1; index < bounds.length; index++) {
    const order = compareNatural(bounds[index - 1], bounds[index])
    if (order > 0) refuse('histogram', 'buckets should be sorted')
    if (order === 0) refuse('histogram', 'buckets should not contain duplicated values')
  }
}

async function ofEqualWidth(site: CallSite, rdd: RDD<any>, count: number): Promise<[number[], number[]]> {
  if (!(count >= 1)) refuse('histogram', `number of buckets must be >= 1, got ${describe(count)}`)
  requireInteger('histogram', count, 1, 'the number of buckets')
  const { min, max } = await rangeOf(site, rdd)
  if (!Number.isFinite(min) || !Number.isFinite(max)) {
    const message = 'Histogram on either an empty RDD or RDD containing +/-infinity or NaN'
    throw new UnsupportedOperationError(message, {
      at: site.toString(), hint: 'Filter such elements out, or give the bounds of the buckets.',
    })
  }
  const bounds = min === max ? [min, min]
    : Array.from({ length: count + 1 }, (_, index) => boundAt(min, max, index, count))
  // The place of an element in a range too wide for a number cannot be computed, only searched for.
  return [bounds, await countsOf(site, rdd, { bounds, isEven: Number.isFinite(max - min) })]
}

/** The width is multiplied before it is divided, so that round bounds stay round; unless that overflows. */
function boundAt(min: number, max: number, index: number, count: number): number {
  if (index === count) return max
  const span = (max - min) * index
  return Number.isFinite(span) ? min + span / count : min * (1 - index / count) + max * (index / count)
}

async function rangeOf(site: CallSite, rdd: RDD<any>): Promise<StatCounter> {
  const operator = 'histogram'
  const parts = await CallSite.within(site, () =>
    runJob<{ operator: string }, Statistics>(operator, rdd, statsSink, { operator }))
  return parts.reduce((all, part) => all.merge(StatCounter.from(part)), new StatCounter())
}

async function countsOf(site: CallSite, rdd: RDD<any>, buckets: Buckets): Promise<number[]> {
  const parts = await CallSite.within(site, () =>
    runJob<Buckets, number[]>('histogram', rdd, histogramSink, buckets))
  const counts = new Array<number>(buckets.bounds.length - 1).fill(0)
  for (const part of parts) part.forEach((count, index) => { counts[index]! += count })
  return counts
}
