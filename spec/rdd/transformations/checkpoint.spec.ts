/** checkpoint and localCheckpoint: the lineage is cut after the first job, and the elements stay the same. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { RDD, SparkContext } from '../../../lib/index'
import { StorageLevel } from '../../../lib/index'
import { removeCheckpoint } from '../../../lib/rdd/transformations/checkpoint'
import { masters, withSpark } from '../../support/contexts'
import { listing, withFolder } from '../../support/folders'

describe.each(masters)('checkpoint on %s', master => {
  const withDirectory = <R>(f: (sc: SparkContext, folder: string) => Promise<R>): Promise<R> =>
    withFolder(folder => withSpark(master, sc => {
      sc.setCheckpointDir(folder)
      return f(sc, folder)
    }))

  test('needs a folder', () => withSpark(master, async sc => {
    expect(sc.getCheckpointDir()).toBeUndefined()
    expect(() => sc.parallelize([1]).checkpoint()).toThrow('Checkpoint directory has not been set in the SparkContext')
    expect(() => sc.setCheckpointDir('')).toThrow('the folder must be a path')
  }))

  test('is written after the first job, whole, and cuts the lineage', () => withDirectory(async (sc, folder) => {
    const parent = sc.parallelize([1, 2, 3, 4], 4)
    const rdd = parent.map(x => x * 10).checkpoint()
    expect([rdd.isCheckpointed, rdd.getCheckpointFile(), rdd.dependencies.length]).toEqual([false, undefined, 1])
    expect(await rdd.take(1)).toEqual([10])
    expect(rdd.isCheckpointed).toBe(true)
    expect(rdd.dependencies).toEqual([])
    const file = rdd.getCheckpointFile()!
    expect(path.dirname(file)).toBe(sc.getCheckpointDir())
    expect(path.dirname(sc.getCheckpointDir()!)).toBe(folder)
    expect(listing(file)).toEqual(['_SUCCESS', 'part-00000', 'part-00001', 'part-00002', 'part-00003'])
    expect(fs.statSync(path.join(file, 'part-00000')).mode & 0o077).toBe(0)
    expect([await rdd.collect(), rdd.getNumPartitions()]).toEqual([[10, 20, 30, 40], 4])
    expect(await rdd.map(x => x + 1).collect()).toEqual([11, 21, 31, 41])
  }))

  test('a job on a child writes it; what lies behind a written one is left alone', () => withDirectory(async sc => {
    const first = sc.parallelize([1, 2, 2], 2).map(x => [x, 1] as [number, number]).checkpoint()
    const second = first.reduceByKey((a, b) => a + b, 2).checkpoint()
    expect((await second.mapValues(n => n * 2).collect()).sort()).toEqual([[1, 2], [2, 4]])
    expect([first.isCheckpointed, second.isCheckpointed]).toEqual([false, true])
    await first.count()
    expect(first.isCheckpointed).toBe(true)
    expect(second.partitioner?.numPartitions).toBe(2)
    expect((await second.reduceByKey((a, b) => a + b, 2).collect()).sort()).toEqual([[1, 1], [2, 2]])
  }))

  test('an RDD without partitions has one too', () => withDirectory(async sc => {
    const rdd = sc.emptyRDD().checkpoint()
    expect([await rdd.count(), rdd.isCheckpointed, await rdd.collect()]).toEqual([0, true, []])
  }))

  test('a checkpoint that cannot be written fails the action and is tried again after the next', () => withDirectory(async (sc, folder) => {
    const blocked = path.join(folder, 'blocked')
    fs.writeFileSync(blocked, '')
    sc.setCheckpointDir(blocked)
    const rdd = sc.parallelize([1, 2]).checkpoint()
    await expect(rdd.count()).rejects.toThrow(/checkpoint cannot write to .*blocked/)
    expect(rdd.isCheckpointed).toBe(false)
    fs.rmSync(blocked)
    expect(await rdd.count()).toBe(2)
    expect(rdd.isCheckpointed).toBe(true)
  }))

  test('says so when its files are gone', () => withDirectory(async sc => {
    const rdd = sc.parallelize([1, 2]).checkpoint()
    await rdd.count()
    await removeCheckpoint(rdd.getCheckpointFile()!)
    await expect(rdd.collect()).rejects.toThrow(/Checkpoint file .*part-0000\d is not there any more/)
  }))

  test('a lineage whose ancestors are shared is searched once, not once a path', () => withDirectory(async sc => {
    const waiting = sc.parallelize([1]).checkpoint()
    let rdd: RDD<[string, number]> = sc.parallelize([['a', 1] as [string, number]], 1)
    for (let level = 0; level < 40; level++) {
      rdd = sc.union(rdd.map(([k, n]) => [k, n]), rdd.map(([k]) => [k, 0])).reduceByKey((a, b) => a + b, 1)
    }
    expect(await rdd.collect()).toEqual([['a', 1]])
    expect(waiting.isCheckpointed).toBe(false)
  }))

  describe('localCheckpoint', () => {
    test('cuts the lineage and keeps the blocks, with the disk to fall back on', () => withSpark(master, async sc => {
      const rdd = sc.parallelize([1, 2, 3, 4], 2).map(x => x * 3).localCheckpoint()
      expect(rdd.getStorageLevel()).toBe(StorageLevel.MEMORY_AND_DISK)
      expect(await rdd.take(1)).toEqual([3])
      expect([rdd.isCheckpointed, rdd.getCheckpointFile(), rdd.dependencies.length]).toEqual([true, undefined, 0])
      expect(await rdd.collect()).toEqual([3, 6, 9, 12])
      expect(sc.parallelize([1]).cache().localCheckpoint().getStorageLevel()).toEqual(StorageLevel.MEMORY_AND_DISK)
    }))

    test('is lost with its blocks, and says so', () => withSpark(master, async sc => {
      const rdd = sc.parallelize([1, 2]).localCheckpoint()
      await rdd.count()
      rdd.unpersist()
      await expect(rdd.collect()).rejects.toThrow(/Checkpoint block rdd_\d+_\d not found!/)
    }))
  })
})

describe('how often a checkpointed RDD is computed', () => {
  test('twice, once when persisted, and not at all afterwards', () => withFolder(folder => withSpark('local', async sc => {
    sc.setCheckpointDir(folder)
    let calls = 0
    const counted = (): RDD<number> => sc.parallelize([1, 2, 3], 2).map(x => {
      calls++
      return x
    })
    const plain = counted().checkpoint()
    await plain.count()
    expect(calls).toBe(6)
    await plain.count()
    expect(calls).toBe(6)
    const kept = counted().cache().checkpoint()
    await kept.count()
    await kept.count()
    expect(calls).toBe(9)
  })))
})
