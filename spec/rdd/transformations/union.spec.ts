/** union: partitions one after another, or merged one by one where a single partitioner placed them. */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { bag, expectFailureIn, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('union on %s', master => {
  test('keeps order and repetitions', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    expect(await nums.union(nums).collect()).toEqual([1, 2, 3, 4, 1, 2, 3, 4])
    expect(nums.union(nums).getNumPartitions()).toBe(4)
    expect(await sc.union(nums).collect()).toEqual([1, 2, 3, 4])
    expect(await sc.union([nums, nums.map(x => -x), nums]).map(x => 2 * x).collect()).toEqual(
      [2, 4, 6, 8, -2, -4, -6, -8, 2, 4, 6, 8])
    expect(await sc.union(nums, sc.parallelize([5], 1)).glom().collect()).toEqual([[1, 2], [3, 4], [5]])
  }))

  test('with nothing is the other', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2], 2)
    expect(await nums.union(sc.emptyRDD()).collect()).toEqual([1, 2])
    expect(await sc.emptyRDD<number>().union(nums).collect()).toEqual([1, 2])
    expect(await sc.union(sc.emptyRDD(), sc.emptyRDD()).collect()).toEqual([])
    expect(await sc.union([]).collect()).toEqual([])
  }))

  test('of RDDs with one partitioner keeps it', () => withSpark(master, async sc => {
    const placed = (values: number[]) =>
      sc.makeRDD(values, 1).map(x => [x, x]).partitionBy(new HashPartitioner(2))
    const [a, b] = [placed([1, 2, 3, 4]), placed([5, 6, 7, 8])]
    const union = a.union(b)
    expect(union.partitioner).toBe(a.partitioner)
    expect(union.getNumPartitions()).toBe(2)
    const [left, right, both] =
      await Promise.all([a.glom().collect(), b.glom().collect(), union.glom().collect()])
    expect(both).toEqual([[...left[0]!, ...right[0]!], [...left[1]!, ...right[1]!]])
    expect(sc.union(sc.emptyRDD<[number, number]>(), a).partitioner).toBe(a.partitioner)
    expect(a.union(sc.makeRDD([[1, 1]], 1)).partitioner).toBeUndefined()
    expect(bag(await union.keys().collect())).toEqual(bag([1, 2, 3, 4, 5, 6, 7, 8]))
  }))

  test('takes RDDs, and an error names the line of its part', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1], 1)
    expect(thrownBy(() => nums.union([1] as any)).message).toContain('union: every argument must be an RDD')
    await expectFailureIn('map', 'union.spec.ts',
      nums.union(nums.map((): number => { throw new Error('boom') })).collect())
  }))
})
