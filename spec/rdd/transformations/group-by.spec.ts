/** groupBy against a naive one. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { bag, expectFailureIn, hostileKeys, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('groupBy on %s', master => {
  test('gathers the elements of a key', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.nat(30)), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }),
    async (values, slices, count) => {
      const groups = await sc.parallelize(values, slices).groupBy(x => x % 4, count).collect()
      expect(groups.map(([key]) => key).sort()).toEqual([...new Set(values.map(x => x % 4))].sort())
      for (const [key, group] of groups) expect(bag(group)).toEqual(bag(values.filter(x => x % 4 === key)))
    }), { numRuns: 30 })))

  test('compares keys by structure', () => withSpark(master, async sc => {
    const values = hostileKeys.flatMap(([a, b], index) => [{ key: a, index }, { key: b, index }])
    const groups = await sc.parallelize(values, 4).groupBy(value => value.key as object).collect()
    expect(groups.length).toBe(hostileKeys.length)
    for (const [, group] of groups) expect(group.map(value => value.index)).toEqual(
      [group[0]!.index, group[0]!.index])
  }))

  test('takes a number of partitions or a partitioner, which it then has', () => withSpark(master, sc => {
    const rdd = sc.parallelize([1, 2, 3], 3)
    const partitioner = new HashPartitioner(2)
    expect(rdd.groupBy(x => x).getNumPartitions()).toBe(3)
    expect(rdd.groupBy(x => x, partitioner).partitioner).toBe(partitioner)
    expect(thrownBy(() => rdd.groupBy(x => x, 0))).toMatchObject({ name: 'IllegalArgumentError' })
  }))

  test('of nothing is nothing, and its errors name its line', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD<number>().groupBy(x => x).collect()).toEqual([])
    await expectFailureIn('groupBy', 'group-by.spec.ts',
      sc.parallelize([1]).groupBy(() => { throw new Error('boom') }).collect())
    expect(thrownBy(() => sc.parallelize([1]).groupBy(undefined as any))).toMatchObject(
      { at: expect.stringMatching(/^groupBy at/) })
  }))
})
