/** subtractByKey against filter. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

const side = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.nat(9)), { maxLength: 20 })

describe.each(masters)('subtractByKey on %s', master => {
  it('keeps the pairs whose key the other side does not have', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    side, side, fc.integer({ min: 1, max: 4 }), async (pairs, others, slices) => {
      const left = sc.parallelize(pairs as [number, number][], slices)
      const kept = await left.subtractByKey(sc.parallelize(others as [number, number][], 2)).collect()
      const naive = pairs.filter(([key]) => !others.some(([other]) => other === key))
      expect(kept.map(String).sort()).toEqual(naive.map(String).sort())
    }), { numRuns: 40 })))

  it('gives Spark\'s result, duplicates included', () => withSpark(master, async sc => {
    const a = sc.parallelize<[number, string]>([[1, 'a'], [1, 'a'], [2, 'b'], [3, 'c']], 2)
    const b = sc.parallelize<[number, number]>([[2, 20], [3, 30], [4, 40]], 4)
    const kept = a.subtractByKey(b)
    expect(await kept.collect()).toEqual([[1, 'a'], [1, 'a']])
    expect(kept.getNumPartitions()).toBe(a.getNumPartitions())
    expect(await a.subtractByKey(sc.emptyRDD<[number, number]>()).count()).toBe(4)
    expect(await sc.emptyRDD<[number, number]>().subtractByKey(a).collect()).toEqual([])
  }))

  it('keeps the partitioner of its first side and does not move it', () => withSpark(master, async sc => {
    const a = sc.parallelize<[number, string]>([[1, 'a'], [2, 'b']], 2).partitionBy(new HashPartitioner(3))
    const kept = a.subtractByKey(sc.parallelize<[number, number]>([[2, 20]]))
    expect(kept.partitioner).toBe(a.partitioner)
    expect(kept.dependencies[0]!.rdd).toBe(a)
    expect(await kept.collect()).toEqual([[1, 'a']])
  }))

  it('refuses what is no RDD', () => withSpark(master, sc => {
    expect(() => sc.parallelize<[number, string]>([]).subtractByKey(new Map() as any))
      .toThrow(/subtractByKey: it needs another RDD of pairs/)
  }))
})
