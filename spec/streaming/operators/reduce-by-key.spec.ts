/** reduceByKey: one value a key and batch, merged before and after the shuffle. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, hostileKeys, itHolds, itNamesItsLine, thrown } from '../../support/operator-cases'

type Pair = [string, number]

describe.each(masters)('reduceByKey on %s', master => {
  itHolds<Pair, Pair>({
    master, build: pairs => pairs.reduceByKey((a, b) => a + b, 2),
    batches: [[['a', 1], ['a', 1], ['b', 1]], [['', 1], ['', 1]]],
    expected: [[['a', 2], ['b', 1]], [['', 2]]],
  })

  test.each(hostileKeys)('%p and %p are one key', async (a, b) => {
    const pairs: [unknown, number][] = [[a, 1], ['other', 5], [b, 2]]
    const [sums] = await testStream<[[unknown, number]], [unknown, number]>(
      [[pairs]], ([p]) => p.reduceByKey((x, y) => x + y, 3), { master, partitions: 3 })
    expect(sums!.map(([, sum]) => sum).sort()).toEqual([3, 5])
  })

  test('without partitions it has the default parallelism, with them what was asked for', async () => {
    const parts = (...args: any[]): Promise<unknown[][]> => testStream<[Pair], unknown>([[[['a', 1]]]],
      ([p]) => (p as any).reduceByKey((a: number, b: number) => a + b, ...args).glom(),
      { master, conf: { 'spark.default.parallelism': '4' } })
    expect((await parts())[0]).toHaveLength(4)
    expect((await parts(3))[0]).toHaveLength(3)
    expect(await parts({ numPartitions: 2, getPartition: () => 1 })).toEqual([[[], [['a', 1]]]])
  })

  itNamesItsLine<Pair>(master, 'reduceByKey', 'reduce-by-key.spec.ts', [['a', 1], ['a', 2]],
    pairs => pairs.reduceByKey(boom))

  test('wrong arguments are refused at the call', async () => {
    await testStream<[Pair], Pair>([[[['a', 1]]]], ([p]) => {
      expect(thrown(() => p.reduceByKey(1 as never)).message)
        .toMatch(/reduceByKey: its argument must be a function, got 1/)
      expect(thrown(() => p.reduceByKey(async (a: any) => a)).message).toMatch(/async/)
      expect(thrown(() => p.reduceByKey((a, b) => a + b, 0)).message)
        .toMatch(/Number of partitions \(0\) must be positive/)
      expect(thrown(() => p.reduceByKey((a, b) => a + b, {} as never)).message)
        .toMatch(/number of partitions or a partitioner/)
      return p
    }, { master })
  })

  test('an element that is no pair fails the batch with a sentence', async () => {
    const error = await failure(testStream([[[5 as never]]],
      ([pairs]) => (pairs as any).reduceByKey((a: any) => a), { master }))
    expect(error.message).toMatch(/reduceByKey needs \[key, value\] pairs, it got 5/)
  })
})
