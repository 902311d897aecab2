/**
 * The four joins against the naive one, for any keys and placements; what must not be moved is not; facts of
 * Spark's PairRDDFunctionsSuite.
 */
import fc from 'fast-check'
import { HashPartitioner, RangePartitioner, type RDD, type SparkContext } from '../../../lib/index'
import { equalKeys } from '../../../lib/base/keys'
import { masters, withSpark } from '../../support/contexts'

type Pair = [unknown, number]

const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom<unknown>(
  'a', '__proto__', NaN, -0, 0, null, undefined, [1], [1, 'x'], { x: 1 }, 1n, true, ''))
const side = fc.array(fc.tuple(key, fc.nat(9)), { maxLength: 25 })
const kinds = ['join', 'leftOuterJoin', 'rightOuterJoin', 'fullOuterJoin'] as const

function naiveJoin(kind: typeof kinds[number], left: Pair[], right: Pair[]): unknown[] {
  const joined: unknown[] = []
  for (const [k, v] of left) for (const [other, w] of right) if (equalKeys(k, other)) joined.push([k, [v, w]])
  const lonely = (pairs: Pair[], others: Pair[]) =>
    pairs.filter(([k]) => !others.some(([other]) => equalKeys(k, other)))
  if (kind === 'leftOuterJoin' || kind === 'fullOuterJoin') {
    for (const [k, v] of lonely(left, right)) joined.push([k, [v, undefined]])
  }
  if (kind === 'rightOuterJoin' || kind === 'fullOuterJoin') {
    for (const [k, w] of lonely(right, left)) joined.push([k, [undefined, w]])
  }
  return joined
}

/** As a bag: order is not promised, and -0 is the key 0. */
const bag = (values: unknown[]): string[] => values.map(value => inspectable(value)).sort()
const inspectable = (value: unknown): string => JSON.stringify(value, (_name, inner) =>
  inner === undefined ? 'undefined' : typeof inner === 'bigint' ? `${inner}n` : Number.isNaN(inner)
    ? 'NaN' : inner)

describe.each(masters)('joins on %s', master => {
  it.each(kinds)('%s is the naive join of arrays', kind => withSpark(master, sc => fc.assert(fc.asyncProperty(
    side, side, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }),
    fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    async (left, right, leftSlices, rightSlices, partitions) => {
      const joined = await (sc.parallelize(left, leftSlices) as RDD<any>)[kind](
        sc.parallelize(right, rightSlices) as RDD<any>, partitions).collect()
      expect(bag(joined)).toEqual(bag(naiveJoin(kind, left, right)))
    }), { numRuns: 50 })))

  it.each(kinds)('%s keeps its order whichever side is larger and however often it was joined', kind => withSpark(master, async sc => {
    const few: [unknown, any][] = [[3, 'x'], [1, 'y'], [3, 'z'], [99, 'w']]
    const many = Array.from({ length: 40 }, (_, i) => [i % 20, i] as Pair)
    for (const [left, right] of [[few, many], [many, few]] as const) {
      const [a, b] = [sc.parallelize(left, 1) as RDD<any>,
        sc.parallelize(right, 1).partitionBy(1).cache() as RDD<any>]
      const first = await a[kind](b, 1).collect()
      for (let again = 0; again < 3; again++) expect(await a[kind](b, 1).collect()).toEqual(first)
      expect(bag(first)).toEqual(bag(naiveJoin(kind, left, right)))
    }
  }))

  it('gives Spark\'s results', () => withSpark(master, async sc => {
    const a = sc.parallelize<[number, number]>([[1, 1], [1, 2], [2, 1], [3, 1]])
    const b = sc.parallelize<[number, string]>([[1, 'x'], [2, 'y'], [2, 'z'], [4, 'w']])
    const sorted = async (rdd: RDD<any>) => bag(await rdd.collect())
    const both = [[1, [1, 'x']], [1, [2, 'x']], [2, [1, 'y']], [2, [1, 'z']]]
    expect(await sorted(a.join(b))).toEqual(bag(both))
    expect(await sorted(a.leftOuterJoin(b))).toEqual(bag([...both, [3, [1, undefined]]]))
    expect(await sorted(a.rightOuterJoin(b))).toEqual(bag([...both, [4, [undefined, 'w']]]))
    expect(await sorted(a.fullOuterJoin(b)))
      .toEqual(bag([...both, [3, [1, undefined]], [4, [undefined, 'w']]]))
    const all = sc.parallelize<[number, number]>([[1, 1], [1, 2], [1, 3]])
    expect((await all.join(sc.parallelize<[number, string]>([[1, 'x'], [1, 'y']])).collect()).length).toBe(6)
    expect(await a.join(sc.parallelize<[number, string]>([[9, 'x']])).collect()).toEqual([])
    expect(await a.join(sc.emptyRDD<[number, string]>()).collect()).toEqual([])
  }))

  it('joins an RDD with itself, moving it once', () => withSpark(master, async sc => {
    const rdd = sc.parallelize<[string, number]>([['a', 1], ['a', 2]], 2)
    const joined = rdd.join(rdd)
    expect((await joined.values().collect()).sort()).toEqual([[1, 1], [1, 2], [2, 1], [2, 2]])
    expect(joined.dependencies[0]!.rdd).toBe(joined.dependencies[1]!.rdd)
  }))

  it('does not move a side that is placed already', () => withSpark(master, async sc => {
    const placed = numbered(sc, 20).partitionBy(new HashPartitioner(3))
    const other = numbered(sc, 20)
    const joined = placed.join(other)
    expect(joined.partitioner).toBe(placed.partitioner)
    expect(joined.dependencies.map(({ rdd }) => rdd === placed)).toEqual([true, false])
    expect(joined.join(placed).dependencies.map(({ rdd }) => rdd)).toEqual([joined, placed])
    expect((await joined.join(placed).collect()).length).toBe(20)
  }))

  it('joins by ranges where one side is sorted', () => withSpark(master, async sc => {
    const sorted = numbered(sc, 100).sortByKey(true, 4)
    const joined = sorted.join(numbered(sc, 50))
    expect(joined.partitioner).toBeInstanceOf(RangePartitioner)
    expect((await joined.keys().collect()).sort((a, b) => a - b))
      .toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(joined.getNumPartitions()).toBe(4)
  }))

  it('can be read twice and continued', () => withSpark(master, async sc => {
    const joined = numbered(sc, 5).join(numbered(sc, 5))
    expect(await joined.union(joined).count()).toBe(10)
    expect((await joined.join(joined).collect()).length).toBe(5)
    expect(await joined.mapValues(([a, b]) => a + b).values().collect())
      .toEqual(expect.arrayContaining([0, 2, 4, 6, 8]))
  }))

  it('refuses wrong arguments at the call and non-pairs in the task', () => withSpark(master, async sc => {
    const pairs = numbered(sc, 3)
    expect(() => pairs.join([] as any)).toThrow(/join: it needs another RDD of pairs, got an array of 0/)
    expect(() => pairs.leftOuterJoin(pairs, 0)).toThrow(/must be positive/)
    await expect(pairs.join(sc.parallelize<any>([1, 2], 1)).collect())
      .rejects.toThrow(/join needs \[key, value\] pairs, it got 1/)
    await expect(pairs.map(([, n]) => [() => 1, n]).join(pairs as any).collect())
      .rejects.toThrow(/cannot be a key of join/)
  }))
})

function numbered(sc: SparkContext, count: number): RDD<[number, number]> {
  return sc.parallelize(Array.from({ length: count }, (_, i) => [i, i] as [number, number]), 2)
}
