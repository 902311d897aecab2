/** zip: place by place; unequal RDDs are refused. The facts are those of Spark's RDDSuite. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('zip on %s', master => {
  test('pairs what stands at the same place', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer()), fc.integer({ min: 1, max: 5 }), async (values, slices) => {
      const data = sc.parallelize(values, slices)
      const zipped = data.map(x => x + 1).zip(data.map(x => `${x}`))
      expect(zipped.getNumPartitions()).toBe(slices)
      expect(await zipped.collect()).toEqual(values.map(x => [x + 1, `${x}`]))
    }), { numRuns: 30 })))

  test('works partition by partition', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    expect(await nums.zip(nums.map(x => x + 1)).glom().collect()).toEqual(
      [[[1, 2], [2, 3]], [[3, 4], [4, 5]]])
    expect(await sc.emptyRDD().zip(sc.emptyRDD()).collect()).toEqual([])
  }))

  test('refuses another number of partitions at the call', () => withSpark(master, sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    const error = thrownBy(() => nums.zip(sc.parallelize(numbers(1, 5), 1)))
    expect(error.name).toBe('IllegalArgumentError')
    expect(error.message).toContain('Can\'t zip RDDs with unequal numbers of partitions: List(2, 1)')
    expect(error.at).toMatch(/^zip at zip\.spec\.ts:\d+$/)
    expect(thrownBy(() => nums.zip([1, 2] as any)).message).toContain('zip: its argument must be an RDD')
  }))

  test('refuses it in the job where the number is not known before', () => withSpark(master, async sc => {
    const sorted = sc.parallelize([1, 1, 1, 1], 2).sortBy(x => x, true, 4)
    const error = await failureOf(sorted.zip(sc.parallelize([1, 1, 1, 1], 7)).collect())
    expect(error.message).toContain('Can\'t zip RDDs with unequal numbers of partitions')
  }))

  test.each([[5, 4], [4, 5], [0, 1], [1, 0]])(
    'fails when a partition has %d elements and the other\'s has %d', (left, right) =>
    withSpark(master, async sc => {
      const error = await failureOf(
        sc.parallelize(numbers(0, left), 1).zip(sc.parallelize(numbers(0, right), 1)).collect())
      expect(error.name).toBe('SparkError')
      expect(error.message).toMatch(
        /in zip at zip\.spec\.ts:\d+.*Can only zip RDDs with same number of elements in each partition/)
    }))

  test('names the line of what it reads', () => withSpark(master, async sc => {
    const bad = sc.parallelize([1]).map(() => { throw new Error('boom') })
    await expectFailureIn('map', 'zip.spec.ts', sc.parallelize([1]).zip(bad).collect())
    await expectFailureIn('map', 'zip.spec.ts', bad.zip(sc.parallelize([1])).collect())
  }))
})
