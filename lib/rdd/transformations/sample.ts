/**
 * sample and randomSplit: elements by chance. A seed and the index of a partition decide what is chosen from
 * it, so that a partition that is computed again gives the same, and the parts of a split neither overlap nor
 * leave anything out.
 */
import { CallSite } from '../../base/call-site'
import { freshSeed, Random } from '../../base/random'
import { describe, refuse } from '../arguments'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { repeatable } from './repeatable'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Each element with the probability `fraction`, or with replacement `fraction` times on average. The same
     * seed chooses the same. Keeps the partitioner. Throws IllegalArgumentError for a negative fraction, or
     * one above 1 without replacement. Counterpart: RDD.sample.
     */
    sample(withReplacement: boolean, fraction: number, seed?: number | bigint): RDD<T>
    /**
     * The elements dealt by chance into as many RDDs as there are weights, in proportion to these. Throws
     * IllegalArgumentError for a negative weight or a sum that is not positive. Counterpart: RDD.randomSplit.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'split')
     * const [training, test] = sc.range(0, 1000).randomSplit([0.8, 0.2], 42)
     * console.log(await training!.count() + await test!.count()) // 1000
     * await sc.stop()
     * ```
     */
    randomSplit(weights: readonly number[], seed?: number | bigint): RDD<T>[]
  }
}

type Seed = number | bigint

/** Chosen where a random number falls into [from, to). */
export const sampleNode = definePartition<{ from: number, to: number, seed: Seed }>('sample', {
  compute: ({ from, to, seed }, [values], partition) => repeatable(function* () {
    const random = new Random(Random.mix(seed, partition))
    for (const value of values!) {
      const chance = random.next()
      if (chance >= from && chance < to) yield value
    }
  }),
})

export const sampleWithReplacementNode =
  definePartition<{ fraction: number, seed: Seed }>('sampleWithReplacement', {
  compute: ({ fraction, seed }, [values], partition) => repeatable(function* () {
    const random = new Random(Random.mix(seed, partition))
    for (const value of values!) {
      for (let times = random.nextPoisson(fraction); times > 0; times--) yield value
    }
  }),
})

RDD.prototype.sample = function (
  this: RDD<any>, withReplacement: boolean, fraction: number, seed: Seed = freshSeed(),
): RDD<any> {
  if (typeof withReplacement !== 'boolean') {
    refuse('sample', `withReplacement must be true or false, got ${describe(withReplacement)}`)
  }
  if (!(fraction >= 0)) refuse('sample', `Fraction must be nonnegative, but got ${describe(fraction)}`)
  if (withReplacement && fraction === Infinity) refuse('sample', 'Fraction must be finite, but got Infinity')
  if (!withReplacement && fraction > 1) {
    refuse('sample', `Sampling fraction (${fraction}) must be on interval [0, 1]`,
      'With replacement it may be larger.')
  }
  requireSeed('sample', seed)
  const site = CallSite.capture('sample')
  const { partitioner } = this
  return withReplacement
    ? this.derive(sampleWithReplacementNode, { fraction, seed }, { partitioner, site })
    : this.derive(sampleNode, { from: 0, to: fraction, seed }, { partitioner, site })
}

RDD.prototype.randomSplit = function (
  this: RDD<any>, weights: readonly number[], seed: Seed = freshSeed(),
): RDD<any>[] {
  const site = CallSite.capture('randomSplit')
  if (!Array.isArray(weights)) refuse('randomSplit', `weights must be an array, got ${describe(weights)}`)
  if (!weights.every(weight => weight >= 0 && weight < Infinity)) {
    refuse('randomSplit', `Weights must be nonnegative, but got [${weights.join(',')}]`)
  }
  const sum = weights.reduce((a, b) => a + b, 0)
  if (!(sum > 0)) refuse('randomSplit', `Sum of weights must be positive, but got [${weights.join(',')}]`)
  requireSeed('randomSplit', seed)
  let upTo = 0
  return weights.map((weight, index) => {
    const from = upTo / sum
    upTo += weight
    // Sums of fractions may stay below 1, and nothing must fall through.
    const to = index === weights.length - 1 ? 1 : upTo / sum
    return this.derive(sampleNode, { from, to, seed }, { partitioner: this.partitioner, site })
  })
}

/** A seed is any finite number or a bigint; thrown at the call, for a task would throw it much later. */
export function requireSeed(operator: string, seed: unknown): void {
  if (typeof seed === 'bigint' || (typeof seed === 'number' && Number.isFinite(seed))) return
  refuse(operator, `a seed must be a number or a bigint, got ${describe(seed)}`)
}
