/** countApproxDistinct: within its error, in both forms; the numbers are those of Spark's RDDSuite. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, hostileKeys, numbers } from '../../support/rdd-cases'

const error = (estimate: number, size: number): number => Math.abs(estimate - size) / size

describe.each(masters)('countApproxDistinct on %s', master => {
  test('stays within its error', () => withSpark(master, async sc => {
    const rdd = sc.makeRDD(numbers(1, 5001).map(x => x % 1000), 10)
    expect(error(await rdd.countApproxDistinct(8, 0), 1000)).toBeLessThan(0.2)
    expect(error(await rdd.countApproxDistinct(12, 0), 1000)).toBeLessThan(0.1)
    expect(error(await rdd.countApproxDistinct(0.02), 1000)).toBeLessThan(0.1)
    expect(error(await rdd.countApproxDistinct(0.5), 1000)).toBeLessThan(0.22 * 2)
    const many = sc.makeRDD(numbers(0, 200_000), 4)
    expect(error(await many.countApproxDistinct(0.01), 200_000)).toBeLessThan(0.04)
    expect(error(await many.map(x => `user-${x}`).countApproxDistinct(0.01), 200_000)).toBeLessThan(0.04)
  }))

  test('is exact for few, by structure', () => withSpark(master, async sc => {
    expect(await sc.makeRDD<unknown>(hostileKeys.flat(), 3).countApproxDistinct()).toBe(hostileKeys.length)
    expect(await sc.emptyRDD().countApproxDistinct()).toBe(0)
    expect(await sc.makeRDD([], 3).countApproxDistinct()).toBe(0)
  }))

  test('refuses what it cannot do', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1])
    for (const accuracy of [0, -1, 0.00001, NaN]) {
      expect(await failureOf(rdd.countApproxDistinct(accuracy))).toMatchObject({
        name: 'IllegalArgumentError', message: expect.stringMatching(/^accuracy \(.*\) must be greater than/),
      })
    }
    expect((await failureOf(rdd.countApproxDistinct(3, 0))).message).toContain('p (3) must be >= 4')
    expect((await failureOf(rdd.countApproxDistinct(8, 33))).message).toContain('sp (33) must be <= 32')
    expect((await failureOf(rdd.countApproxDistinct(8, 7))).message).toContain(
      'p (8) cannot be greater than sp (7)')
    expect((await failureOf(rdd.countApproxDistinct(8.5, 0))).message).toContain('whole numbers')
    await expectFailureIn('map', 'count-approx-distinct.spec.ts',
      rdd.map(() => { throw new Error('boom') }).countApproxDistinct())
  }))
})
