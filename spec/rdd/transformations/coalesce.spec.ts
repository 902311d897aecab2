/**
 * coalesce: neighbours together, never more partitions than before; the facts are those of Spark's RDDSuite.
 */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { bag, expectFailureIn, numbers, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('coalesce on %s', master => {
  test('groups neighbours: 10 partitions become 3, 3 and 4', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(1, 11), 10)
    expect(await data.coalesce(2).glom().collect()).toEqual([[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]])
    expect(await data.coalesce(3).glom().collect()).toEqual([[1, 2, 3], [4, 5, 6], [7, 8, 9, 10]])
    expect(await data.coalesce(10).glom().collect()).toEqual(numbers(1, 11).map(x => [x]))
    expect(await data.coalesce(20).glom().collect()).toEqual(numbers(1, 11).map(x => [x]))
    expect(data.coalesce(3).dependencies[0]!.shuffle).toBe(false)
  }))

  test('with a shuffle it may give more', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(1, 11), 10)
    expect(data.coalesce(20, true).getNumPartitions()).toBe(20)
    expect(bag(await data.coalesce(20, true).collect())).toEqual(bag(numbers(1, 11)))
    expect(bag(await data.coalesce(1, true).collect())).toEqual(bag(numbers(1, 11)))
  }))

  test('keeps the order, whatever comes before and after it', () =>
    withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }),
    async (values, before, after) => {
      const coalesced = sc.parallelize(values, before).map(x => x + 1).coalesce(after)
      expect(coalesced.getNumPartitions()).toBe(Math.min(before, after))
      expect(await coalesced.map(x => x - 1).collect()).toEqual(values)
      expect(await coalesced.cartesian(sc.parallelize(['x'], 1)).keys().collect()).toEqual(
        values.map(x => x + 1))
    }), { numRuns: 30 })))

  test('of nothing is nothing; 0 partitions are refused', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD().coalesce(3).collect()).toEqual([])
    expect(thrownBy(() => sc.parallelize([1]).coalesce(0))).toMatchObject({ name: 'IllegalArgumentError',
      message: expect.stringMatching(/Number of partitions \(0\) must be positive\./) })
    await expectFailureIn('map', 'coalesce.spec.ts',
      sc.parallelize([1, 2], 2).map(() => { throw new Error('boom') }).coalesce(1).count())
  }))
})
