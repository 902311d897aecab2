/** reduceByKeyLocally: the sums of a Map, on the driver. */
import fc from 'fast-check'
import { KeyMap } from '../../../lib/base/key-map'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('reduceByKeyLocally on %s', master => {
  it('sums like a map keyed by structure', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(fc.oneof(fc.constantFrom<unknown>([1], '__proto__', NaN, null, 1n), fc.nat(3)),
      fc.integer())), fc.integer({ min: 1, max: 4 }),
    async (pairs, slices) => {
      const naive = new KeyMap<unknown, number>()
      for (const [key, n] of pairs) naive.set(key, (naive.get(key) ?? 0) + n)
      const sums = await sc.parallelize(pairs as [unknown, number][], slices)
        .reduceByKeyLocally((a, b) => a + b)
      expect(sums).toBeInstanceOf(KeyMap)
      expect(sums.size).toBe(naive.size)
      for (const [key, sum] of naive) expect(sums.get(key)).toBe(sum)
    }), { numRuns: 50 })))

  it('gives an empty map for nothing', () => withSpark(master, async sc => {
    expect((await sc.emptyRDD<[string, number]>().reduceByKeyLocally((a, b) => a + b)).size).toBe(0)
  }))

  it('rejects for what is no function, and for what fails', () => withSpark(master, async sc => {
    await expect(sc.parallelize<[number, number]>([]).reduceByKeyLocally(1 as any))
      .rejects.toThrow(/reduceByKeyLocally: its argument must be a function/)
    await expect(sc.parallelize<any>([1]).reduceByKeyLocally((a: any) => a))
      .rejects.toThrow(/reduceByKeyLocally needs \[key, value\] pairs/)
    await expect(sc.parallelize([1]).map(n => [Symbol('x'), n]).reduceByKeyLocally(a => a))
      .rejects.toThrow(/cannot be a key of reduceByKeyLocally/)
  }))
})
