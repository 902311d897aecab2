/** zipPartitions: up to four partitions at a time, with every form of the call. */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('zipPartitions on %s', master => {
  test('gives the function one iterator an RDD', () => withSpark(master, async sc => {
    const a = sc.parallelize([1, 2, 3, 4, 5, 6], 2)
    const b = sc.parallelize(['1', '2', '3', '4', '5', '6'], 2)
    const c = sc.parallelize([1.5, 2.5], 2)
    expect(await a.zipPartitions(b, (x, y) => [[...x].length, [...y].join('')]).collect()).toEqual(
      [3, '123', 3, '456'])
    expect(await a.zipPartitions(b, c, (x, y, z) => [...x, ...y, ...z]).collect()).toEqual(
      [1, 2, 3, '1', '2', '3', 1.5, 4, 5, 6, '4', '5', '6', 2.5])
    expect(await a.zipPartitions(a, a, a, function* (x, y, z, w) {
      for (const one of x) yield one + y.next().value! + z.next().value! + w.next().value!
    }).collect()).toEqual([4, 8, 12, 16, 20, 24])
  }))

  test('partitions may have different sizes, and the function may be async', () =>
    withSpark(master, async sc => {
    const a = sc.parallelize([1, 2, 3], 2)
    const sizes = await a.zipPartitions(
      sc.parallelize([1], 2), async (x, y) => [[...x].length, [...y].length]).collect()
    expect(sizes).toEqual([1, 0, 2, 1])
    expect(await sc.emptyRDD().zipPartitions(sc.emptyRDD(), x => x).collect()).toEqual([])
  }))

  test('keeps the partitioner when told that keys stay', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[number, number]>([[1, 2]]).partitionBy(new HashPartitioner(2))
    expect(pairs.zipPartitions(pairs, x => x).partitioner).toBeUndefined()
    expect(pairs.zipPartitions(pairs, true, x => x).partitioner).toBe(pairs.partitioner)
    expect(pairs.zipPartitions(pairs, pairs, false, x => x).partitioner).toBeUndefined()
  }))

  test('refuses what does not fit', () => withSpark(master, async sc => {
    const a = sc.parallelize([1, 2], 2)
    const b = sc.parallelize([1], 3)
    expect(thrownBy(() => a.zipPartitions(a, b, x => x))).toMatchObject({
      name: 'IllegalArgumentError',
        message: expect.stringContaining('Can\'t zip RDDs with unequal numbers of partitions: List(2, 2, 3)'),
    })
    expect(thrownBy(() => a.zipPartitions(a as any, undefined as any)).message).toContain(
      'its last argument must be a function')
    expect(thrownBy(() => (a as any).zipPartitions(() => [])).message).toContain(
      'it takes 1 to 3 other RDDs and a function, got 0 RDDs')
    expect(thrownBy(() => (a as any).zipPartitions(a, 3, () => [])).message).toContain('must be an RDD')
    expect((await failureOf(a.zipPartitions(a, () => 3 as any).collect())).message)
      .toMatch(/the function given to zipPartitions must return an iterable, it returned 3/)
    await expectFailureIn('zipPartitions', 'zip-partitions.spec.ts',
      a.zipPartitions(a, () => { throw new Error('boom') }).collect())
    await expectFailureIn('zipPartitions', 'zip-partitions.spec.ts',
      a.zipPartitions(a, function* (): Generator<number> {
      yield 1
      throw new Error('boom')
    }).map(x => x).collect())
  }))
})
