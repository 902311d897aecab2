/** mapPartitions and mapPartitionsWithIndex: whole partitions, any iterable out, lazily. */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers, thrownBy } from '../../support/rdd-cases'

function* doubled(values: Iterable<number>): Generator<number> { for (const x of values) yield 2 * x }

describe.each(masters)('mapPartitions on %s', master => {
  test('gives each partition once', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    expect(await nums.mapPartitions(values => [[...values].reduce((a, b) => a + b)]).collect()).toEqual(
      [3, 7])
    expect(await nums.mapPartitions(values => [[...values].length]).collect()).toEqual([2, 2])
    expect(await nums.mapPartitionsWithIndex((index, values) => [[index, [...values].join('')]]).collect(
      )).toEqual([[0, '12'], [1, '34']])
    expect(await nums.map(x => x + 1).mapPartitions(doubled).map(x => x + 1).collect()).toEqual([5, 7, 9, 11])
    expect(await sc.emptyRDD<number>().mapPartitions(doubled).collect()).toEqual([])
    expect(await sc.parallelize<number>([], 2).mapPartitions(() => ['x']).collect()).toEqual(['x', 'x'])
  }))

  test('takes async functions and async generators', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    expect(await nums.mapPartitions(async values => [...values]).collect()).toEqual([1, 2, 3, 4])
    expect(await nums.mapPartitions(
      async function* (values) { for (const x of values) yield await Promise.resolve(-x) })
      .filter(x => x < -1).collect()).toEqual([-2, -3, -4])
  }))

  test('reads no more than is asked of it', () => withSpark(master, async sc => {
    const endless = sc.parallelize([1], 1).mapPartitions(function* () { for (let i = 0; ; i++) yield i })
    expect(await endless.map(x => x + 1).take(3)).toEqual([1, 2, 3])
  }))

  test('keeps the partitioner when told that keys stay', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[number, number]>([[1, 2]]).partitionBy(new HashPartitioner(2))
    expect(pairs.mapPartitions(values => values).partitioner).toBeUndefined()
    expect(pairs.mapPartitions(values => values, true).partitioner).toBe(pairs.partitioner)
    expect(pairs.mapPartitionsWithIndex((_index, values) => values, true).partitioner).toBe(pairs.partitioner)
  }))

  test('fails by its own line, at once or at a later element', () => withSpark(master, async sc => {
    const nums = sc.makeRDD(numbers(0, 9), 2)
    const boom = (): never => { throw new Error('boom') }
    await expectFailureIn('mapPartitions', 'map-partitions.spec.ts', nums.mapPartitions(boom).collect())
    await expectFailureIn('mapPartitions', 'map-partitions.spec.ts',
      nums.mapPartitions(async () => boom()).collect())
    await expectFailureIn('mapPartitionsWithIndex', 'map-partitions.spec.ts',
      nums.mapPartitionsWithIndex(boom).collect())
    await expectFailureIn('mapPartitions', 'map-partitions.spec.ts',
      nums.mapPartitions(function* (): Generator<number> {
      yield 1
      boom()
    }).map(x => x).filter(() => true).collect())
    await expectFailureIn('mapPartitions', 'map-partitions.spec.ts',
      nums.mapPartitions(async function* (): AsyncGenerator<number> {
      yield 1
      boom()
    }).map(x => x).collect())
    const error = await failureOf(nums.mapPartitions(() => undefined as any).collect())
    expect(error.message).toContain(
      'the function given to mapPartitions must return an iterable, it returned undefined')
    expect(thrownBy(() => nums.mapPartitions(1 as any)).message).toContain(
      'mapPartitions: its argument must be a function')
  }))
})
