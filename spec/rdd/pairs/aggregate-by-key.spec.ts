/** aggregateByKey: a start value of its own for each key, however often it is changed in place. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

const add = (set: Set<number>, n: number): Set<number> => set.add(n)
const unite = (a: Set<number>, b: Set<number>): Set<number> => { for (const n of b) a.add(n); return a }

describe.each(masters)('aggregateByKey on %s', master => {
  it.each([['a value', new Set<number>()],
    ['a function', () => new Set<number>()]])('starts each key from %s', (_what, zero) =>
    withSpark(master, sc => fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.nat(9))), fc.integer({ min: 1, max: 4 }), async (pairs, slices) => {
        const sets = await sc.parallelize(pairs as [number, number][], slices).aggregateByKey(zero, add,
          unite, 3).collect()
        const keys = new Set(pairs.map(([key]) => key))
        expect(new Set(sets.map(([key]) => key))).toEqual(keys)
        for (const [key, set] of sets) {
          expect(set).toEqual(new Set(pairs.filter(([other]) => other === key).map(([, n]) => n)))
        }
        if (typeof zero !== 'function') expect(zero.size).toBe(0)
      }), { numRuns: 30 })))

  it('uses one zero a key and partition', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[string, number]>([['a', 1], ['a', 2], ['a', 3]], 1)
    expect(await pairs.aggregateByKey(10, (sum, n) => sum + n, (a, b) => a + b).collect())
      .toEqual([['a', 16]])
    const apart = sc.parallelize<[string, number]>([['a', 1], ['a', 2]], 2)
    expect(await apart.aggregateByKey(10, (sum, n) => sum + n, (a, b) => a + b).collect())
      .toEqual([['a', 23]])
  }))

  it('does not call mergeCombiners for what is placed already', () => withSpark(master, async sc => {
    const placed = sc.parallelize<[string, number]>([['a', 1], ['a', 2]],
      2).partitionBy(new HashPartitioner(2))
    const sums = placed.aggregateByKey<string, number, number>(0, (sum, n) =>
      sum + n, () => { throw new Error('called') })
    expect(await sums.collect()).toEqual([['a', 3]])
  }))

  it('refuses wrong arguments', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[string, number]>([])
    expect(() => pairs.aggregateByKey(0, 1 as any, (a: any) => a))
      .toThrow(/aggregateByKey: mergeValue must be a function/)
    expect(() => pairs.aggregateByKey(0, (a: any) => a, 1 as any))
      .toThrow(/aggregateByKey: mergeCombiners must be a function/)
  }))
})
