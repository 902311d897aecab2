/** zipWithIndex: every element's place, through a counting job that runs once and only when it is needed. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, numbers } from '../../support/rdd-cases'

describe.each(masters)('zipWithIndex on %s', master => {
  test('counts through all partitions', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.string()), fc.integer({ min: 1, max: 6 }), async (values, slices) => {
      const indexed = sc.parallelize(values, slices).filter(s => s.length < 8).zipWithIndex()
      expect(await indexed.collect()).toEqual(values.filter(s => s.length < 8).map((s, index) => [s, index]))
    }), { numRuns: 30 })))

  test('goes on into shuffles and unions', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 10), 2)
    expect(await data.zipWithIndex().repartition(4).count()).toBe(10)
    expect(await data.union(data).zipWithIndex().map(([, index]) => index).collect()).toEqual(numbers(0, 20))
    expect(await data.sortBy(x => -x, true, 3).zipWithIndex().collect()).toEqual(
      numbers(0, 10).map(index => [9 - index, index]))
    expect(await data.zipWithIndex().zipWithIndex().map(([[x]]) => x).collect()).toEqual(numbers(0, 10))
    expect(await sc.emptyRDD().zipWithIndex().collect()).toEqual([])
  }))

  test('counts once, and only with more than one partition', () => withSpark(master, async sc => {
    const jobs: number[] = []
    sc.events.subscribe(event => { if (event.type === 'jobStart') jobs.push(event.jobId) })
    const indexed = sc.parallelize(numbers(0, 10), 3).zipWithIndex()
    expect(jobs).toEqual([])
    await indexed.collect()
    await indexed.collect()
    expect(jobs.length).toBe(3)
    await sc.parallelize(numbers(0, 10), 1).zipWithIndex().collect()
    expect(jobs.length).toBe(4)
  }))

  test('fails by the line of what it counts', () => withSpark(master, sc =>
    expectFailureIn('map', 'zip-with-index.spec.ts',
      sc.parallelize([1, 2], 2).map(() => { throw new Error('boom') }).zipWithIndex().collect())))
})
