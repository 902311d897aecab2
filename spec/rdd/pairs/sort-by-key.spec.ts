/**
 * sortByKey against the sort of arrays: any keys, any number of partitions, both directions, equal keys in
 * order.
 */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'

const byNumber = (a: [number, unknown], b: [number, unknown]): number => a[0] - b[0]

describe.each(masters)('sortByKey on %s', master => {
  it('sorts like a stable sort of an array', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.nat())), fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 6 }), fc.boolean(),
    async (pairs, slices, wanted, ascending) => {
      const sorted = sc.parallelize(pairs as [number, number][], slices).sortByKey(ascending, wanted)
      expect(await sorted.collect()).toEqual([...pairs].sort(ascending ? byNumber : (a, b) => byNumber(b, a)))
      expect(sorted.getNumPartitions()).toBeLessThanOrEqual(wanted)
    }), { numRuns: 60 })))

  it('cuts large input into balanced partitions, each sorted, in order', () => withSpark(master, async sc => {
    const pairs = Array.from({ length: 10_000 }, (_, i) => [(i * 7919) % 10_000, i] as [number, number])
    const parts = await sc.runJob(sc.parallelize(pairs, 4).sortByKey(true, 20), values =>
      [...values].map(([key]) => key))
    expect(parts.length).toBe(20)
    expect(parts.flat()).toEqual(pairs.map((_, i) => i))
    for (const part of parts) expect(part.length).toBeGreaterThan(180)
    for (const part of parts) expect(part.length).toBeLessThan(1000)
  }))

  it('balances partitions when one input partition holds nearly all', () => withSpark(master, async sc => {
    const skewed = sc.parallelize([0, 1, 2, 3], 4).mapPartitionsWithIndex(index =>
      Array.from({ length: index === 2 ? 20_000 : 5 }, (_, i) => [i, index] as [number, number]))
    const sizes = await sc.runJob(skewed.sortByKey(true, 10), values => [...values].length)
    expect(sizes.length).toBe(10)
    expect(Math.max(...sizes)).toBeLessThan(4000)
  }))

  it('has as many partitions as its parent when no number is given, and keeps to the keys there are', () => withSpark(master, async sc => {
    const pairs = sc.parallelize(Array.from({ length: 100 }, (_, i) => [i, i] as [number, number]), 3)
    const sorted = pairs.sortByKey()
    await sorted.count()
    expect(sorted.getNumPartitions()).toBe(3)
    const same = sc.parallelize([['k', 1], ['k', 2]] as [string, number][], 2).sortByKey(true, 5)
    expect(await same.collect()).toEqual([['k', 1], ['k', 2]])
    expect(same.getNumPartitions()).toBeLessThanOrEqual(2)
  }))

  it('gives nothing for nothing', () => withSpark(master, async sc => {
    const sorted = sc.emptyRDD<[number, number]>().sortByKey()
    expect(await sorted.collect()).toEqual([])
    expect(sorted.getNumPartitions()).toBe(1)
    expect(await sc.parallelize<[number, number]>([], 4).sortByKey().collect()).toEqual([])
  }))

  it('knows the natural order of strings, bigints, Dates, arrays and NaN', () => withSpark(master, async sc => {
    const sorted = <K>(keys: K[], ascending = true) =>
      sc.parallelize(keys.map(key => [key, 0] as [K, number]), 2).sortByKey(ascending, 3).keys().collect()
    expect(await sorted(['b', '', 'a', '__proto__', '\u{1f600}', '￿']))
      .toEqual(['', '__proto__', 'a', 'b', '￿', '\u{1f600}'])
    expect(await sorted([3n, 1, 2n, NaN, -0])).toEqual([-0, 1, 2n, 3n, NaN])
    expect(await sorted([new Date(2), new Date(1)])).toEqual([new Date(1), new Date(2)])
    expect(await sorted([[2], [1, 'b'], [1, 'a'], [1]], false)).toEqual([[2], [1, 'b'], [1, 'a'], [1]])
  }))

  it('takes an order of the user', () => withSpark(master, async sc => {
    const pairs = sc.parallelize([['aaa', 1], ['b', 2], ['cc', 3]] as [string, number][], 2)
    expect(await pairs.sortByKey(true, 2, (a, b) => a.length - b.length).values().collect())
      .toEqual([2, 3, 1])
    expect(await pairs.sortByKey(false, 2, (a, b) => a.length - b.length).values().collect())
      .toEqual([1, 3, 2])
  }))

  it('names both kinds and the call when keys have no order between them', () => withSpark(master, async sc => {
    const mixed = sc.parallelize<[any, number]>([['a', 1], [2, 2]], 2)
    const failure = await mixed.sortByKey().collect().catch((error: unknown) => error) as any
    expect(failure.message).toMatch(/sortByKey: the number 2 and the string "a" have no natural order/)
    expect(failure.code).toBe('MR_NOT_COMPARABLE')
    expect(failure.at).toMatch(/^sortByKey at sort-by-key\.spec\.ts:\d+$/)
    await expect(mixed.sortByKey(true, 1).collect()).rejects.toThrow(/no natural order/)
  }))

  it('refuses wrong arguments at the call', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[string, number]>([['a', 1]])
    expect(() => pairs.sortByKey(1 as any)).toThrow(/true or false/)
    expect(() => pairs.sortByKey(true, 0)).toThrow(/must be positive/)
    expect(() => pairs.sortByKey(true, 1, 'x' as any)).toThrow(/compare must be a function/)
  }))

  it('does nothing before it is used', () => withSpark(master, async sc => {
    let jobs = 0
    sc.addSparkListener({ onJobStart: () => { jobs++ } })
    const sorted = sc.parallelize([2, 1], 2).map(n => [n, n]).sortByKey()
    await undefined
    expect(jobs).toBe(0)
    expect(await sorted.keys().take(1)).toEqual([1])
    expect(jobs).toBe(2)
  }))
})
