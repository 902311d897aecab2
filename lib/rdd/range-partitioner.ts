/**
 * RangePartitioner: partition i holds the keys between bound i - 1 and bound i, so that sorted partitions
 * make a sorted whole. The bounds come from a sample of the keys, taken in a job when they are first needed;
 * until then nothing can be placed. The RDD is let go once the bounds are there: what travels with a plan is
 * bounds and order alone.
 */
import { CallSite } from '../base/call-site'
import { compareNatural } from '../base/compare'
import { equalKeys } from '../base/keys'
import { IllegalArgumentError, IllegalStateError, MillraceError } from '../base/errors'
import type { KeySample } from './pairs/key-sample'
import { sampleKeysSink } from './pairs/key-sample'
import type { Partitioner } from './partitioner'
import { RDD } from './rdd'
import { runJob } from './run-job'

const samplesPerPartition = 20
const samplesMax = 1_000_000
/** A partition may hold so many times the average before its sample is too thin and is taken again. */
const oversampling = 3

interface Source { readonly rdd: RDD<any>, readonly site: CallSite }

/** The RDDs of partitioners that have no bounds yet: apart, so that they are no part of what travels. */
const sources = new WeakMap<RangePartitioner, Source>()
const preparations = new WeakMap<RangePartitioner, Promise<void>>()

/**
 * Places keys by ranges of about equal size. `compare` orders the keys; without one, their natural order.
 * There may be fewer partitions than asked for: never more than there are distinct keys, and one for an empty
 * RDD.
 * Counterpart: org.apache.spark.RangePartitioner.
 * @throws IllegalArgumentError when `numPartitions` is not a whole number of at least 0, or `rdd` is no RDD
 * @example
 * ```ts
 * import { RangePartitioner, SparkContext } from 'millrace'
 * const sc = new SparkContext('local', 'ranges')
 * const pairs = sc.parallelize<[number, string]>([[3, 'c'], [1, 'a'], [2, 'b'], [4, 'd']])
 * const ranges = new RangePartitioner(2, pairs)
 * console.log(await pairs.partitionBy(ranges).keys().collect()) // [ 1, 2, 3, 4 ], in two partitions
 * await sc.stop()
 * ```
 */
export class RangePartitioner<K = any> implements Partitioner {
  private bounds: readonly K[] | undefined

  constructor(
    private readonly requestedCount: number, rdd: RDD<[K, any]>, readonly ascending = true,
    private readonly compare: ((a: K, b: K) => number) | undefined = undefined,
  ) {
    if (!Number.isInteger(requestedCount) || requestedCount < 0) {
      const found = String(requestedCount)
      throw new IllegalArgumentError(`Number of partitions cannot be negative but found ${found}.`, {
        hint: 'Give a whole number of partitions, 1 or more.',
        at: CallSite.capture('RangePartitioner').toString(),
      })
    }
    if (!RDD.is(rdd)) {
      throw new IllegalArgumentError('a RangePartitioner takes its ranges from an RDD of pairs')
    }
    if (compare !== undefined && typeof compare !== 'function') {
      throw new IllegalArgumentError('compare must be a function of two keys')
    }
    if (requestedCount <= 1) this.bounds = []
    else sources.set(this, { rdd, site: CallSite.capture('RangePartitioner') })
  }

  /** How many partitions there are; before `prepare` how many were asked for. */
  get numPartitions(): number {
    return this.bounds === undefined ? this.requestedCount : this.bounds.length + 1
  }

  /** Samples the keys, once. An operator that is given this partitioner does it before its first job. */
  prepare(): Promise<void> {
    if (this.bounds !== undefined) return Promise.resolve()
    let preparation = preparations.get(this)
    if (preparation === undefined) {
      preparation = this.findBounds().finally(() => preparations.delete(this))
      preparations.set(this, preparation)
    }
    return preparation
  }

