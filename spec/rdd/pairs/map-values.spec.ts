/** mapValues: values changed, keys and places kept. */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('mapValues on %s', master => {
  it('changes values and keeps keys and the partitioner', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[unknown, number]>([['a', 1], [[1], 2], ['__proto__', 3]], 2)
    expect(await pairs.mapValues(n => [n, n]).collect())
      .toEqual([['a', [1, 1]], [[1], [2, 2]], ['__proto__', [3, 3]]])
    const placed = pairs.partitionBy(new HashPartitioner(3))
    expect(placed.mapValues(n => n).partitioner).toBe(placed.partitioner)
  }))

  it('leaves the pairs of its parent as they are', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[string, number]>([['a', 1]]).cache()
    await pairs.mapValues(n => n + 1).count()
    expect(await pairs.collect()).toEqual([['a', 1]])
  }))

  it('refuses what is no function and what is no pair', () => withSpark(master, async sc => {
    expect(() => sc.parallelize<[string, number]>([]).mapValues(3 as any))
      .toThrow(/mapValues: its argument must be a function/)
    await expect(sc.parallelize<any>([null]).mapValues(n => n as any).collect())
      .rejects.toThrow(/mapValues needs \[key, value\] pairs, it got null/)
  }))
})
