/** partitionBy: every pair in the partition that the partitioner says, and nothing done twice. */
import { HashPartitioner, type Partitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

const parity: Partitioner = { numPartitions: 2, getPartition: (key: number) => Math.abs(key % 2) }

describe.each(masters)('partitionBy on %s', master => {
  it('places pairs and keeps all of them', () => withSpark(master, async sc => {
    const pairs = sc.parallelize([1, 2, 3, 4, 5, 2].map(n => [n, n * 10] as [number, number]), 3)
    const placed = pairs.partitionBy(parity)
    expect(await sc.runJob(placed, values => [...values].map(([key]) => key))).toEqual([[2, 4, 2], [1, 3, 5]])
    expect(placed.partitioner).toBe(parity)
  }))

  it('returns an RDD that is placed so already', () => withSpark(master, sc => {
    const placed = sc.parallelize<[string, number]>([['a', 1]]).partitionBy(new HashPartitioner(3))
    expect(placed.partitionBy(new HashPartitioner(3))).toBe(placed)
    expect(placed.partitionBy(new HashPartitioner(4))).not.toBe(placed)
    expect(placed.partitionBy(3)).toBe(placed)
  }))

  it('takes keys that compare by structure', () => withSpark(master, async sc => {
    const placed = sc.parallelize<[unknown, number]>(
      [[[1, 'a'], 1], [[1, 'a'], 2], [{ x: 1 }, 3], [NaN, 4], [-0, 5]], 3).partitionBy(4)
    const parts = await sc.runJob(placed, values => [...values].map(([, value]) => value))
    expect(parts.flat().sort()).toEqual([1, 2, 3, 4, 5])
    expect(parts.find(part => part.includes(1))).toContain(2)
  }))

  it('refuses what is no partitioner, at the call', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[string, number]>([['a', 1]])
    expect(() => pairs.partitionBy(undefined as any)).toThrow(/partitionBy: it needs a partitioner/)
    expect(() => pairs.partitionBy({} as any))
      .toThrow(/partitionBy takes a number of partitions or a partitioner/)
    expect(() => pairs.partitionBy(0)).toThrow(/Number of partitions \(0\) must be positive/)
  }))

  it('fails the job when the partitioner names a partition that is not there', () => withSpark(master, async sc => {
    const wrong: Partitioner = { numPartitions: 2, getPartition: () => 2 }
    await expect(sc.parallelize<[string, number]>([['a', 1]]).partitionBy(wrong).collect())
      .rejects.toThrow(/the partitioner gave partition 2/)
  }))
})
