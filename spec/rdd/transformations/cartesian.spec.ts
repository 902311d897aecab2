/** cartesian against two nested loops. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { bag, expectFailureIn, numbers, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('cartesian on %s', master => {
  test('pairs every element with every other', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.nat(9), { maxLength: 8 }), fc.array(fc.string(), { maxLength: 8 }),
    fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }),
    async (left, right, leftSlices, rightSlices) => {
      const product = sc.parallelize(left, leftSlices).cartesian(
        sc.parallelize(right, rightSlices).map(s => `${s}!`))
      expect(product.getNumPartitions()).toBe(leftSlices * rightSlices)
      expect(bag(await product.collect())).toEqual(bag(left.flatMap(x => right.map(s => [x, `${s}!`]))))
    }), { numRuns: 30 })))

  test('reads operators that can be read only once, and itself', () => withSpark(master, async sc => {
    const once = sc.parallelize([1, 2], 1).mapPartitions(function* (values) { yield* values })
    expect(await once.cartesian(once).collect()).toEqual([[1, 1], [1, 2], [2, 1], [2, 2]])
  }))

  test('with nothing is nothing', () => withSpark(master, async sc => {
    const [none, some] = [sc.emptyRDD<number>(), sc.parallelize(numbers(0, 3))]
    for (const product of [none.cartesian(none), none.cartesian(some), some.cartesian(none)]) expect(
      await product.collect()).toEqual([])
    expect(await some.cartesian(sc.parallelize([], 2)).collect()).toEqual([])
  }))

  test('takes an RDD; fails by the line of what it reads', () => withSpark(master, async sc => {
    expect(thrownBy(() => sc.parallelize([1]).cartesian([1] as any))).toMatchObject(
      { message: expect.stringMatching(/cartesian: its argument must be an RDD/) })
    const bad = sc.parallelize([1]).map(() => { throw new Error('boom') })
    await expectFailureIn('map', 'cartesian.spec.ts', sc.parallelize([1]).cartesian(bad).collect())
  }))
})
