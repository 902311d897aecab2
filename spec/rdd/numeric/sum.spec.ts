/** sum: numbers and nothing else. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, partitionCounts } from '../../support/rdd-cases'

describe.each(masters)('sum on %s', master => {
  test('adds all numbers', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer()), fc.constantFrom(...partitionCounts), async (values, slices) => {
      expect(await sc.parallelize(values, slices).sum()).toBe(values.reduce((a, b) => a + b, 0))
    }), { numRuns: 30 })))

  test('of nothing is 0, with NaN is NaN', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD<number>().sum()).toBe(0)
    expect(await sc.parallelize<number>([], 3).sum()).toBe(0)
    expect(await sc.parallelize([1, NaN], 2).sum()).toBeNaN()
    expect(await sc.parallelize([1, Infinity], 2).sum()).toBe(Infinity)
  }))

  test('refuses what is no number, wherever it stands', () => withSpark(master, async sc => {
    for (const [value, text] of [['1', '"1"'], [1n, '1n'], [null, 'null'], [undefined, 'undefined'],
      [[1], 'an array of 1']] as const) {
      const error = await failureOf((sc.parallelize<any>([1, value, 2], 2)).sum())
      expect(error.message).toMatch(/in sum at sum\.spec\.ts:\d+/)
      expect(error.message).toContain(`sum needs numbers, it got ${text}`)
    }
    await expectFailureIn('map', 'sum.spec.ts',
      sc.parallelize([1]).map((): number => { throw new Error('boom') }).sum())
  }))
})
