/** reduceByKey against a Map. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('reduceByKey on %s', master => {
  it('sums like a Map', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(fc.string({ maxLength: 2 }), fc.integer())), fc.integer({ min: 1, max: 4 }), async (pairs, slices) => {
      const naive = new Map<string, number>()
      for (const [key, n] of pairs) naive.set(key, (naive.get(key) ?? 0) + n)
      const sums = await sc.parallelize(pairs as [string, number][], slices).reduceByKey((a, b) => a + b)
        .collect()
      expect(new Map(sums)).toEqual(naive)
      expect(sums.length).toBe(naive.size)
    }), { numRuns: 60 })))

  it('does not call its function for keys with one value', () => withSpark(master, async sc => {
    const once = sc.parallelize<[string, number | undefined]>([['a', undefined], ['b', 1]], 2)
      .reduceByKey(() => { throw new Error('called') })
    expect((await once.collect()).sort()).toEqual([['a', undefined], ['b', 1]])
  }))

  it('has as many partitions as asked for, or as its parent', () => withSpark(master, async sc => {
    const pairs = sc.parallelize<[number, number]>([[1, 1], [1, 2], [1, 3], [1, 1], [2, 1]], 3)
    const sum = (a: number, b: number): number => a + b
    expect(pairs.reduceByKey(sum).getNumPartitions()).toBe(3)
    expect(pairs.reduceByKey(sum, 5).getNumPartitions()).toBe(5)
    const partitioner = new HashPartitioner(2)
    expect(pairs.reduceByKey(sum, partitioner).partitioner).toBe(partitioner)
    const odd = pairs.reduceByKey(sum, { numPartitions: 2, getPartition: (key: number) => key % 2 })
    expect(await sc.runJob(odd, values => [...values])).toEqual([[[2, 1]], [[1, 7]]])
  }))

  it('is lazy, and refuses wrong functions at the call', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[number, number]>([[1, 1]])
    expect(() => pairs.reduceByKey('sum' as any))
      .toThrow(/reduceByKey: its argument must be a function, got "sum"/)
    expect(() => pairs.reduceByKey(async (a: any) => a)).toThrow(/async function/)
    pairs.reduceByKey(() => { throw new Error('not called') })
  }))
})
