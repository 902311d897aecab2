/** sampleByKey: a random part of the pairs of each key, about as large as its fraction says. */
import { freshSeed, Random } from '../../base/random'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { requirePair } from './combining-map'
import { fractionOf, fractionsByKey, requireFractions, type FractionList, type Fractions } from './fractions'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Takes each pair with the chance that its key has in `fractions`, or, with replacement, as often on
     * average. The same seed takes the same pairs. A key without a fraction fails its task; a negative one
     * throws IllegalArgumentError. Keeps the partitioner. Counterpart: PairRDDFunctions.sampleByKey.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'sample')
     * const calls = sc.range(0, 1000).map(i => [i % 10 === 0 ? 'error' : 'ok', i])
     * const few = await calls.sampleByKey(false, [['error', 1], ['ok', 0.1]], 42).countByKey()
     * console.log(few.get('error'), few.get('ok')) // 100, and about 90
     * await sc.stop()
     * ```
     */
    sampleByKey<K, V>(
      this: RDD<[K, V]>, withReplacement: boolean, fractions: Fractions<K>, seed?: number): RDD<[K, V]>
  }
}

interface SampleArguments {
  readonly withReplacement: boolean
  readonly fractions: FractionList
  readonly seed: number
}

export const sampleByKeyNode = definePartition<SampleArguments>('sampleByKey', {
  compute: (args, [pairs], partition) => ({ [Symbol.iterator]: () => sampled(args, pairs!, partition) }),
})

function* sampled(args: SampleArguments, pairs: Iterable<unknown>, partition: number): Generator<unknown> {
  const random = new Random(Random.mix(args.seed, partition))
  const fractions = fractionsByKey(args.fractions)
  for (const pair of pairs) {
    requirePair(pair, 'sampleByKey')
    const fraction = fractionOf(fractions, pair[0], 'sampleByKey')
    const times = args.withReplacement ? random.nextPoisson(fraction) : Number(random.next() < fraction)
    for (let i = 0; i < times; i++) yield pair
  }
}

RDD.prototype.sampleByKey = function (
  this: RDD<any>, withReplacement: boolean, fractions: Fractions<any>, seed = freshSeed(),
): RDD<any> {
  const args = { withReplacement, fractions: requireFractions('sampleByKey', fractions), seed }
  return this.derive(sampleByKeyNode, args, { partitioner: this.partitioner })
}
