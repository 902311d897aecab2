/** countApproxDistinctByKey: exact for few values, near for many, from any number of partitions. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('countApproxDistinctByKey on %s', master => {
  it('is exact for few values, by structure', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[string, unknown]>([['a', [1]], ['a', [1]], ['a', '1'], ['b', null]], 3)
    expect(new Map(await pairs.countApproxDistinctByKey().collect())).toEqual(new Map([['a', 2], ['b', 1]]))
  }))

  it('is within three standard errors for many', () => withSpark(master, async sc => {
    const relativeSD = 0.02
    const pairs = sc.parallelize([1, 2, 3, 4, 5], 5)
      .flatMap(key => Array.from({ length: 8000 }, (_, i) => [key, i % (key * 700)] as [number, number]))
    const shuffledPairs = pairs.map(([, value]) => [value % 5, value] as [number, number])
    const exact = new Map((await shuffledPairs.distinct().countByKey()).entries())
    for (const [key, estimate] of await shuffledPairs.countApproxDistinctByKey(relativeSD, 4).collect()) {
      expect(Math.abs(estimate - exact.get(key)!) / exact.get(key)!).toBeLessThan(3 * relativeSD)
    }
  }))

  it('refuses an error of 0', () => withSpark(master, sc => {
    expect(() => sc.parallelize<[string, number]>([]).countApproxDistinctByKey(0))
      .toThrow(/accuracy \(0\) must be greater than/)
  }))
})
