/** filterByRange against filter, and which partitions it computes; facts of Spark's SortingSuite. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('filterByRange on %s', master => {
  it('is filter, sorted or not, in both directions', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 30 })), fc.integer({ min: -2, max: 32 }),
    fc.integer({ min: -2, max: 32 }), fc.constantFrom(true, false, undefined),
    async (keys, lower, upper, ascending) => {
      const rdd = sc.parallelize(keys.map((key, i) => [key, i] as [number, number]), 3)
      const input = ascending === undefined ? rdd : rdd.sortByKey(ascending, 4)
      expect(await input.filterByRange(lower, upper).collect())
        .toEqual((await input.collect()).filter(([key]) => key >= lower && key <= upper))
    }), { numRuns: 60 })))

  it.each([true, false])('computes only the partitions that may hold the range, ascending %s', ascending => withSpark(master, async sc => {
    const sorted = sc.parallelize(Array.from({ length: 1000 }, (_, i) => [i, i] as [number, number]),
      4).sortByKey(ascending, 20)
    const few = sorted.filterByRange(200, 300)
    expect((await few.keys().collect()).sort((a, b) => a - b))
      .toEqual(Array.from({ length: 101 }, (_, i) => 200 + i))
    expect(few.getNumPartitions()).toBeLessThan(7)
    const none = sorted.filterByRange(300, 200)
    expect(await none.collect()).toEqual([])
    expect(none.getNumPartitions()).toBe(0)
    expect(await sorted.filterByRange(-5, 3).count()).toBe(4)
    expect(await sorted.filterByRange(5000, 6000).count()).toBe(0)
  }))

  it('follows the order of the sort, or one that is given', () => withSpark(master, async sc => {
    const byLength = (a: string, b: string): number => a.length - b.length
    const rdd = sc.parallelize<[string, number]>([['aaaa', 1], ['b', 2], ['cc', 3], ['ddd', 4]], 2)
    expect(await rdd.sortByKey(true, 3, byLength).filterByRange('xx', 'xxx').values().collect())
      .toEqual([3, 4])
    expect(await rdd.filterByRange('xx', 'xxx', byLength).values().collect()).toEqual([3, 4])
    expect(await rdd.filterByRange('b', 'cc').values().collect()).toEqual([2, 3])
  }))

  it('keeps the partitioner of what it only filters', () => withSpark(master, sc => {
    const placed = sc.parallelize<[number, number]>([[1, 1]]).partitionBy(3)
    expect(placed.filterByRange(0, 1).partitioner).toBe(placed.partitioner)
    expect(placed.sortByKey().filterByRange(0, 1).partitioner).toBe(undefined)
  }))

  it('refuses a wrong order at the call and keys without one in the task', () => withSpark(master, async sc => {
    const rdd = sc.parallelize<[any, number]>([['a', 1]])
    expect(() => rdd.filterByRange(1, 2, 3 as any)).toThrow(/compare must be a function/)
    await expect(rdd.filterByRange(1, 2).collect()).rejects.toThrow(/no natural order/)
  }))
})
