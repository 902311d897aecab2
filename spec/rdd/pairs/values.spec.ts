/** values: the second places, in order. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('values on %s', master => {
  it('gives the value of each pair', () => withSpark(master, async sc => {
    expect(await sc.parallelize<[string, unknown]>([['a', 1], ['a', undefined], ['b', [3]]], 2).values()
      .collect()).toEqual([1, undefined, [3]])
  }))

  it('refuses what is no pair, with the operator named', () => withSpark(master, async sc => {
    await expect(sc.parallelize<any>(['x']).values().collect())
      .rejects.toThrow(/values needs \[key, value\] pairs, it got "x"/)
  }))
})
