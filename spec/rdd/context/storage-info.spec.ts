/** getRDDStorageInfo: what persisted RDDs hold, from the first block to unpersist. */
import { StorageLevel } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('getRDDStorageInfo on %s', master => {
  it('lists what is stored', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3, 4], 2).setName('numbers').cache()
    const other = sc.parallelize(['a'], 1).persist(StorageLevel.MEMORY_ONLY)
    expect(sc.getRDDStorageInfo()).toEqual([])
    await rdd.count()
    await other.count()
    const [first, second] = sc.getRDDStorageInfo()
    expect(first).toMatchObject(
      { id: rdd.id, name: 'numbers', numPartitions: 2, numCachedPartitions: 2, isCached: true, diskSize: 0 })
    expect(first!.memSize).toBeGreaterThan(0)
    expect(first!.storageLevel).toBe(StorageLevel.MEMORY_ONLY)
    expect(second).toMatchObject({ id: other.id, name: 'parallelizeRDD' })
    rdd.unpersist()
    expect(sc.getRDDStorageInfo().map(({ id }) => id)).toEqual([other.id])
  }))

  it('counts the partitions that were computed', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3, 4], 4).cache()
    await rdd.take(1)
    expect(sc.getRDDStorageInfo()[0]).toMatchObject({ numPartitions: 4, numCachedPartitions: 1 })
  }))
})
