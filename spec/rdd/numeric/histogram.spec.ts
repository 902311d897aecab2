/** histogram: the cases of Spark's DoubleRDDSuite, and against a filter for each bucket. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers, partitionCounts } from '../../support/rdd-cases'

const mixed = [-0.01, 0, 1, 2, 3, 5, 6, 11.01, 12, 199, 200, 200.1]

describe.each(masters)('histogram on %s', master => {
  test.each<[string, number[], number[], number[]]>([
    ['nothing', [], [0, 10], [0]],
    ['out of range, one bucket', [10.01, -0.01], [0, 10], [0]],
    ['in range', [1, 2, 3, 4], [0, 10], [4]],
    ['on the bounds', [1, 2, 3, 4], [1, 4], [4]],
    ['out of range, two buckets', [10.01, -0.01], [0, 5, 10], [0, 0]],
    ['two even buckets', [1, 2, 3, 5, 6], [0, 5, 10], [3, 2]],
    ['NaN falls into none', [1, 2, 3, 5, 6, NaN], [0, 5, 10], [3, 2]],
  ])('equally wide buckets: %s', (_name, values, bounds, counts) => withSpark(master, async sc => {
    expect(await sc.parallelize(values, 3).histogram(bounds)).toEqual(counts)
    expect(await sc.parallelize(values, 3).histogram(bounds, true)).toEqual(counts)
    if (values.length === 0) expect(await sc.emptyRDD<number>().histogram(bounds)).toEqual(counts)
  }))

  test.each<[string, number[], number[], number[]]>([
    ['out of range', [10.01, -0.01], [0, 4, 10], [0, 0]],
    ['in range', [1, 2, 3, 5, 6], [0, 5, 11], [3, 2]],
    ['mixed', [-0.01, 0, 1, 2, 3, 5, 6, 11, 11.01], [0, 5, 11], [4, 3]],
    ['four buckets', mixed, [0, 5, 11, 12, 200], [4, 2, 1, 3]],
    ['four buckets and NaN', [...mixed, NaN], [0, 5, 11, 12, 200], [4, 2, 1, 3]],
    ['NaN as the last bound', [...mixed, NaN], [0, 5, 11, 12, 200, NaN], [4, 2, 1, 2, 3]],
    ['NaN and infinity', [...mixed, Infinity, -Infinity, NaN], [0, 5, 11, 12, 200, NaN], [4, 2, 1, 2, 4]],
    ['infinite buckets', [10.01, -0.01, NaN], [-Infinity, 0, Infinity], [1, 1]],
  ])('buckets of any width: %s', (_name, values, bounds, counts) => withSpark(master, async sc => {
    expect(await sc.parallelize(values, 3).histogram(bounds)).toEqual(counts)
  }))

  test.each<[string, number[], number, number[], number[]]>([
    ['one bucket', [1, 2, 3, 4], 1, [1, 4], [4]],
    ['one element', [1], 1, [1, 1], [1]],
    ['no range', [1, 1, 1, 1], 1, [1, 1], [4]],
    ['no range, but several buckets asked for', [1, 1], 3, [1, 1], [2]],
    ['two buckets', [1, 2, 3, 4], 2, [1, 2.5, 4], [2, 2]],
    ['more buckets than elements', [1, 2], 10, [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2],
      [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
    ['more elements', numbers(6, 100), 8, [6, 17.625, 29.25, 40.875, 52.5, 64.125, 75.75, 87.375, 99],
      [12, 12, 11, 12, 12, 11, 12, 12]],
  ])('a number of buckets: %s', (_name, values, count, bounds, counts) => withSpark(master, async sc => {
    expect(await sc.parallelize(values, 3).histogram(count)).toEqual([bounds, counts])
  }))

  test('bounds that are no finite fractions', () => withSpark(master, async sc => {
    const [bounds, counts] = await sc.parallelize(numbers(6, 100), 3).histogram(9)
    expect(counts).toEqual([11, 10, 10, 11, 10, 10, 11, 10, 11])
    expect([bounds[0], bounds[9], bounds.length]).toEqual([6, 99, 10])
  }))

  test('counts as a filter for each bucket would', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.double({ noNaN: true })), fc.uniqueArray(fc.double({ noNaN: true }).map(x => x + 0),
      { minLength: 2, maxLength: 6 }), fc.constantFrom(...partitionCounts),
    async (values, chosen, slices) => {
      const bounds = chosen.sort((a, b) => a - b)
      const expected = bounds.slice(1).map((upper, index) => values.filter(x =>
        x >= bounds[index]! && (x < upper || (index === bounds.length - 2 && x === upper))).length)
      expect(await sc.parallelize(values, slices).histogram(bounds)).toEqual(expected)
    }), { numRuns: 50 })))

  test('a number of buckets holds every element, over any finite range', () =>
    withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
      fc.integer({ min: 1, max: 9 }),
    async (values, count) => {
      const [bounds, counts] = await sc.parallelize(values, 2).histogram(count)
      expect(counts.reduce((a, b) => a + b, 0)).toBe(values.length)
      expect([bounds[0], bounds.at(-1)].map(x => x! + 0)).toEqual(
        [Math.min(...values) + 0, Math.max(...values) + 0])
      expect(bounds.every(Number.isFinite)).toBe(true)
    }), { numRuns: 50 })))

  test('refuses buckets that are none', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1])
    for (const bounds of [[], [1]]) {
      expect(await failureOf(rdd.histogram(bounds))).toMatchObject({
        name: 'IllegalArgumentError',
          message: expect.stringContaining('buckets array must have at least two elements'),
      })
    }
    expect((await failureOf(rdd.histogram([2, 1]))).message).toContain('buckets should be sorted')
    expect((await failureOf(rdd.histogram([1, 1]))).message).toContain(
      'buckets should not contain duplicated values')
    expect((await failureOf(rdd.histogram([1, '2' as any]))).message).toContain(
      'bounds must be numbers, got "2"')
    for (const count of [0, -1, NaN, 'x' as any]) expect(
      (await failureOf(rdd.histogram(count))).message).toContain('number of buckets must be >= 1')
    expect((await failureOf(rdd.histogram(1.5))).message).toContain('whole number')
  }))

  test('refuses elements without a range', () => withSpark(master, async sc => {
    for (const values of [[1, Infinity], [1, NaN], [1, -Infinity], []]) {
      expect(await failureOf(sc.parallelize(values, 2).histogram(1))).toMatchObject({
        name: 'UnsupportedOperationError',
          message: expect.stringMatching(/empty RDD or RDD containing \+\/-infinity or NaN/),
        at: expect.stringMatching(/^histogram at histogram\.spec/),
      })
    }
    expect((await failureOf(sc.parallelize<any>(['x'], 1).histogram(2))).message).toContain(
      'histogram needs numbers, it got "x"')
    expect((await failureOf(sc.parallelize<any>(['x'], 1).histogram([1, 2]))).message).toContain(
      'histogram needs numbers, it got "x"')
    await expectFailureIn('map', 'histogram.spec.ts',
      sc.parallelize([1]).map((): number => { throw new Error('boom') }).histogram(2))
  }))
})
