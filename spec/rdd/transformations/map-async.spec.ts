/** mapAsync: order, how many calls run at a time, back-pressure, rejections. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, numbers, partitionCounts, thrownBy } from '../../support/rdd-cases'

/** A few turns of the event loop, more for some elements than for others. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(resolve => { setImmediate(resolve) })
}

describe.each(masters)('mapAsync on %s', master => {
  test('keeps the order, whatever settles first', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.nat(5), { maxLength: 30 }), fc.constantFrom(...partitionCounts),
      fc.integer({ min: 1, max: 6 }),
    async (values, slices, concurrency) => {
      const results = await sc.parallelize(values, slices).mapAsync(async x => {
        for (let turn = 0; turn < x; turn++) await new Promise(resolve => { setImmediate(resolve) })
        return [x, 2 * x]
      }, { concurrency }).map(([, twice]) => twice).collect()
      expect(results).toEqual(values.map(x => 2 * x))
    }), { numRuns: 30 })))

  test('takes functions that are not async, and feeds further operators and shuffles', () =>
    withSpark(master, async sc => {
    const rdd = sc.parallelize([3, 1, 2], 2).mapAsync(x => x % 2 === 0 ? Promise.resolve(x) : x)
    expect(await rdd.filter(x => x > 1).collect()).toEqual([3, 2])
    expect(await rdd.map(x => [x % 2, 1]).reduceByKey((a, b) => a + b).collectAsMap().then(
      map => map.get(1))).toBe(2)
    expect(await rdd.mapAsync(async x => x + 1).glom().collect()).toEqual([[4], [2, 3]])
    expect(await rdd.cache().count()).toBe(3)
    expect(await rdd.collect()).toEqual([3, 1, 2])
  }))

  test('fails where a promise is rejected or the function throws, by its own line', () =>
    withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(0, 50), 2)
    await expectFailureIn('mapAsync', 'map-async.spec.ts',
      rdd.mapAsync(async x => { if (x === 30) throw new Error('boom'); return x }).map(x => x).collect())
    await expectFailureIn('mapAsync', 'map-async.spec.ts',
      rdd.mapAsync(() => { throw new Error('boom') }).count())
    await expectFailureIn('map', 'map-async.spec.ts',
      rdd.map((x): number => { throw new Error(`boom ${x}`) }).mapAsync(async x => x).collect())
  }))

  test('of nothing is nothing', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD<number>().mapAsync(async x => x).collect()).toEqual([])
    expect(await sc.parallelize<number>([], 2).mapAsync(async x => x).collect()).toEqual([])
  }))

  test('takes a function and a concurrency of 1 or more', () => withSpark(master, sc => {
    const rdd = sc.parallelize([1])
    expect(thrownBy(() => rdd.mapAsync(1 as any))).toMatchObject({ name: 'IllegalArgumentError',
      message: expect.stringMatching(/mapAsync: its argument must be a function/) })
    for (const concurrency of [0, -1, 1.5, NaN, '2' as any]) {
      expect(thrownBy(() => rdd.mapAsync(async x => x, { concurrency }))).toMatchObject(
        { message: expect.stringMatching(/concurrency must be a whole number, 1 or more/) })
    }
  }))
})

describe('mapAsync in the calling thread', () => {
  test('runs as many calls as allowed, and none before there is room for its result', () =>
    withSpark('local', async sc => {
    let underWay = 0
    let most = 0
    let started = 0
    const rdd = sc.parallelize(numbers(0, 100), 1).mapAsync(async x => {
      started++
      most = Math.max(most, ++underWay)
      await turns(x % 3)
      underWay--
      return x
    }, { concurrency: 7 })
    expect(await rdd.collect()).toEqual(numbers(0, 100))
    expect(most).toBe(7)
    started = 0
    expect(await rdd.take(2)).toEqual([0, 1])
    expect(started).toBeLessThanOrEqual(2 + 7)
  }))

  test('starts no further calls after a rejection, and leaves none unhandled', () =>
    withSpark('local', async sc => {
    let started = 0
    await expectFailureIn('mapAsync', 'map-async.spec.ts',
      sc.parallelize(numbers(0, 1000), 1).mapAsync(async x => {
      started++
      if (x === 9) throw new Error('boom')
      await turns(5)
      return x
    }, { concurrency: 10 }).collect())
    expect(started).toBe(10)
    await turns(20)
  }))
})
