/** repartition: nothing is lost, and the load is even; the numbers are those of Spark's RDDSuite. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { bag, expectFailureIn, numbers, partitionCounts, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('repartition on %s', master => {
  test('loses nothing', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.oneof(fc.integer(), fc.string(), fc.tuple(fc.nat(3), fc.boolean()))),
    fc.constantFrom(...partitionCounts), fc.integer({ min: 1, max: 8 }),
    async (values, before, after) => {
      const parts = await sc.parallelize<unknown>(values, before).repartition(after).glom().collect()
      expect(parts.length).toBe(after)
      expect(bag(parts.flat(1))).toEqual(bag(values))
    }), { numRuns: 40 })))

  test.each([[1000, 10, 2], [100, 10, 20], [20_000, 20, 100], [1000, 250, 128], [10, 10, 10], [7, 3, 5]])(
    'spreads %d elements of %d partitions evenly over %d', (size, before, after) =>
      withSpark(master, async sc => {
      const sizes = await sc.parallelize(numbers(0, size), before).repartition(after).glom().map(
        part => part.length).collect()
      const average = size / after
      for (const length of sizes) {
        expect(length).toBeGreaterThan(0)
        expect(Math.abs(length - average)).toBeLessThan(Math.max(2, average / 4 + 2))
      }
    }))

  test('does so the same way each time', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(0, 30), 4)
    expect(await rdd.repartition(3).glom().collect()).toEqual(await rdd.repartition(3).glom().collect())
  }))

  test('spreads the one-element partitions of a union', () => withSpark(master, async sc => {
    const union = sc.union(numbers(0, 12).map(x => sc.parallelize([x], 1)))
    const sizes = await union.repartition(4).glom().map(part => part.length).collect()
    expect(sizes).toEqual([3, 3, 3, 3])
  }))

  test('of few elements in many partitions', () => withSpark(master, async sc => {
    expect(bag(await sc.parallelize(numbers(0, 10), 100).repartition(201).collect())).toEqual(
      bag(numbers(0, 10)))
    expect(await sc.emptyRDD().repartition(3).glom().collect()).toEqual([[], [], []])
  }))

  test('refuses less than one partition', () => withSpark(master, async sc => {
    for (const count of [0, -1, 1.5, NaN, undefined as any]) {
      expect(thrownBy(() => sc.parallelize([1]).repartition(count))).toMatchObject(
        { name: 'IllegalArgumentError', message: expect.stringMatching(/must be positive/) })
    }
    await expectFailureIn('map', 'repartition.spec.ts',
      sc.parallelize([1]).map(() => { throw new Error('boom') }).repartition(2).count())
  }))
})
