/** distinct against a naive one by structure; Spark's rules on partitions and partitioners. */
import fc from 'fast-check'
import { HashPartitioner, KeyMap } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { bag, expectFailureIn, hostileKeys, numbers, partitionCounts,
  thrownBy } from '../../support/rdd-cases'

describe.each(masters)('distinct on %s', master => {
  test('leaves one of equal elements, whatever the partitions', () =>
    withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom('a', '', '__proto__'),
      fc.constantFrom([1], [1, 2]))),
    fc.constantFrom(...partitionCounts), fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    async (values, slices, count) => {
      const expected = new KeyMap(values.map(value => [value, true] as const))
      const distinct = sc.parallelize<unknown>(values, slices).distinct(count)
      expect(bag(await distinct.collect())).toEqual(bag(expected.keys()))
      expect(distinct.getNumPartitions()).toBe(count ?? slices)
    }), { numRuns: 40 })))

  test('compares by structure', () => withSpark(master, async sc => {
    const twice = sc.parallelize<unknown>(hostileKeys.flat(), 4)
    expect(bag(await twice.distinct(3).collect())).toEqual(bag(hostileKeys.map(([key]) => key)))
  }))

  test('keeps the partitioner of an RDD that keeps its number of partitions', () =>
    withSpark(master, async sc => {
    const pairs = sc.parallelize(numbers(0, 100), 10).map(x => [x % 10, x % 10]).partitionBy(
      new HashPartitioner(4))
    const distinct = pairs.distinct()
    expect(distinct.partitioner).toBe(pairs.partitioner)
    expect(distinct.dependencies[0]!.shuffle).toBe(false)
    expect(pairs.distinct(5).partitioner).not.toBe(pairs.partitioner)
    expect(bag(await distinct.collect())).toEqual(bag(await pairs.distinct(5).collect()))
    expect(await distinct.count()).toBe(10)
  }))

  test('of nothing is nothing', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD().distinct().collect()).toEqual([])
    expect(await sc.emptyRDD().distinct(2).collect()).toEqual([])
    expect(await sc.parallelize([], 3).distinct().collect()).toEqual([])
  }))

  test('refuses what cannot be compared, and a wrong number of partitions', () =>
    withSpark(master, async sc => {
    const functions = sc.parallelize([1]).map(
      () => Object.assign(() => 1, { toString: () => 'boom' }) as object)
    await expect(functions.distinct().collect()).rejects.toMatchObject(
      { code: 'MR_KEY_REFUSED', message: expect.stringMatching(/in distinct at distinct\.spec\.ts:\d+.*cannot be a key of distinct/),
        at: expect.stringMatching(/^distinct at distinct\.spec\.ts:\d+$/) })
    expect(thrownBy(() => sc.emptyRDD().distinct(0))).toMatchObject({ name: 'IllegalArgumentError',
      message: expect.stringMatching(/Number of partitions \(0\) must be positive/) })
    await expectFailureIn('map', 'distinct.spec.ts',
      sc.parallelize([1]).map(() => { throw new Error('boom') }).distinct().collect())
  }))
})
