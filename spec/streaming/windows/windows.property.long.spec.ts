/**
 * Every window operator against the naive interpreter: random lengths, slides, keys, empty and missing
 * batches, kills and recoveries.
 */
import * as fc from 'fast-check'
import { Seconds, type DStream } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters, runsOn } from '../../support/contexts'
import { groupByKey, lastingSums, reduceByKey, windows, type Batch, type Pair } from '../../support/naive'
import { sorted } from '../../support/operator-cases'

type Pairs = DStream<[string, number]>

const add = (a: number, b: number): number => a + b
const subtract = (a: number, b: number): number => a - b
const pair = fc.tuple(fc.constantFrom('a', 'b', '__proto__', ''), fc.integer({ min: -3, max: 3 }))
const batch = fc.option(fc.array(pair, { maxLength: 6 }), { nil: undefined, freq: 5 })
const program = fc.record({
  batches: fc.array(batch, { minLength: 1, maxLength: 10 }), length: fc.integer({ min: 1, max: 5 }),
  slide: fc.integer({ min: 1, max: 6 }),
  partitions: fc.integer({ min: 1, max: 3 }), restartAfter: fc.uniqueArray(fc.nat(9), { maxLength: 2 }),
})

type Naive = (batches: readonly Batch<Pair>[], length: number, slide: number) => unknown[][]

const total = (window: readonly Pair[]): number => window.reduce((sum, [, value]) => sum + value, 0)
const countValues = (window: readonly Pair[]): [string, number][] =>
  reduceByKey(window.map(([key]): Pair => [key, 1]), add)

const operators: [string, (pairs: Pairs, length: number, slide: number) => DStream<unknown>, Naive][] = [
  ['window', (p, w, s) => p.window(Seconds(w), Seconds(s)), windows],
  ['groupByKeyAndWindow', (p, w, s) => p.groupByKeyAndWindow(Seconds(w), Seconds(s))
    .mapValues(values => values.sort()),
    (b, w, s) => windows(b, w, s).map(window => groupByKey(window)
      .map(([key, values]) => [key, values.sort()]))],
  ['reduceByKeyAndWindow', (p, w, s) => p.reduceByKeyAndWindow(add, Seconds(w), Seconds(s), 2),
    (b, w, s) => windows(b, w, s).map(window => reduceByKey(window, add))],
  ['reduceByKeyAndWindow with an inverse', (p, w, s) =>
    p.reduceByKeyAndWindow(add, subtract, Seconds(w), Seconds(s), 2), lastingSums],
  ['countByWindow', (p, w, s) => p.filter(() => true).transform(rdd => rdd)
    .countByWindow(Seconds(w), Seconds(s)),
    (b, w, s) => windows(b, w, s).map(window => [window.length])],
  ['countByValueAndWindow', (p, w, s) => p.map(([key]) => key).countByValueAndWindow(Seconds(w), Seconds(s)),
    (b, w, s) => windows(b, w, s).map(countValues)],
  ['reduceByWindow', (p, w, s) => p.map(([, value]) => value).reduceByWindow(add, Seconds(w), Seconds(s)),
    (b, w, s) => windows(b, w, s).map(window => window.length === 0 ? [] : [total(window)])],
]

/** Equal keys are equal by structure; what anyone would write for a Map of them. */
const keyed = fc.tuple(
  fc.constantFrom<unknown>('a', '__proto__', Number.NaN, 0, -0, null, [1, 'a'], { x: 1 }), fc.constantFrom('p', 'q', 'r', ''))

function joined(batches: readonly Batch<[unknown, string]>[], length: number, slide: number): [string, string][][] {
  return windows(batches, length, slide).map(window => {
    const texts = new Map<string, string>()
    for (const [key, text] of window) texts.set(nameOf(key), (texts.get(nameOf(key)) ?? '') + text)
    return [...texts]
  })
}

const nameOf = (key: unknown): string => typeof key === 'number' ? String(key) : JSON.stringify(key)

describe.each(masters)('windows on %s', master => {
  test('without an inverse, merged in time order under keys of every kind', async () => {
    const programs = fc.record({
      batches: fc.array(fc.option(fc.uniqueArray(keyed, { selector: ([key]) => nameOf(key), maxLength: 6 }), { nil: undefined, freq: 6 }),
        { minLength: 1, maxLength: 14 }),
      length: fc.integer({ min: 1, max: 6 }), slide: fc.integer({ min: 1, max: 7 }), partitions: fc.integer({ min: 1, max: 3 }),
    })
    await fc.assert(fc.asyncProperty(programs, async ({ batches, length, slide, partitions }) => {
      const results = await testStream<[[unknown, string]], [string, string]>([batches], ([pairs]) => pairs
        .reduceByKeyAndWindow((a, b) => a + b, Seconds(length), Seconds(slide), 2).map(([key, text]) => [nameOf(key), text]), { master, partitions })
      expect(sorted(results)).toEqual(sorted(joined(batches, length, slide)))
    }), { numRuns: runsOn(master, 40) })
  }, 60_000)

  test.each(operators)('%s', async (name, build, naive) => {
    await fc.assert(fc.asyncProperty(program, async ({ batches, length, slide, partitions, restartAfter }) => {
      const input = name === 'countByWindow' ? batches.map(each => each ?? []) : batches
      const results = await testStream<[[string, number]], unknown>(
        [input], ([pairs]) => build(pairs, length, slide), { master, partitions, restartAfter })
      expect(sorted(results)).toEqual(sorted(naive(input, length, slide)))
    }), { numRuns: runsOn(master, 25) })
  }, 60_000)
})
