/** zipWithUniqueId: numbers that no two elements share, by partition. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, numbers } from '../../support/rdd-cases'

describe.each(masters)('zipWithUniqueId on %s', master => {
  test('partition k of n gives k, n + k, 2n + k', () => withSpark(master, async sc => {
    expect(await sc.parallelize(['a', 'b', 'c', 'd', 'e'], 2).zipWithUniqueId().collect())
      .toEqual([['a', 0], ['b', 2], ['c', 1], ['d', 3], ['e', 5]])
    expect(await sc.emptyRDD().zipWithUniqueId().collect()).toEqual([])
  }))

  test('no id comes twice, also where the number of partitions is known late', () =>
    withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 10), 3)
    expect(await data.zipWithUniqueId().values().distinct().count()).toBe(10)
    const sorted = sc.parallelize([1, 1, 2, 2, 2], 2).sortBy(x => x, true, 4).zipWithUniqueId()
    expect(new Set(await sorted.values().collect()).size).toBe(5)
  }))

  test('fails by the line of what it reads', () => withSpark(master, sc =>
    expectFailureIn('map', 'zip-with-unique-id.spec.ts',
      sc.parallelize([1]).map(() => { throw new Error('boom') }).zipWithUniqueId().collect())))
})