  private async findBounds(): Promise<void> {
    const { rdd, site } = sources.get(this)!
    const samples = await weightedSamples(rdd, site, this.requestedCount)
    this.bounds = located(site, () => boundsOf<K>(samples, this.requestedCount, this.order))
    sources.delete(this)
  }

  /** The index of the first bound that is not below `key`. Throws IllegalStateError before `prepare`. */
  getPartition(key: K): number {
    const { bounds, order } = this
    if (bounds === undefined) {
      throw new IllegalStateError('this RangePartitioner has no ranges yet', {
        hint: 'Await its prepare() first; operators that are given the partitioner do so themselves.',
      })
    }
    let low = 0
    let high = bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (order(key, bounds[middle]!) > 0) low = middle + 1
      else high = middle
    }
    return this.ascending ? low : bounds.length - low
  }

  /** True once the ranges are known. */
  get isPrepared(): boolean { return this.bounds !== undefined }

  /** Internal: the order of keys, ascending. */
  get order(): (a: K, b: K) => number { return this.compare ?? compareNatural }

  /** Same bounds in the same direction, or, while there are none, made to get the same ones. */
  equals(other: unknown): boolean {
    if (this === other) return true
    if (!(other instanceof RangePartitioner)) return false
    if (other.ascending !== this.ascending || other.compare !== this.compare) {
      return false
    }
    if (this.bounds !== undefined && other.bounds !== undefined) return equalKeys(this.bounds, other.bounds)
    const source = sources.get(this)
    return source !== undefined && source.rdd === sources.get(other)?.rdd
      && this.requestedCount === other.requestedCount
  }
}

interface Weighted { readonly key: any, readonly weight: number }

/** Sampled keys, each with the number of keys that it stands for. */
async function weightedSamples(rdd: RDD<any>, site: CallSite, count: number): Promise<Weighted[]> {
  const run = (size: number, partitions?: readonly number[]): Promise<KeySample[]> =>
    CallSite.within(site, () => runJob<{ size: number }, KeySample>('RangePartitioner', rdd, sampleKeysSink,
      { size }, partitions === undefined ? {} : { partitions }))
  await rdd.prepare()
  const wanted = Math.min(samplesPerPartition * count, samplesMax)
  const size = Math.ceil(oversampling * wanted / Math.max(1, rdd.getNumPartitions()))
  const samples = await run(size)
  const total = samples.reduce((sum, sample) => sum + sample.count, 0)
  const fraction = Math.min(1, wanted / Math.max(1, total))
  const thin = samples.flatMap((sample, partition) => fraction * sample.count > size ? [partition] : [])
  if (thin.length > 0) {
    const largest = Math.max(...thin.map(partition => samples[partition]!.count))
    const again = await run(Math.ceil(fraction * largest), thin)
    thin.forEach((partition, index) => { samples[partition] = again[index]! })
  }
  return samples.flatMap(({ keys, count: present }) =>
    keys.map(key => ({ key, weight: present / keys.length })))
}

/** An error of the order of keys says which sort it came from. */
function located<R>(site: CallSite, f: () => R): R {
  try { return f() } catch (error) {
    if (!MillraceError.is(error) || error.at !== undefined) throw error
    throw new MillraceError(error.code, `${site.operator}: ${error.message}`,
      { at: site.toString(), cause: error, ...(error.hint === undefined ? {} : { hint: error.hint }) })
  }
}

/** At most `count` - 1 keys that cut the samples into parts of about equal weight; no key twice. */
function boundsOf<K>(samples: Weighted[], count: number, order: (a: K, b: K) => number): K[] {
  samples.sort((a, b) => order(a.key, b.key))
  const parts = Math.min(count, samples.length)
  const step = samples.reduce((sum, { weight }) => sum + weight, 0) / parts
  const bounds: K[] = []
  let passed = 0
  let target = step
  for (const { key, weight } of samples) {
    if (bounds.length >= parts - 1) break
    passed += weight
    if (passed < target || (bounds.length > 0 && order(key, bounds.at(-1)!) <= 0)) continue
    bounds.push(key)
    target += step
  }
  return bounds
}
