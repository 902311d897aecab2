/** cogroup and groupWith of two to four RDDs, against Maps of arrays. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

const side = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.nat(9)), { maxLength: 12 })

describe.each(masters)('cogroup on %s', master => {
  it('gathers the values of every side, in order within a side', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(side, { minLength: 2, maxLength: 4 }), fc.integer({ min: 1, max: 3 }), async (sides, partitions) => {
      const [first, ...others] = sides.map(pairs => sc.parallelize(pairs as [string, number][], 2))
      const grouped = await (first as any).cogroup(...others, partitions).collect() as [string, number[][]][]
      const keys = new Set(sides.flat().map(([key]) => key))
      expect(new Set(grouped.map(([key]) => key))).toEqual(keys)
      expect(grouped.length).toBe(keys.size)
      for (const [key, values] of grouped) {
        expect(values).toEqual(
          sides.map(pairs => pairs.filter(([other]) => other === key).map(([, value]) => value)))
      }
    }), { numRuns: 40 })))

  it('gives Spark\'s results for two, three and four sides', () => withSpark(master, async sc => {
    const a = sc.parallelize<[number, number]>([[1, 1], [1, 2], [2, 1], [3, 1]])
    const b = sc.parallelize<[number, string]>([[1, 'x'], [2, 'y'], [2, 'z'], [4, 'w']])
    const c = sc.parallelize<[number, string]>([[1, 'a'], [3, 'b'], [4, 'c'], [4, 'd']])
    const d = sc.parallelize<[number, string]>([[2, '@']])
    expect(new Map(await a.cogroup(b).collect())).toEqual(new Map<number, unknown>([
      [1, [[1, 2], ['x']]], [2, [[1], ['y', 'z']]], [3, [[1], []]], [4, [[], ['w']]]]))
    expect(new Map(await a.groupWith(b, c).collect())).toEqual(new Map<number, unknown>([
      [1, [[1, 2], ['x'], ['a']]], [2, [[1], ['y', 'z'], []]], [3, [[1], [], ['b']]],
      [4, [[], ['w'], ['c', 'd']]]]))
    expect(new Map(await a.groupWith(b, c, d).collect()).get(2)).toEqual([[1], ['y', 'z'], [], ['@']])
  }))

  it('groups structural keys and empty sides', () => withSpark(master, async sc => {
    const a = sc.parallelize<[number[], number]>([[[1, 2], 1], [[1, 2], 2]], 2)
    expect(await a.cogroup(sc.emptyRDD<[number[], string]>()).collect()).toEqual([[[1, 2], [[1, 2], []]]])
    expect(await sc.emptyRDD<[number, number]>().cogroup(sc.emptyRDD<[number, number]>()).collect())
      .toEqual([])
  }))

  it('takes a partitioner and keeps it', () => withSpark(master, async sc => {
    const partitioner = new HashPartitioner(5)
    const a = sc.parallelize<[number, number]>([[1, 1]]).partitionBy(partitioner)
    const grouped = a.cogroup(a, a, partitioner)
    expect(grouped.partitioner).toBe(partitioner)
    expect(grouped.dependencies.map(({ rdd }) => rdd)).toEqual([a, a, a])
    expect(await grouped.collect()).toEqual([[1, [[1], [1], [1]]]])
  }))

  it('refuses wrong arguments', () => withSpark(master, sc => {
    const a = sc.parallelize<[number, number]>([[1, 1]]) as any
    expect(() => a.cogroup()).toThrow(/one to three other RDDs, got 0/)
    expect(() => a.cogroup(a, a, a, a)).toThrow(/one to three other RDDs, got 4/)
    expect(() => a.cogroup(3)).toThrow(/needs another RDD of pairs, got 3/)
    expect(() => a.cogroup(a, 'x')).toThrow(/takes a number of partitions or a partitioner/)
  }))
})
