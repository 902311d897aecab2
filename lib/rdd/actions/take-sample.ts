/**
 * takeSample: a fixed number of elements by chance. Without replacement every element draws a random number
 * and the smallest win, in one pass. With replacement the places are drawn first, which takes the sizes of
 * the partitions, and a second pass fetches what stands there.
 */
import { CallSite } from '../../base/call-site'
import { freshSeed, Random } from '../../base/random'
import { describe, refuse } from '../arguments'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { TaskContext } from '../task-context'
import { requireSeed } from '../transformations/sample'
import { countSink } from './count'
import { joined } from './joined'
import { Smallest } from './smallest'

type Seed = number | bigint

declare module '../rdd' {
  interface RDD<T> {
    /**
     * `num` elements chosen by chance, in no order; all of them when there are fewer and none may be chosen
     * twice. The same seed chooses the same. Rejects with IllegalArgumentError for a negative number.
     * Counterpart: RDD.takeSample.
     */
    takeSample(withReplacement: boolean, num: number, seed?: number | bigint): Promise<T[]>
  }
}

type Draw = readonly [chance: number, value: unknown]

const byChance = (a: Draw, b: Draw): number => a[0] - b[0]

class Lottery {
  private readonly random: Random
  private readonly winners: Smallest<Draw>

  constructor(count: number, seed: Seed) {
    this.random = new Random(Random.mix(seed, TaskContext.getPartitionId()))
    this.winners = new Smallest(count, byChance)
  }

  add(value: unknown): void { this.winners.add([this.random.next(), value]) }
  values(): Draw[] { return this.winners.values() }
}

export const lotterySink = defineSink<{ count: number, seed: Seed }>('lottery', (loop, { count, seed }) => ({
  before: `const lottery = new ${loop.constant(Lottery)}(${loop.constant(count)}, ${loop.constant(seed)})`,
  each: value => `lottery.add(${value})`,
  after: 'return lottery.values()',
}))

/**
 * The elements at the places of its partition, which are in order; a place that is named twice gives its
 * element twice.
 */
export const placesSink = defineSink<{ places: readonly number[][] }>('places', (loop, { places }) => ({
  before: `const places = ${loop.constant(places)}[${loop.constant(() => TaskContext.getPartitionId())}()]
const found = []
let place = 0`,
  each: value => `while (places[found.length] === place) found.push(${value})
if (found.length === places.length) break source
place++`,
  after: 'return found',
}))

RDD.prototype.takeSample = async function (
  this: RDD<any>, withReplacement: boolean, num: number, seed: Seed = freshSeed(),
): Promise<any[]> {
  const site = CallSite.capture('takeSample')
  if (typeof withReplacement !== 'boolean') {
    refuse('takeSample', `withReplacement must be true or false, got ${describe(withReplacement)}`)
  }
  if (num < 0) refuse('takeSample', `Negative number of elements requested: ${describe(num)}`)
  if (!Number.isInteger(num)) refuse('takeSample', `num must be a whole number, got ${describe(num)}`)
  requireSeed('takeSample', seed)
  if (num === 0) return []
  return withReplacement ? withRepetition(site, this, num, seed) : withoutRepetition(site, this, num, seed)
}

async function withoutRepetition(site: CallSite, rdd: RDD<any>, count: number, seed: Seed): Promise<any[]> {
  const parts = await CallSite.within(site, () =>
    runJob<{ count: number, seed: Seed }, Draw[]>('takeSample', rdd, lotterySink, { count, seed }))
  return joined(parts).sort(byChance).slice(0, count).map(draw => draw[1])
}

async function withRepetition(site: CallSite, rdd: RDD<any>, count: number, seed: Seed): Promise<any[]> {
  const sizes = await CallSite.within(site, () => runJob<null, number>('takeSample', rdd, countSink, null))
  const total = sizes.reduce((a, b) => a + b, 0)
  if (total === 0) return []
  const random = new Random(seed)
  const drawn = Float64Array.from({ length: count }, () => random.nextInt(total)).sort()
  const places: number[][] = sizes.map(() => [])
  let partition = 0
  let start = 0
  for (const place of drawn) {
    while (place >= start + sizes[partition]!) start += sizes[partition++]!
    places[partition]!.push(place - start)
  }
  const parts = await CallSite.within(site, () =>
    runJob<{ places: number[][] }, any[]>('takeSample', rdd, placesSink, { places }))
  return shuffledInPlace([...joined(parts)], random)
}

/** Elements come in the order of their places; a sample has none. */
function shuffledInPlace<T>(values: T[], random: Random): T[] {
  for (let index = values.length - 1; index > 0; index--) {
    const other = random.nextInt(index + 1)
    const value = values[index]!
    values[index] = values[other]!
    values[other] = value
  }
  return values
}
