/** Shuffles, groupings and sorts with next to no memory: they give what they give with plenty, through files that go away. */
import * as fs from 'node:fs'
import fc from 'fast-check'
import type { SparkContext } from '../../lib/index'
import { HashPartitioner } from '../../lib/index'
import { compareNatural } from '../../lib/base/compare'
import { KeyMap } from '../../lib/base/key-map'
import { show } from '../../lib/base/show'
import { shuffled } from '../../lib/rdd/pairs/combine-by-key'
import { masters, withSpark } from '../support/contexts'
import { withFolder } from '../support/folders'

const tiny = { 'millrace.memory.execution': '1k' }
const small = { 'millrace.memory.execution': '64k' }
type Pair = [unknown, unknown]

const key = fc.oneof(fc.integer({ min: -3, max: 40 }), fc.string({ maxLength: 3 }), fc.constantFrom('__proto__', NaN, -0, 0, null, undefined, 3n, 0.5),
  fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y')), fc.record({ k: fc.integer({ min: 0, max: 3 }) }), fc.date({ min: new Date(0), max: new Date(9), noInvalidDate: true }))
const value = fc.oneof(fc.integer(), fc.string({ maxLength: 20 }), fc.constant(undefined), fc.array(fc.double(), { maxLength: 3 }))
const pairs = fc.array(fc.tuple(key, value), { maxLength: 150 }) as fc.Arbitrary<Pair[]>
const shape = [fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 })] as const

const inAnyOrder = (values: readonly unknown[]): string[] => values.map(show).sort()
const grouped = (input: readonly Pair[]): KeyMap<unknown, unknown[]> => {
  const groups = new KeyMap<unknown, unknown[]>()
  for (const [k, v] of input) groups.set(k, [...groups.get(k) ?? [], v])
  return groups
}

describe.each(masters)('with a limit of 1 kB on %s', master => {
  const property = (check: (sc: SparkContext, input: Pair[], maps: number, reduces: number) => Promise<void>, runs = 40): Promise<void> =>
    withSpark(master, sc => fc.assert(fc.asyncProperty(pairs, ...shape, (input, maps, reduces) => check(sc, input, maps, reduces)), { numRuns: runs }), tiny)

  test('reduceByKey', () => property(async (sc, input, maps, reduces) => {
    const counts = await sc.parallelize(input.map(([k]): [unknown, number] => [k, 1]), maps).reduceByKey((a, b) => a + b, reduces).collect()
    expect(inAnyOrder(counts)).toEqual(inAnyOrder(Array.from(grouped(input), ([k, vs]) => [k, vs.length])))
  }))

  test('groupByKey, with the values of a key in the order in which they came', () => property(async (sc, input, maps, reduces) => {
    const groups = await sc.parallelize(input, maps).groupByKey(reduces).collect()
    expect(inAnyOrder(groups)).toEqual(inAnyOrder(Array.from(grouped(input))))
  }))

  test('aggregateByKey into growing lists', () => property(async (sc, input, maps, reduces) => {
    const lists = await sc.parallelize(input, maps)
      .combineByKey((v: unknown) => [v], (list, v) => { list.push(v); return list }, (a, b) => a.concat(b), reduces).collect()
    expect(inAnyOrder(lists)).toEqual(inAnyOrder(Array.from(grouped(input))))
  }))

  test('partitionBy keeps every pair in its place, partition and order', () => property(async (sc, input, maps, reduces) => {
    const partitioner = new HashPartitioner(reduces)
    const placed = await sc.runJob(sc.parallelize(input, maps).partitionBy(partitioner), values => [...values])
    const expected = Array.from({ length: reduces }, (_, p) => input.filter(([k]) => partitioner.getPartition(k) === p))
    expect(placed).toEqual(expected)
  }))

  test('sorting is stable', () => property(async (sc, input, maps, reduces) => {
    const numbered = input.map(([k], at): [number, number] => [typeof k === 'number' && k === k ? k % 7 : 0, at])
    const order = (a: Pair, b: Pair): number => compareNatural(a[0], b[0])
    const sorted = await shuffled(sc.parallelize(numbered, maps), new HashPartitioner(1), { order }).collect()
    expect(sorted).toEqual([...numbered].sort(order))
    const both = await shuffled(sc.parallelize(numbered, maps), new HashPartitioner(reduces), {
      order, mapSideCombine: true, aggregator: { create: (v: number) => v, mergeValue: (a, b) => a + b, mergeCombiners: (a, b) => a + b },
    }).glom().collect()
    for (const part of both) expect(part).toEqual([...part].sort(order))
    expect(inAnyOrder(both.flat())).toEqual(inAnyOrder(Array.from(grouped(numbered), ([k, vs]) => [k, (vs as number[]).reduce((a, b) => a + b)])))
  }))

  test('what is read twice, joined and distinct', () => property(async (sc, input, maps, reduces) => {
    const rdd = sc.parallelize(input.map(([k], at): [unknown, number] => [k, at % 3]), maps)
    const sums = rdd.reduceByKey((a, b) => a + b, reduces)
    const [first, second] = [await sums.collect(), await sums.collect()]
    expect(second).toEqual(first)
    expect(inAnyOrder(await sums.join(sums).collect())).toEqual(inAnyOrder(first.map(([k, v]) => [k, [v, v]])))
    expect(await rdd.distinct(reduces).count()).toBe(new KeyMap(input.map(([k], at) => [[k, at % 3], 1])).size)
  }, 20))
})

