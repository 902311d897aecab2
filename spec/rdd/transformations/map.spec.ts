/** map, filter and flatMap: alone, fused with each other, and how they fail. */
import fc from 'fast-check'
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers, partitionCounts, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('map, filter and flatMap on %s', master => {
  test('are those of arrays, in any order', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer({ min: -9, max: 9 })), fc.constantFrom(...partitionCounts),
      async (values, slices) => {
      const rdd = sc.parallelize(values, slices)
      expect(await rdd.map(x => x + 1).filter(x => x > 0).flatMap(x => [x, -x]).map(x => [x, `${x}`]).collect(
        ))
        .toEqual(values.map(x => x + 1).filter(x => x > 0).flatMap(x => [x, -x]).map(x => [x, `${x}`]))
      expect(await rdd.flatMap(x => x % 2 === 0 ? [] : new Set([x])).filter(x => x).collect()).toEqual(
        values.filter(x => x % 2 !== 0))
    }), { numRuns: 40 })))

  test('flatMap takes any iterable: a string, a Set, a generator', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2], 2)
    expect(await rdd.flatMap(x => `${x}x`).collect()).toEqual(['1', 'x', '2', 'x'])
    expect(await rdd.flatMap(x => new Set([x, x])).collect()).toEqual([1, 2])
    expect(await rdd.flatMap(function* (x) { for (let i = 0; i < x; i++) yield i }).collect()).toEqual(
      [0, 0, 1])
    const error = await failureOf(rdd.flatMap(x => x as any).collect())
    expect(error.message).toMatch(
      /in flatMap at map\.spec\.ts:\d+.*must return an array or another iterable, it returned [12]/)
  }))

  test('filter keeps the partitioner, map and flatMap do not', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[number, number]>([[1, 2]]).partitionBy(new HashPartitioner(2))
    expect(pairs.filter(() => true).partitioner).toBe(pairs.partitioner)
    expect(pairs.map(pair => pair).partitioner).toBeUndefined()
    expect(pairs.flatMap(pair => [pair]).partitioner).toBeUndefined()
  }))

  test('an error names its own operator, wherever in the chain it stands', () =>
    withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(0, 10), 3)
    const boom = (): never => { throw new Error('boom') }
    await expectFailureIn('map', 'map.spec.ts', rdd.filter(() => true).map(boom).flatMap(x => [x]).collect())
    await expectFailureIn('filter', 'map.spec.ts', rdd.map(x => x).filter(x => x === 7 && boom()).count())
    await expectFailureIn('flatMap', 'map.spec.ts', rdd.map(x => x).flatMap(boom).map(x => x).take(1))
    await expectFailureIn('flatMap', 'map.spec.ts', rdd.flatMap(function* (): Generator<number> {
      yield 1
      boom()
    }).map(x => x).filter(() => true).collect())
    expect((await failureOf(rdd.map(() => { throw undefined }).collect())).message).toContain(
      'undefined was thrown')
  }))

  test('take functions that are not async', () => withSpark(master, sc => {
    const rdd = sc.parallelize([1])
    for (const operator of ['map', 'filter', 'flatMap'] as const) {
      expect(thrownBy(() => (rdd as any)[operator](undefined))).toMatchObject({
        name: 'IllegalArgumentError', message: `${operator}: its argument must be a function, got undefined`,
        at: expect.stringMatching(new RegExp(`^${operator} at map\\.spec\\.ts:\\d+$`)),
      })
      expect(thrownBy(() => (rdd as any)[operator](async () => []))).toMatchObject(
        { hint: expect.stringContaining('mapAsync') })
    }
  }))

  test('of nothing are nothing', () => withSpark(master, async sc => {
    const boom = (): never => { throw new Error('boom') }
    expect(await sc.emptyRDD().map(boom).filter(boom).flatMap(boom).collect()).toEqual([])
    expect(await sc.parallelize([], 4).map(boom).collect()).toEqual([])
  }))
})
