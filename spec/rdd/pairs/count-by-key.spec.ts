/** countByKey and countByKeyApprox against a naive count. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('countByKey on %s', master => {
  it('counts the pairs of each key, whatever their values', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[unknown, unknown]>(
      [['a', 1], ['b', undefined], ['a', [2]], [[1, 2], 0], [[1, 2], 0], ['__proto__', 1]], 3)
    const counts = await pairs.countByKey()
    expect([...counts]).toEqual(expect.arrayContaining([['a', 2], ['b', 1], ['__proto__', 1]]))
    expect(counts.get([1, 2])).toBe(2)
    expect(counts.size).toBe(4)
  }))

  it('counts nothing as nothing', () => withSpark(master, async sc => {
    expect((await sc.emptyRDD<[string, number]>().countByKey()).size).toBe(0)
  }))

  it('rejects for what is no pair', () => withSpark(master, async sc => {
    await expect(sc.parallelize<any>(['ab']).countByKey())
      .rejects.toThrow(/countByKey needs \[key, value\] pairs, it got "ab"/)
  }))
})

describe.each(masters)('countByKeyApprox on %s', master => {
  it('is exact when there is time', () => withSpark(master, async sc => {
    const result = await sc.parallelize<[string, number]>([['a', 1], ['b', 2], ['a', 3]],
      2).countByKeyApprox(60_000)
    expect(result.isInitialValueFinal).toBe(true)
    expect(result.initialValue.get('a')!.mean).toBe(2)
    expect(result.initialValue.get('b')!.low).toBe(1)
  }))

  it('rejects for a wrong confidence', () => withSpark(master, async sc => {
    await expect(sc.parallelize<[string, number]>([]).countByKeyApprox(10, 2))
      .rejects.toThrow(/confidence \(2\) must be in \[0,1\]/)
  }))
})
