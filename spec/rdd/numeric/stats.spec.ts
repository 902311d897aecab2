/** stats, mean and the rest over partitions of any size. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, partitionCounts } from '../../support/rdd-cases'

describe.each(masters)('stats on %s', master => {
  test.each(partitionCounts)(
    'reads everything off one pass over %d partitions', count => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3, 4], count)
    expect(await rdd.stats()).toMatchObject({ count: 4, mean: 2.5, sum: 10, max: 4, min: 1 })
    expect(await rdd.mean()).toBe(2.5)
    expect(await rdd.variance()).toBeCloseTo(1.25)
    expect(await rdd.popVariance()).toBeCloseTo(1.25)
    expect(await rdd.sampleVariance()).toBeCloseTo(5 / 3)
    expect(await rdd.stdev()).toBeCloseTo(Math.sqrt(1.25))
    expect(await rdd.popStdev()).toBeCloseTo(Math.sqrt(1.25))
    expect(await rdd.sampleStdev()).toBeCloseTo(Math.sqrt(5 / 3))
  }))

  test('partitions without elements change nothing', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([-1, -1, -1, -1, 2, 4, -1, -1], 8).filter(x => x >= 0)
    expect(await rdd.stats()).toMatchObject({ sum: 6, min: 2, max: 4 })
    expect(await rdd.mean()).toBeCloseTo(3)
    expect(await rdd.variance()).toBeCloseTo(1)
    expect(await rdd.stdev()).toBeCloseTo(1)
  }))

  test('of nothing and of NaN', () => withSpark(master, async sc => {
    expect((await sc.emptyRDD<number>().stats()).count).toBe(0)
    expect(await sc.parallelize<number>([], 2).mean()).toBeNaN()
    expect((await sc.parallelize([1, NaN, 2], 2).stats()).max).toBeNaN()
  }))

  test('name their line, and what is no number', () => withSpark(master, async sc => {
    expect((await failureOf(sc.parallelize<any>([1, 'x'], 2).stats())).message).toMatch(
      /in stats at stats\.spec\.ts:\d+.*stats needs numbers, it got "x"/)
    expect((await failureOf(sc.parallelize<any>([1n], 1).mean())).message).toMatch(
      /in mean at stats\.spec\.ts:\d+.*mean needs numbers, it got 1n/)
    await expectFailureIn('map', 'stats.spec.ts',
      sc.parallelize([1]).map((): number => { throw new Error('boom') }).stdev())
  }))
})
