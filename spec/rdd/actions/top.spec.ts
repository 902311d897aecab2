/** top, takeOrdered, max and min: the order of arrays, and how few are kept. */
import fc from 'fast-check'
import { compareNatural } from '../../../lib/base/compare'
import { Smallest } from '../../../lib/rdd/actions/smallest'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers, partitionCounts } from '../../support/rdd-cases'

describe.each(masters)('top and takeOrdered on %s', master => {
  test('are the ends of the sorted array', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.oneof(fc.array(fc.integer({ min: -20, max: 20 })), fc.array(fc.string()), fc.array(fc.bigInt())),
    fc.constantFrom(...partitionCounts), fc.nat(30), async (values: any[], slices, num) => {
      const rdd = sc.parallelize(values, slices)
      const sorted = values.toSorted(compareNatural)
      expect(await rdd.takeOrdered(num)).toEqual(sorted.slice(0, num))
      expect(await rdd.top(num)).toEqual(sorted.toReversed().slice(0, num))
    }), { numRuns: 40 })))

  test('keep the first of equal elements', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(0, 40), 3)
    expect(await rdd.takeOrdered(5, (a, b) => a % 2 - b % 2)).toEqual([0, 2, 4, 6, 8])
    expect(await rdd.top(5, (a, b) => a % 2 - b % 2)).toEqual([1, 3, 5, 7, 9])
  }))

  test('give Spark\'s results', () => withSpark(master, async sc => {
    expect(await sc.makeRDD(numbers(1, 100_000).toReversed(), 2).top(5)).toEqual(
      [99_999, 99_998, 99_997, 99_996, 99_995])
    expect(await sc.makeRDD(['a', 'b', 'c', 'd'], 2).top(2, (a, b) => a < b ? 1 : -1)).toEqual(['a', 'b'])
    const nums = sc.makeRDD(numbers(1, 11), 2)
    expect(await nums.takeOrdered(5)).toEqual([1, 2, 3, 4, 5])
    expect(await nums.takeOrdered(0)).toEqual([])
    expect(await nums.top(0)).toEqual([])
    expect(await nums.takeOrdered(5, (a, b) => b - a)).toEqual([10, 9, 8, 7, 6])
    expect(await sc.emptyRDD<number>().top(3)).toEqual([])
  }))

  test('refuse what has no order, and wrong arguments', () => withSpark(master, async sc => {
    const mixed = sc.parallelize<unknown>([1, 'a'], 1)
    expect(await failureOf(mixed.top(1))).toMatchObject(
      { code: 'MR_NOT_COMPARABLE', at: expect.stringMatching(/^top at top\.spec/) })
    const apart = sc.parallelize<unknown>([1, 'a'], 2)
    expect(await failureOf(apart.takeOrdered(1))).toMatchObject(
      { code: 'MR_NOT_COMPARABLE', at: expect.stringMatching(/^takeOrdered at top\.spec/) })
    for (const num of [-1, 1.5, NaN, '3' as any]) {
      expect((await failureOf(mixed.top(num))).message).toContain(
        'top: its first argument must be a whole number, 0 or more')
    }
    expect((await failureOf(mixed.top(1, 1 as any))).message).toContain('top: compare must be a function')
    await expectFailureIn('takeOrdered', 'top.spec.ts',
      apart.takeOrdered(1, () => { throw new Error('boom') }))
    await expectFailureIn('top', 'top.spec.ts', mixed.top(1, () => { throw new Error('boom') }))
  }))
})

describe.each(masters)('max and min on %s', master => {
  test('are those of the natural order', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.oneof(fc.array(fc.double(), { minLength: 1 }), fc.array(fc.string(), { minLength: 1 })),
      fc.constantFrom(...partitionCounts),
    async (values: any[], slices) => {
      const rdd = sc.parallelize(values, slices)
      const sorted = values.toSorted(compareNatural)
      expect(compareNatural(await rdd.max(), sorted.at(-1))).toBe(0)
      expect(compareNatural(await rdd.min(), sorted[0])).toBe(0)
    }), { numRuns: 40 })))

  test('take an order, and the first of several', () => withSpark(master, async sc => {
    const words = sc.parallelize(['bb', 'a', 'cc', 'd'], 2)
    expect(await words.max((a, b) => a.length - b.length)).toBe('bb')
    expect(await words.min((a, b) => a.length - b.length)).toBe('a')
    expect(await sc.makeRDD([1, 2, 3, 4], 2).max()).toBe(4)
    expect(await sc.makeRDD([1, 2, 3, 4], 2).min()).toBe(1)
  }))

  test('of nothing are errors, and they fail by their line', () => withSpark(master, async sc => {
    for (const action of ['max', 'min'] as const) {
      expect(await failureOf(sc.parallelize<number>([], 2)[action]())).toMatchObject({
        name: 'UnsupportedOperationError',
          at: expect.stringMatching(new RegExp(`^${action} at top\\.spec\\.ts`)),
      })
      for (const count of [1, 2]) {
        await expectFailureIn(action, 'top.spec.ts',
          sc.parallelize([1, 2], count)[action](() => { throw new Error('boom') }))
        expect((await failureOf(sc.parallelize<unknown>([1, 'a'], count)[action]())).code).toBe(
          'MR_NOT_COMPARABLE')
      }
    }
  }))
})

test('Smallest never holds more than twice what it is asked for', () => {
  const smallest = new Smallest<number>(10, (a, b) => a - b)
  for (const x of numbers(0, 1000)) {
    smallest.add(1000 - x)
    expect((smallest as any).candidates.length).toBeLessThanOrEqual(20)
  }
  expect(smallest.values()).toEqual(numbers(1, 11))
})
