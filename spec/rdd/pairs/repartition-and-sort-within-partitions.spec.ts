/** repartitionAndSortWithinPartitions: Spark's example, with and without a move. */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

const parity = { numPartitions: 2, getPartition: (key: number): number => key % 2 }
const pairs: [number, number][] = [[0, 5], [3, 8], [2, 6], [0, 8], [3, 8], [1, 3]]

describe.each(masters)('repartitionAndSortWithinPartitions on %s', master => {
  it('places and sorts', () => withSpark(master, async sc => {
    const sorted = sc.parallelize(pairs, 3).repartitionAndSortWithinPartitions(parity)
    expect(await sc.runJob(sorted, values => [...values]))
      .toEqual([[[0, 5], [0, 8], [2, 6]], [[1, 3], [3, 8], [3, 8]]])
    expect(sorted.partitioner).toBe(parity)
  }))

  it('only sorts what is placed already, and leaves the parent as it was', () => withSpark(master, async sc => {
    const placed = sc.parallelize(pairs, 3).partitionBy(new HashPartitioner(1)).cache()
    const sorted = placed.repartitionAndSortWithinPartitions(new HashPartitioner(1), (a, b) => b - a)
    expect(sorted.dependencies).toEqual([{ rdd: placed, shuffle: false }])
    expect(await sorted.keys().collect()).toEqual([3, 3, 2, 1, 0, 0])
    expect(await placed.keys().collect()).toEqual([0, 3, 2, 0, 3, 1])
  }))

  it('refuses wrong arguments', () => withSpark(master, sc => {
    const rdd = sc.parallelize(pairs)
    expect(() => rdd.repartitionAndSortWithinPartitions(undefined as any)).toThrow(/it needs a partitioner/)
    expect(() => rdd.repartitionAndSortWithinPartitions(2, 'up' as any)).toThrow(/compare must be a function/)
  }))
})
