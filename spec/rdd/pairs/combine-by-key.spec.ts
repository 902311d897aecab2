/** combineByKey, and what all keyed aggregations share: any keys, placements kept, errors named. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { KeyMap } from '../../../lib/base/key-map'
import { masters, withSpark } from '../../support/contexts'

const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom<unknown>(
  'a', '__proto__', 'constructor', NaN, -0, 0, null, undefined, [1], [1, 'x'], { x: 1 }, 1n, true, '',
  new Date(1)))
const list = {
  create: (value: number): number[] => [value],
  mergeValue: (values: number[], value: number): number[] => { values.push(value); return values },
  mergeCombiners: (a: number[], b: number[]): number[] => [...a, ...b],
}

describe.each(masters)('combineByKey on %s', master => {
  it.each([true, false])('combines every value of every key once, map-side %s', mapSide => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.tuple(key, fc.nat())), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), async (pairs, slices, partitions) => {
      const combined = await sc.parallelize(pairs as [unknown, number][], slices)
        .combineByKey(list.create, list.mergeValue, list.mergeCombiners, partitions, mapSide).collect()
      const naive = new KeyMap<unknown, number[]>()
      for (const [k, v] of pairs) naive.update(k, () => [v], values => [...values, v])
      expect(combined.length).toBe(naive.size)
      for (const [k, values] of combined) expect(values).toEqual(naive.get(k))
    }), { numRuns: 60 })))

  it('gives the same when it is asked again: combiners that change in place are not shared', () => withSpark(master, async sc => {
    const combined = sc.parallelize([1, 2, 1, 2].map(n => [n, n] as [number, number]),
      2).combineByKey(list.create, list.mergeValue, list.mergeCombiners)
    const first = JSON.stringify(await combined.collect())
    expect(JSON.stringify(await combined.collect())).toBe(first)
    expect(await combined.mapValues(values => values.length).collect())
      .toEqual(expect.arrayContaining([[1, 2], [2, 2]]))
  }))

  it('combines without a shuffle what is placed already', () => withSpark(master, async sc => {
    const placed = sc.parallelize([1, 2, 1].map(n => [n, n] as [number, number]),
      2).partitionBy(new HashPartitioner(3))
    const combined = placed.combineByKey(list.create, list.mergeValue, list.mergeCombiners)
    expect(combined.dependencies).toEqual([{ rdd: placed, shuffle: false }])
    expect(combined.partitioner).toBe(placed.partitioner)
    expect(new Map(await combined.collect())).toEqual(new Map([[1, [1, 1]], [2, [2]]]))
  }))

  it('gives nothing for nothing', () => withSpark(master, async sc => {
    const combine = (rdd: any) =>
      rdd.combineByKey(list.create, list.mergeValue, list.mergeCombiners).collect()
    expect(await combine(sc.emptyRDD())).toEqual([])
    expect(await combine(sc.parallelize([], 3))).toEqual([])
  }))

  it('refuses wrong arguments at the call', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[number, number]>([[1, 1]])
    expect(() => pairs.combineByKey(1 as any, list.mergeValue, list.mergeCombiners))
      .toThrow(/combineByKey: create must be a function, got 1/)
    expect(() => pairs.combineByKey(list.create, undefined as any, list.mergeCombiners))
      .toThrow(/mergeValue must be a function/)
    expect(() => pairs.combineByKey(list.create, list.mergeValue, null as any))
      .toThrow(/mergeCombiners must be a function/)
    expect(() => pairs.combineByKey(list.create, list.mergeValue, list.mergeCombiners, 1.5))
      .toThrow(/\(1\.5\) must be positive/)
  }))

  it('names the operator and the line of what fails in a task', () => withSpark(master, async sc => {
    const failing = sc.parallelize<[number, number]>([[1, 1], [1, 2]], 1).combineByKey(list.create,
      () => { throw new Error('mine') }, list.mergeCombiners)
    const failure = await failing.collect().catch((error: unknown) => error) as any
    expect(failure.message).toMatch(/combineByKey at combine-by-key\.spec\.ts:\d+.*mine/)
    expect(failure.cause.message).toBe('mine')
    await expect(sc.parallelize([1]).map(n => [Symbol('s'), n]).reduceByKey(a => a).collect())
      .rejects.toThrow(/cannot be a key of reduceByKey/)
  }))
})
