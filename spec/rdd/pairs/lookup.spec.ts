/** lookup: all values of a key, and no look at partitions that cannot hold it; facts of Spark's suites. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('lookup on %s', master => {
  const pairs: [unknown, string][] =
    [[1, 'a'], [5, 'c'], [1, 'b'], [[1, 'x'], 'd'], [NaN, 'e'], ['__proto__', 'f']]

  it.each([undefined, 1, 3])('finds all values in order, placed into %p partitions', partitions => withSpark(master, async sc => {
    const rdd = sc.parallelize(pairs, 2)
    const placed = partitions === undefined ? rdd : rdd.partitionBy(partitions)
    expect(await placed.lookup(1)).toEqual(['a', 'b'])
    expect(await placed.lookup(5)).toEqual(['c'])
    expect(await placed.lookup([1, 'x'])).toEqual(['d'])
    expect(await placed.lookup(NaN)).toEqual(['e'])
    expect(await placed.lookup('__proto__')).toEqual(['f'])
    expect(await placed.lookup(-1)).toEqual([])
    expect(await placed.lookup('1')).toEqual([])
  }))

  it('looks at one partition only where the partitioner is known', () => withSpark(master, async sc => {
    const tasks: number[] = []
    sc.events.subscribe(event => { if (event.type === 'taskStart') tasks.push(event.partition) })
    const placed = sc.parallelize([0, 1, 2, 3, 4].map(n => [n, n] as [number, number]), 5)
      .partitionBy({ numPartitions: 5, getPartition: (key: number) => key % 5 }).cache()
    await placed.count()
    tasks.length = 0
    expect(await placed.lookup(3)).toEqual([3])
    expect(tasks).toEqual([3])
  }))

  it('finds the ranges of a sorted RDD first', () => withSpark(master, async sc => {
    const sorted = sc.parallelize(Array.from({ length: 50 }, (_, i) => [i % 25, i] as [number, number]),
      4).sortByKey()
    expect(await sorted.lookup(7)).toEqual([7, 32])
  }))

  it('rejects for what cannot be a key, with the line', () => withSpark(master, async sc => {
    const failure = await sc.parallelize(pairs).lookup(() => 1).catch((error: unknown) => error) as any
    expect(failure.message).toMatch(/cannot be a key of lookup/)
    expect(failure.at).toMatch(/^lookup at lookup\.spec\.ts:\d+$/)
    const wrong = sc.parallelize<[number, number]>([[1, 1]]).partitionBy(
      { numPartitions: 2, getPartition: key => key === 1 ? 0 : 7 })
    await expect(wrong.lookup(2)).rejects.toThrow(/non-existent partition: 7/)
  }))
})
