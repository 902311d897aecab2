/** subtract against a filter: repetitions stay, comparison is by structure. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { bag, hostileKeys, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('subtract on %s', master => {
  test('leaves what the other does not hold, as often as it was there', () =>
    withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: 0, max: 9 })), fc.array(fc.integer({ min: 0, max: 9 })),
    fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }),
    async (left, right, leftSlices, rightSlices) => {
      const rest = await sc.parallelize(left, leftSlices).subtract(
        sc.parallelize(right, rightSlices)).collect()
      expect(bag(rest)).toEqual(bag(left.filter(x => !right.includes(x))))
    }), { numRuns: 40 })))

  test('compares by structure', () => withSpark(master, async sc => {
    const left = sc.parallelize<unknown>([...hostileKeys.map(([key]) => key), 'left', 'left', [7]], 3)
    const right = sc.parallelize<unknown>(hostileKeys.map(([, key]) => key), 2)
    expect(bag(await left.subtract(right).collect())).toEqual(bag(['left', 'left', [7]]))
  }))

  test('has this RDD\'s partitions unless told otherwise', () => withSpark(master, async sc => {
    const left = sc.parallelize([1, 2, 3], 3)
    const right = sc.parallelize([2], 5)
    expect(left.subtract(right).getNumPartitions()).toBe(3)
    expect(left.subtract(right, 2).getNumPartitions()).toBe(2)
    expect(left.subtract(right, new HashPartitioner(4)).getNumPartitions()).toBe(4)
    const pairs = left.map(x => [x, -x]).partitionBy(new HashPartitioner(2))
    const rest = pairs.subtract(sc.parallelize<[number, number]>([[1, -1], [2, 5]]))
    expect(rest.getNumPartitions()).toBe(2)
    expect(bag(await rest.collect())).toEqual(bag([[2, -2], [3, -3]]))
  }))

  test('of nothing, and nothing of something', () => withSpark(master, async sc => {
    const some = sc.parallelize([1, 2, 2], 2)
    expect(bag(await some.subtract(sc.emptyRDD<number>()).collect())).toEqual(bag([1, 2, 2]))
    expect(await sc.emptyRDD<number>().subtract(some).collect()).toEqual([])
    expect(thrownBy(() => some.subtract(undefined as any))).toMatchObject(
      { message: expect.stringMatching(/must be an RDD/) })
  }))
})
