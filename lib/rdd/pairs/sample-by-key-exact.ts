/**
 * sampleByKeyExact: a random part of the pairs of each key, exactly as large as its fraction says. A first
 * job counts each key in each partition; the driver then deals each key's sample out over the partitions, by
 * chance, and every partition takes its share.
 */
import { CallSite } from '../../base/call-site'
import { Breather } from '../../base/event-loop'
import { KeyMap } from '../../base/key-map'
import { freshSeed, Random } from '../../base/random'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { combinePartitions, counting } from './combine-locally'
import { requirePair } from './combining-map'
import { fractionOf, fractionsByKey, requireFractions, type FractionList, type Fractions } from './fractions'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Like `sampleByKey`, but of n pairs of a key exactly ceil(fraction * n) are taken. Costs a job that
     * counts, run when the result is first used. Counterpart: PairRDDFunctions.sampleByKeyExact.
     */
    sampleByKeyExact<K, V>(
      this: RDD<[K, V]>, withReplacement: boolean, fractions: Fractions<K>, seed?: number): RDD<[K, V]>
  }
}

/** Of `present` pairs of a key in a partition `wanted` are to be taken. */
interface Share { readonly key: unknown, readonly present: number, readonly wanted: number }

interface ExactArguments {
  readonly withReplacement: boolean
  readonly seed: number
  /** One list for each partition, known once the keys have been counted. */
  shares: readonly (readonly Share[])[]
}

export const sampleByKeyExactNode = definePartition<ExactArguments>('sampleByKeyExact', {
  compute: (args, [pairs], partition) => ({ [Symbol.iterator]: () => sampled(args, pairs!, partition) }),
})

function* sampled(
  { withReplacement, seed, shares }: ExactArguments, pairs: Iterable<unknown>, partition: number,
): Generator<unknown> {
  const random = new Random(Random.mix(seed, partition))
  const takers = new KeyMap<unknown, () => number>()
  for (const { key, present, wanted } of shares[partition]!) {
    takers.set(key, withReplacement
      ? withRepetition(random, present, wanted) : withoutRepetition(random, present, wanted))
  }
  for (const pair of pairs) {
    requirePair(pair, 'sampleByKeyExact')
    const times = takers.get(pair[0])?.() ?? 0
    for (let i = 0; i < times; i++) yield pair
  }
}

/** Says for one pair after another whether it is taken: `wanted` of `present`, each with the same chance. */
function withoutRepetition(random: Random, present: number, wanted: number): () => number {
  let left = present
  let missing = wanted
  return () => {
    const isTaken = random.next() * left < missing
    left--
    if (isTaken) missing--
    return Number(isTaken)
  }
}

/** Says for one pair after another how often it is taken: `wanted` draws out of `present`. */
function withRepetition(random: Random, present: number, wanted: number): () => number {
  const times = new Map<number, number>()
  for (let draw = 0; draw < wanted; draw++) {
    const index = random.nextInt(present)
    times.set(index, (times.get(index) ?? 0) + 1)
  }
  let index = 0
  return () => times.get(index++) ?? 0
}

/** Deals each key's sample out over the partitions, as drawing from all of its pairs would. */
async function dealOut(
  counts: readonly [unknown, number][][], fractions: FractionList, withReplacement: boolean, seed: number,
): Promise<Share[][]> {
  const byKey = new KeyMap<unknown, { partition: number, present: number }[]>()
  counts.forEach((cells, partition) => {
    for (const [key, present] of cells) {
      byKey.update(key, () => [{ partition, present }], places =>
        (places.push({ partition, present }), places))
    }
  })
  const random = new Random(seed)
  const wantedFractions = fractionsByKey(fractions)
  const shares: Share[][] = counts.map(() => [])
  const breather = new Breather()
  for (const [key, places] of byKey) {
    const total = places.reduce((sum, { present }) => sum + present, 0)
    const size = sampleSize(total, fractionOf(wantedFractions, key, 'sampleByKeyExact'))
    const deal = withReplacement ? dealWithRepetition : dealWithoutRepetition
    const wanted = deal(random, places.map(({ present }) => present), total, size)
    places.forEach(({ partition, present }, i) =>
      shares[partition]!.push({ key, present, wanted: wanted[i]! }))
    const pause = breather.pause()
    if (pause !== undefined) await pause
  }
  return shares
}

/** ceil(total * fraction), without the last bit of a product such as 70 * 0.1 making it one more. */
function sampleSize(total: number, fraction: number): number {
  return Math.ceil(total * fraction * (1 - 2 ** -50))
}

function dealWithoutRepetition(
  random: Random, present: readonly number[], total: number, size: number,
): number[] {
  let left = total
  let missing = size
  return present.map(count => {
    let wanted = 0
    for (let i = 0; i < count; i++, left--) if (random.next() * left < missing - wanted) wanted++
    missing -= wanted
    return wanted
  })
}

function dealWithRepetition(
  random: Random, present: readonly number[], total: number, size: number,
): number[] {
  const ends: number[] = []
  for (const count of present) ends.push((ends.at(-1) ?? 0) + count)
  const wanted = present.map(() => 0)
  for (let draw = 0; draw < size; draw++) {
    const index = random.nextInt(total)
    wanted[ends.findIndex(end => index < end)]!++
  }
  return wanted
}

RDD.prototype.sampleByKeyExact = function (
  this: RDD<any>, withReplacement: boolean, fractions: Fractions<any>, seed = freshSeed(),
): RDD<any> {
  const site = CallSite.capture('sampleByKeyExact')
  const list = requireFractions('sampleByKeyExact', fractions)
  const args: ExactArguments = { withReplacement, seed, shares: [] }
  const prepare = async (): Promise<void> => {
    const counts = await CallSite.within(site, () =>
      combinePartitions<unknown, number>('sampleByKeyExact', this, counting))
    args.shares = await dealOut(counts, list, withReplacement, seed)
  }
  return this.derive(sampleByKeyExactNode, args, { partitioner: this.partitioner, site, prepare })
}
