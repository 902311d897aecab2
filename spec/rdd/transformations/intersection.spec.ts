/** intersection against Sets, and by structure. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { bag, hostileKeys, numbers, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('intersection on %s', master => {
  test('is that of sets', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 9 })), fc.array(fc.integer({ min: 0, max: 9 })),
    fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }),
    async (left, right, leftSlices, rightSlices) => {
      const both = await sc.parallelize(left, leftSlices).intersection(
        sc.parallelize(right, rightSlices)).collect()
      expect(both.sort((a, b) => a - b)).toEqual(
        [...new Set(left)].filter(x => right.includes(x)).sort((a, b) => a - b))
    }), { numRuns: 40 })))

  test('holds in both directions and leaves no repetition', () => withSpark(master, async sc => {
    const all = sc.parallelize(numbers(1, 11))
    const evens = sc.parallelize([2, 4, 6, 8, 10])
    expect(bag(await all.intersection(evens).collect())).toEqual(bag([2, 4, 6, 8, 10]))
    expect(bag(await evens.intersection(all, 3).collect())).toEqual(bag([2, 4, 6, 8, 10]))
    expect(evens.intersection(all, 3).getNumPartitions()).toBe(3)
    expect(bag(await sc.parallelize([1, 2, 3, 3], 2).intersection(sc.parallelize([1, 1, 2, 3])).collect(
      ))).toEqual(bag([1, 2, 3]))
  }))

  test('compares by structure', () => withSpark(master, async sc => {
    const left = sc.parallelize<unknown>(hostileKeys.map(([key]) => key), 3)
    const right = sc.parallelize<unknown>([...hostileKeys.map(([, key]) => key), 'other', [1]], 2)
    expect(bag(await left.intersection(right).collect())).toEqual(bag(hostileKeys.map(([key]) => key)))
  }))

  test('with nothing is nothing', () => withSpark(master, async sc => {
    const some = sc.parallelize([1, 2], 2)
    expect(await some.intersection(sc.emptyRDD<number>()).collect()).toEqual([])
    expect(await sc.emptyRDD<number>().intersection(some).collect()).toEqual([])
    expect(await sc.emptyRDD().intersection(sc.emptyRDD()).collect()).toEqual([])
  }))

  test('takes an RDD and a number of partitions', () => withSpark(master, sc => {
    const some = sc.parallelize([1])
    expect(thrownBy(() => some.intersection([1] as any))).toMatchObject(
      { message: expect.stringMatching(/intersection: its argument must be an RDD/) })
    expect(thrownBy(() => some.intersection(some, 0))).toMatchObject({ name: 'IllegalArgumentError' })
  }))
})
