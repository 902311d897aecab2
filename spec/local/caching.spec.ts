/** Persisted RDDs: computed once, dropped and computed again, never wrong. */
import type { RDD, SparkContext } from '../../lib/index'
import { StorageLevel } from '../../lib/index'
import { masters, withSpark } from '../support/contexts'

const levels = ['MEMORY_ONLY', 'MEMORY_ONLY_SER', 'MEMORY_AND_DISK', 'MEMORY_AND_DISK_SER', 'DISK_ONLY', 'MEMORY_ONLY_2', 'OFF_HEAP'] as const

/** An RDD of pairs and the number of elements computed for it so far. */
function counted(sc: SparkContext, count = 1000, partitions = 4): { rdd: RDD<[number, string]>, computed: () => number } {
  const counter = sc.longAccumulator()
  const rdd = sc.range(0, count, 1, partitions).map(x => {
    counter.add(1)
    return [x, `value ${x}`]
  })
  return { rdd, computed: () => Number(counter.value) }
}

describe.each(masters)('caching on %s', master => {
  test.each(levels)('%s computes once', level => withSpark(master, async sc => {
    const { rdd, computed } = counted(sc)
    const expected = Array.from({ length: 1000 }, (_, x) => [x, `value ${x}`])
    rdd.persist(StorageLevel.fromString(level))
    expect(await rdd.collect()).toEqual(expected)
    expect(await rdd.map(([k]) => k).count()).toBe(1000)
    expect(await rdd.mapPartitions(values => [[...values].length]).collect()).toEqual([250, 250, 250, 250])
    expect(await rdd.collect()).toEqual(expected)
    expect(computed()).toBe(1000)
  }))

  test('a partition that was not asked for is computed when it is', () => withSpark(master, async sc => {
    const { rdd, computed } = counted(sc)
    rdd.cache()
    await rdd.take(1)
    expect(computed()).toBe(250)
    await rdd.count()
    expect(computed()).toBe(1000)
  }))

  test('unpersist drops the blocks; they are computed again, and may be kept at another level', () => withSpark(master, async sc => {
    const { rdd, computed } = counted(sc)
    rdd.cache()
    await rdd.count()
    expect(() => rdd.persist(StorageLevel.DISK_ONLY)).toThrow('Cannot change storage level of an RDD after it was already assigned a level')
    rdd.unpersist()
    await rdd.count()
    expect(computed()).toBe(2000)
    rdd.persist(StorageLevel.DISK_ONLY)
    await rdd.count()
    await rdd.count()
    expect(computed()).toBe(3000)
    expect(sc.runner.storedRdds()).toMatchObject([{ id: rdd.id, partitionsCached: 4, memoryBytes: 0 }])
  }))

  test('an RDD made from a kept one starts there, across a shuffle too', () => withSpark(master, async sc => {
    const { rdd, computed } = counted(sc)
    const sums = rdd.map(([k, v]) => [k % 10, v.length]).reduceByKey((a, b) => a + b, 3).persist()
    const first = await sums.collect()
    expect(first).toHaveLength(10)
    expect(await sums.mapValues(x => x).collect()).toEqual(first)
    expect(computed()).toBe(1000)
  }))

  test('an RDD without elements or partitions is kept too', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD().cache().count()).toBe(0)
    const none = sc.parallelize([1, 2], 2).filter(x => x > 2).persist(StorageLevel.DISK_ONLY)
    expect([await none.count(), await none.collect()]).toEqual([0, []])
  }))

  test('a task that fails keeps nothing of its partition', () => withSpark(master, async sc => {
    const failing = sc.broadcast({ value: 7 })
    const rdd = sc.range(0, 10, 1, 2).map(x => {
      if (x === failing.value.value) throw new Error('seven')
      return x
    }).cache()
    await expect(rdd.count()).rejects.toThrow('seven')
    expect(await sc.runJob(rdd, values => [...values], [0])).toEqual([[0, 1, 2, 3, 4]])
    await expect(rdd.count()).rejects.toThrow('seven')
  }))
})

describe('too little memory', () => {
  const tight = { 'millrace.memory.storage': '40k' }

  test.each(levels)('%s gives the same, again and again', level => withSpark('local', async sc => {
    const { rdd, computed } = counted(sc, 4000, 4)
    const expected = Array.from({ length: 4000 }, (_, x) => [x, `value ${x}`])
    rdd.persist(StorageLevel.fromString(level))
    for (let round = 0; round < 3; round++) expect(await rdd.collect()).toEqual(expected)
    expect(await rdd.filter(([k]) => k % 2 === 0).count()).toBe(2000)
    if (StorageLevel.fromString(level).useDisk) expect(computed()).toBe(4000)
    for (const { memoryBytes } of sc.runner.storedRdds()) expect(memoryBytes).toBeLessThanOrEqual(40 * 1024)
  }, tight))

  test('blocks in memory leave for a newer RDD and are computed again', () => withSpark('local', async sc => {
    const old = counted(sc, 200, 2)
    const recent = counted(sc, 200, 2)
    old.rdd.cache()
    recent.rdd.cache()
    await old.rdd.count()
    await recent.rdd.count()
    expect(sc.runner.storedRdds()).toMatchObject([{ id: old.rdd.id, partitionsCached: 1 }, { id: recent.rdd.id, partitionsCached: 2 }])
    expect(await old.rdd.count()).toBe(200)
    expect([old.computed(), recent.computed()]).toEqual([300, 200])
  }, { 'millrace.memory.storage': '28k' }))

  test('a shuffle whose kept result was driven out half-way is written again', () => withSpark('local', async sc => {
    const sums = counted(sc, 2000, 4).rdd.map(([k]) => [k % 500, 1]).reduceByKey((a, b) => a + b, 4).cache()
    const first = (await sums.collect()).sort()
    const other = counted(sc, 500, 4).rdd.cache()
    // Storing `other` drives the blocks of `sums` out while the job that reads both is under way.
    for (let round = 0; round < 3; round++) {
      const both = sc.union<any>(other, sums.map(pair => pair), other, sums)
      expect(await both.count()).toBe(2 * 500 + 2 * 500)
      expect((await sums.collect()).sort()).toEqual(first)
    }
  }, { 'millrace.memory.storage': '50k' }))

  test('events say what is kept where', () => withSpark('local', async sc => {
    const seen: [number, number, boolean, boolean][] = []
    sc.events.subscribe(event => {
      if (event.type === 'blockStored') seen.push([event.rddId, event.partition, event.memoryBytes > 0, event.diskBytes > 0])
    })
    const first = counted(sc, 200, 1).rdd.persist(StorageLevel.MEMORY_AND_DISK)
    const second = counted(sc, 200, 1).rdd.cache()
    await first.count()
    await second.count()
    await first.count()
    expect(seen).toEqual([[first.id, 0, true, false], [first.id, 0, false, true], [second.id, 0, true, false]])
  }, { 'millrace.memory.storage': '24k' }))
})
