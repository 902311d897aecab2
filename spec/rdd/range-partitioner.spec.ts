/**
 * RangePartitioner: where keys go, when it may be asked, what is equal; facts of Spark's PartitioningSuite.
 */
import fc from 'fast-check'
import { HashPartitioner, RangePartitioner, type SparkContext } from '../../lib/index'
import { masters, withSpark } from '../support/contexts'

const numbered = (sc: SparkContext, count: number, slices = 4) =>
  sc.parallelize(Array.from({ length: count }, (_, i) => [i, i] as [number, number]), slices)

describe.each(masters)('RangePartitioner on %s', master => {
  it.each([1, 2, 5, 16, 130])('places every key in the range that its bounds make: %d partitions', count => withSpark(master, async sc => {
    const ranges = new RangePartitioner(count, numbered(sc, 2000))
    await ranges.prepare()
    expect(ranges.numPartitions).toBe(count)
    const bounds = (ranges as any).bounds as number[]
    for (let key = -1; key <= 2000; key++) {
      const naive = bounds.findIndex(bound => key <= bound)
      expect(ranges.getPartition(key)).toBe(naive < 0 ? count - 1 : naive)
    }
  }))

  it('counts from the other end when it descends', () => withSpark(master, async sc => {
    const rdd = numbered(sc, 100)
    const up = new RangePartitioner(4, rdd)
    const down = new RangePartitioner(4, rdd, false)
    await Promise.all([up.prepare(), down.prepare()])
    for (let key = 0; key < 100; key++) expect(down.getPartition(key)).toBe(3 - up.getPartition(key))
  }))

  it('is monotone for any keys', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.string(), { minLength: 1 }), fc.integer({ min: 1, max: 6 }), async (words, count) => {
      const ranges = new RangePartitioner(count, sc.parallelize(words
        .map(word => [word, 1] as [string, number]), 2), true, (a, b) => a < b ? -1 : a > b ? 1 : 0)
      await ranges.prepare()
      const places = [...words].sort().map(word => ranges.getPartition(word))
      expect(places).toEqual([...places].sort((a, b) => a - b))
      expect(Math.max(...places)).toBeLessThan(ranges.numPartitions)
    }), { numRuns: 40 })))

  it('has one partition for an empty RDD', () => withSpark(master, async sc => {
    const none = new RangePartitioner(0, sc.emptyRDD<[number, number]>())
    expect(none.numPartitions).toBe(1)
    const empty = new RangePartitioner(2, sc.parallelize<[number, number]>([], 2))
    await empty.prepare()
    expect(empty.numPartitions).toBe(1)
    expect(empty.getPartition(7)).toBe(0)
  }))

  it('cannot place a key before it has sampled', () => withSpark(master, async sc => {
    const ranges = new RangePartitioner(2, numbered(sc, 10))
    expect(ranges.numPartitions).toBe(2)
    expect(() => ranges.getPartition(1)).toThrow(/has no ranges yet/)
    await ranges.prepare()
    expect(ranges.getPartition(0)).toBe(0)
  }))

  it('samples once, in one job when the data is balanced', () => withSpark(master, async sc => {
    let jobs = 0
    sc.events.subscribe(event => { if (event.type === 'jobStart') jobs++ })
    const ranges = new RangePartitioner(4, numbered(sc, 1000))
    await Promise.all([ranges.prepare(), ranges.prepare()])
    await ranges.prepare()
    expect(jobs).toBe(1)
  }))

  it('equals what has the same bounds in the same direction', () => withSpark(master, async sc => {
    const rdd = numbered(sc, 4000)
    const two = new RangePartitioner(2, rdd)
    const four = new RangePartitioner(4, rdd)
    const otherFour = new RangePartitioner(4, rdd)
    const down = new RangePartitioner(4, rdd, false)
    expect(four.equals(otherFour)).toBe(true)
    expect(four.equals(new RangePartitioner(4, numbered(sc, 4000)))).toBe(false)
    await Promise.all([two, four, otherFour, down].map(each => each.prepare()))
    expect(four.equals(otherFour)).toBe(true)
    expect(four.equals(two)).toBe(false)
    expect(four.equals(down)).toBe(false)
    expect(four.equals(new HashPartitioner(4))).toBe(false)
    const sameData = new RangePartitioner(4, numbered(sc, 4000))
    await sameData.prepare()
    expect(four.equals(sameData)).toBe(true)
  }))

  it('lets go of its RDD and keeps plain data', () => withSpark(master, async sc => {
    const ranges = new RangePartitioner(2, numbered(sc, 10))
    await ranges.prepare()
    expect(JSON.parse(JSON.stringify(ranges))).toEqual({ requestedCount: 2, ascending: true, bounds: [4] })
  }))

  it('refuses wrong arguments', () => withSpark(master, sc => {
    expect(() => new RangePartitioner(-1, numbered(sc, 1))).toThrow(/cannot be negative but found -1/)
    expect(() => new RangePartitioner(1.5, numbered(sc, 1))).toThrow(/1\.5/)
    expect(() => new RangePartitioner(2, [] as any)).toThrow(/from an RDD of pairs/)
    expect(() => new RangePartitioner(2, numbered(sc, 1), true, 'up' as any))
      .toThrow(/compare must be a function/)
  }))

  it('tries again after a sample that failed', () => withSpark(master, async sc => {
    const ranges = new RangePartitioner(2, numbered(sc, 10))
    let isFirst = true
    sc.addSparkListener({
      onJobStart: ({ jobId }) => {
        if (isFirst) sc.cancelJob(jobId)
        isFirst = false
      },
    })
    await expect(ranges.prepare()).rejects.toMatchObject({ code: 'MR_JOB_CANCELLED' })
    await ranges.prepare()
    expect(ranges.numPartitions).toBe(2)
  }))
})
