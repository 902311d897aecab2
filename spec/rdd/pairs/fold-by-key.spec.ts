/** foldByKey: Spark's sums and in-place zeros. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('foldByKey on %s', master => {
  it('merges values into zero', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[number, number]>([[1, 1], [1, 2], [1, 3], [1, 1], [2, 1]], 2)
    expect(new Map(await pairs.foldByKey(0, (a, b) => a + b).collect())).toEqual(new Map([[1, 7], [2, 1]]))
    expect(new Map(await pairs.foldByKey(1, (a, b) => a * b, 3).collect())).toEqual(new Map([[1, 6], [2, 1]]))
  }))

  it('copies a zero that is changed in place', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[string, number[]]>([['a', [1]], ['a', [2]], ['b', [3]]], 3)
    const zero: number[] = []
    const joined = pairs.foldByKey(zero, (a, b) => { a.push(...b); return a }, 2)
    expect(new Map(await joined.collect())).toEqual(new Map([['a', [1, 2]], ['b', [3]]]))
    expect(await joined.count()).toBe(2)
    expect(zero).toEqual([])
  }))

  it('refuses what is no function', () => withSpark(master, sc => {
    expect(() => sc.parallelize<[number, number]>([]).foldByKey(0, undefined as any))
      .toThrow(/foldByKey: its second argument must be a function/)
  }))
})
