/** collect, count and collect with a function, as a partial function. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, numbers, partitionCounts, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('collect and count on %s', master => {
  test('give everything, in order', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.anything()), fc.constantFrom(...partitionCounts), async (values, slices) => {
      const rdd = sc.parallelize(values, slices)
      expect(await rdd.collect()).toEqual(values)
      expect(await rdd.count()).toBe(values.length)
    }), { numRuns: 40 })))

  test('of large partitions and of very many', () => withSpark(master, async sc => {
    const values = numbers(0, 300_000)
    expect(await sc.parallelize(values, 3).map(x => x).collect()).toEqual(values)
    expect(await sc.parallelize(numbers(0, 5), 500).collect()).toEqual(numbers(0, 5))
    expect(await sc.parallelize([[1], [[2]]], 2).collect()).toEqual([[1], [[2]]])
  }))

  test('give arrays that may be changed', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3], 1)
    ;(await rdd.collect()).push(4)
    expect(await rdd.collect()).toEqual([1, 2, 3])
    const kept = sc.parallelize([1, 2, 3], 1).map(x => x).cache()
    await kept.count()
    ;(await kept.collect()).push(4)
    expect(await kept.collect()).toEqual([1, 2, 3])
  }))

  test('of nothing give nothing', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD().collect()).toEqual([])
    expect(await sc.emptyRDD().count()).toBe(0)
    expect(await sc.parallelize([], 4).count()).toBe(0)
  }))

  test('with a function it is a transformation that leaves undefined out', () =>
    withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    const texts = nums.collect(x => x >= 3 ? `${x}` : undefined)
    expect(await texts.collect()).toEqual(['3', '4'])
    expect(await nums.collect(x => x === 2 ? null : 0).collect()).toEqual([0, null, 0, 0])
    expect(thrownBy(() => nums.collect(1 as any))).toMatchObject(
      { name: 'IllegalArgumentError', at: expect.stringMatching(/^collect at collect\.spec/) })
    await expectFailureIn('collectWhere', 'collect.spec.ts',
      nums.collect((): number => { throw new Error('boom') }).count())
  }))

  test('a stopped context refuses them', async () => {
    const rdd = await withSpark(master, sc => sc.parallelize([1]))
    for (const action of [() => rdd.collect(), () => rdd.count(), () => rdd.take(1), () => rdd.isEmpty(),
      () => rdd.reduce(x => x), () => rdd.foreach(() => 1)]) {
      await expect(action()).rejects.toMatchObject(
        { name: 'IllegalStateError', message: 'Cannot call methods on a stopped SparkContext' })
    }
  })
})
