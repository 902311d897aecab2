/** flatMapValues: values multiplied under their key; the partitioner stays. */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('flatMapValues on %s', master => {
  it('gives every element of every value under its key', () => withSpark(master, async sc => {
    const rdd = sc.parallelize<[unknown, number]>([['a', 2], [[1], 0], ['__proto__', 1]], 2)
    expect(await rdd.flatMapValues(n => Array.from({ length: n }, (_, i) => i)).collect())
      .toEqual([['a', 0], ['a', 1], ['__proto__', 0]])
  }))

  it('takes strings, Sets and generators', () => withSpark(master, async sc => {
    const rdd = sc.parallelize<[number, string]>([[1, 'xy']])
    expect(await rdd.flatMapValues(text => text).collect()).toEqual([[1, 'x'], [1, 'y']])
    expect(await rdd.flatMapValues(text => new Set([text])).collect()).toEqual([[1, 'xy']])
    expect(await rdd.flatMapValues(function* (text) { yield text; yield text }).count()).toBe(2)
  }))

  it('keeps the partitioner', () => withSpark(master, sc => {
    const placed = sc.parallelize<[number, string]>([[1, 'a']]).partitionBy(new HashPartitioner(3))
    expect(placed.flatMapValues(text => text).partitioner).toBe(placed.partitioner)
    expect(placed.flatMap(pair => [pair]).partitioner).toBe(undefined)
  }))

  it('refuses wrong functions at the call and wrong results in the task', () => withSpark(master, async sc => {
    const rdd = sc.parallelize<[number, number]>([[1, 1]])
    expect(() => rdd.flatMapValues(undefined as any))
      .toThrow(/flatMapValues: its argument must be a function/)
    expect(() => rdd.flatMapValues((async () => []) as any)).toThrow(/async/)
    await expect(rdd.flatMapValues(((n: number) => n) as any).collect())
      .rejects.toThrow(/given to flatMapValues must return an array or another iterable, it returned 1/)
    await expect(sc.parallelize<any>([7]).flatMapValues(() => []).collect())
      .rejects.toThrow(/flatMapValues needs \[key, value\] pairs/)
    await expect(rdd.flatMapValues(() => { throw new Error('mine') }).collect()).rejects.toThrow(/mine/)
  }))
})
