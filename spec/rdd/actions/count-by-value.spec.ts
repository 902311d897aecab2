/** countByValue against a Map, and by structure. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, hostileKeys, partitionCounts } from '../../support/rdd-cases'

describe.each(masters)('countByValue on %s', master => {
  test('counts as a Map would', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('a', '__proto__', null, true))),
      fc.constantFrom(...partitionCounts),
    async (values, slices) => {
      const expected = new Map<unknown, number>()
      for (const value of values) expected.set(value, (expected.get(value) ?? 0) + 1)
      expect(new Map(await sc.parallelize<unknown>(values, slices).countByValue())).toEqual(expected)
    }), { numRuns: 40 })))

  test('by structure, in one partition and across them', () => withSpark(master, async sc => {
    for (const count of [1, 4, 40]) {
      const counts = await sc.parallelize<unknown>(hostileKeys.flat(), count).countByValue()
      expect(counts.size).toBe(hostileKeys.length)
      for (const [, key] of hostileKeys) expect(counts.get(key)).toBe(2)
    }
  }))

  test('of nothing is empty; what cannot be a key is refused', () => withSpark(master, async sc => {
    expect((await sc.emptyRDD().countByValue()).size).toBe(0)
    const error = await failureOf(sc.parallelize([1]).map(() => Symbol('x')).countByValue())
    expect(error).toMatchObject(
      { code: 'MR_KEY_REFUSED', message: expect.stringMatching(/cannot be a key of countByValue/) })
    await expectFailureIn('map', 'count-by-value.spec.ts',
      sc.parallelize([1]).map(() => { throw new Error('boom') }).countByValue())
  }))
})
