/** collectAsMap: the last pair of a key stays, in order of first appearance. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('collectAsMap on %s', master => {
  it('keeps the last pair of each key', () => withSpark(master, async sc => {
    const map = await sc.parallelize<[unknown, number]>(
      [['a', 1], [[1], 2], ['a', 3], [[1], 4], ['__proto__', 5]], 3).collectAsMap()
    expect([...map]).toEqual([['a', 3], [[1], 4], ['__proto__', 5]])
    expect(map.get([1])).toBe(4)
  }))

  it('gives an empty map for nothing and rejects for what is no pair', () => withSpark(master, async sc => {
    expect((await sc.emptyRDD<[string, number]>().collectAsMap()).size).toBe(0)
    await expect(sc.parallelize<any>([5]).collectAsMap())
      .rejects.toThrow(/collectAsMap needs \[key, value\] pairs, it got 5/)
  }))
})
