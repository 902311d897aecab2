/** keys: the first places, in order, whatever the key is. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('keys on %s', master => {
  it('gives the key of each pair, duplicates included', () => withSpark(master, async sc => {
    expect(await sc.parallelize<[unknown, number]>(
      [['a', 1], ['a', 2], ['__proto__', 3], [[1, 2], 4], [undefined, 5]], 2).keys().collect())
      .toEqual(['a', 'a', '__proto__', [1, 2], undefined])
  }))

  it('gives nothing for nothing', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD<[string, number]>().keys().collect()).toEqual([])
  }))

  it('refuses what is no pair, with the operator named', () => withSpark(master, async sc => {
    await expect(sc.parallelize<any>([1]).keys().collect())
      .rejects.toThrow(/keys needs \[key, value\] pairs, it got 1/)
  }))
})