describe('a limit of 64 kB, in the calling thread', () => {
  const metricsOf = (sc: SparkContext): { memory: number, disk: number, written: number, read: number } => {
    const sums = { memory: 0, disk: 0, written: 0, read: 0 }
    sc.events.subscribe(event => {
      if (event.type !== 'taskEnd') return
      sums.memory += event.metrics.memoryBytesSpilled
      sums.disk += event.metrics.diskBytesSpilled
      sums.written += event.metrics.shuffleRecordsWritten
      sums.read += event.metrics.shuffleRecordsRead
    })
    return sums
  }
  const folders = <R>(f: (sc: SparkContext, folder: string) => Promise<R>, settings = small): Promise<R> =>
    withFolder(folder => withSpark('local', sc => f(sc, folder), { ...settings, 'spark.local.dir': folder }))

  test('spills are counted, and records are counted once', () => folders(async sc => {
    const metrics = metricsOf(sc)
    const keys = 20_000
    const rdd = sc.range(0, 2 * keys, 1, 2).map(x => [`key ${x % keys}`, 1])
    expect(await rdd.reduceByKey((a, b) => a + b, 3).filter(([, n]) => n === 2).count()).toBe(keys)
    expect(metrics.memory).toBeGreaterThan(2 * keys * 60)
    expect(metrics.disk).toBeGreaterThan(2 * keys * 5)
    expect([metrics.written, metrics.read]).toEqual([2 * keys, 2 * keys])
  }))

  test('groups and sorts count their records once too', () => folders(async sc => {
    const metrics = metricsOf(sc)
    await sc.range(0, 10_000, 1, 2).map(x => [x % 100, x]).groupByKey(2).count()
    expect([metrics.written, metrics.read]).toEqual([10_000, 10_000])
    expect(await sc.range(0, 30_000, 1, 3).map(x => [(x * 7919) % 30_000, x]).sortByKey(true, 2).map(([k]) => k).collect())
      .toEqual(Array.from({ length: 30_000 }, (_, i) => i))
  }))

  test('nothing is spilled that fits', () => folders(async (sc, folder) => {
    const metrics = metricsOf(sc)
    await sc.range(0, 100_000, 1, 4).map(x => [x % 100, 1]).reduceByKey((a, b) => a + b).count()
    await sc.range(0, 300, 1, 2).map(x => [x % 10, x]).groupByKey().count()
    expect([metrics.memory, metrics.disk, metrics.written, metrics.read]).toEqual([0, 0, 700, 700])
    expect(fs.readdirSync(folder)).toEqual([])
  }))

  test('one key of a great many values is noticed', () => folders(async sc => {
    const metrics = metricsOf(sc)
    const lists = sc.range(0, 50_000, 1, 1).map(x => [x % 50 === 0 ? `k${x}` : 'hot', x])
      .combineByKey((v: number) => [v], (list, v) => { list.push(v); return list }, (a, b) => a.concat(b), 1)
    expect(await lists.map(([, list]) => list.length).reduce((a, b) => Math.max(a, b))).toBe(49_000)
    expect(metrics.disk).toBeGreaterThan(0)
  }))

  test('few huge records are noticed', () => folders(async sc => {
    const metrics = metricsOf(sc)
    const rdd = sc.range(0, 40, 1, 1).map(x => [x, 'y'.repeat(50_000)])
    expect(await rdd.groupByKey(2).count()).toBe(40)
    expect(metrics.memory).toBeGreaterThan(40 * 40_000)
  }))

  test('more runs than are merged at a time', () => folders(async sc => {
    const rdd = sc.range(0, 20_000, 1, 4).map(x => [(x * 7919) % 20_000, 1])
    const partitioner = new HashPartitioner(1)
    const sorted = shuffled(rdd, partitioner, { order: (a: Pair, b: Pair) => (a[0] as number) - (b[0] as number) })
    expect(await sorted.map(([k]) => k).collect()).toEqual(Array.from({ length: 20_000 }, (_, i) => i))
    expect(await rdd.reduceByKey((a, b) => a + b, 1).filter(([, n]) => n !== 1).count()).toBe(0)
    expect(await rdd.reduceByKey((a, b) => a + b, 1).count()).toBe(20_000)
  }, { 'millrace.memory.execution': '8k' }))

  test('files are gone with the context', () => folders(async (sc, folder) => {
    await sc.range(0, 20_000, 1, 2).map(x => [x, 1]).groupByKey(2).count()
    const { scratch } = sc.runner as any
    expect(scratch.fileCount).toBeGreaterThan(0)
    await sc.stop()
    expect([scratch.fileCount, fs.readdirSync(folder)]).toEqual([0, []])
  }))

  test('what cannot be written says so, with the operator and the line', () => folders(async sc => {
    const rdd = sc.range(0, 5000, 1, 1).map(x => [x, () => x])
    await expect(rdd.groupByKey(2).count()).rejects.toMatchObject({
      message: expect.stringMatching(/in groupByKey at spilling\.long\.spec\.ts:\d+.*is a function/s),
    })
  }))

  test('a folder that cannot be used says which', () => withFolder(folder => {
    fs.writeFileSync(`${folder}/file`, '')
    return withSpark('local', async sc => {
      await expect(sc.range(0, 5000, 1, 1).map(x => [x, x]).groupByKey(2).count()).rejects.toThrow(/Cannot make folder .*file/)
    }, { ...small, 'spark.local.dir': `${folder}/file` })
  }))

  test('an error while runs are merged names its operator and line', () => folders(async sc => {
    const failing = sc.range(0, 20_000, 1, 2).map(x => [x % 10_000, x])
      .reduceByKey(() => { throw new Error('never two') }, 1)
    await expect(failing.count()).rejects.toMatchObject({ message: expect.stringMatching(/in reduceByKey at spilling\.long\.spec\.ts:\d+.*never two/s) })
  }))
})
