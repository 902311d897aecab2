/** groupByKey: all values of a key together, duplicates included. */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('groupByKey on %s', master => {
  it('groups, duplicates and negative keys included', () => withSpark(master, async sc => {
    const groups = new Map(await sc.parallelize<[number, number]>([[1, 1], [1, 2], [1, 3], [1, 1], [-2, 1]],
      2).groupByKey().collect())
    expect(groups.get(1)!.sort()).toEqual([1, 1, 2, 3])
    expect(groups.get(-2)).toEqual([1])
    expect(groups.size).toBe(2)
  }))

  it('groups many values of one key and many keys', () => withSpark(master, async sc => {
    const one = await sc.parallelize(Array.from({ length: 1000 }, (_, i) => ['k', i] as [string, number]),
      4).groupByKey(3).collect()
    expect(one).toEqual([['k', Array.from({ length: 1000 }, (_, i) => i)]])
    const many = await sc.parallelize(
      Array.from({ length: 1000 }, (_, i) => [[i % 500], i] as [number[], number]), 4).groupByKey(3).collect()
    expect(many.length).toBe(500)
    for (const [[key], values] of many) expect(values).toEqual([key, key! + 500])
  }))

  it('does not change the groups that a parent gave it', () => withSpark(master, async sc => {
    const grouped = sc.parallelize<[string, number]>([['a', 1], ['b', 2]], 2).groupByKey(1)
    const again = grouped.partitionBy(new HashPartitioner(2)).groupByKey()
    expect(new Map(await again.collect())).toEqual(new Map([['a', [[1]]], ['b', [[2]]]]))
    expect(new Map(await grouped.collect())).toEqual(new Map([['a', [1]], ['b', [2]]]))
  }))
})
