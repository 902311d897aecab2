/**
 * reduceByKeyAndWindow, with and without an inverse: the same sums, but with an inverse keys stay until a
 * filter drops them.
 */
import { HashPartitioner, Milliseconds, Seconds, StorageLevel, type DStream } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, hostileKeys, itNamesItsLine, sorted, thrown } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

type Pair = [string, number]
type Form = 'plain' | 'inverse' | 'filtered'

const add = (a: number, b: number): number => a + b
const subtract = (a: number, b: number): number => a - b
const a1: Pair[] = [['a', 1]]
const ab: Pair[] = [['a', 1], ['b', 1]]
const abc: Pair[] = [['a', 1], ['b', 1], ['c', 1]]
const bigInput = [a1, ab, abc, ab, a1, [], a1, ab, abc, ab, a1, []]

function sums(pairs: DStream<Pair>, form: Form, length: number, slide: number): DStream<Pair> {
  if (form === 'plain') return pairs.reduceByKeyAndWindow(add, Seconds(length), Seconds(slide))
  if (form === 'inverse') return pairs.reduceByKeyAndWindow(add, subtract, Seconds(length), Seconds(slide))
  return pairs.reduceByKeyAndWindow(add, subtract, Seconds(length), Seconds(slide),
    { filter: ([, sum]) => sum !== 0 })
}

function counts(...values: [number, number?, number?][]): Pair[][] {
  return values.map(row => row.flatMap((value, index): Pair[] => value === undefined ? []
    : [['abc'[index]!, value]]))
}

describe.each(masters)('reduceByKeyAndWindow on %s', master => {
  describe.each<Form>(['plain', 'inverse', 'filtered'])('%s', form => {
    const gone: Pair[] = form === 'inverse' ? [['a', 0]] : []
    test.each<[string, Pair[][], number, number, Pair[][]]>([
      ['one batch with several values', [[['a', 1], ['a', 3]]], 2, 1, [[['a', 4]]]],
      ['a key that gets another value', [a1, a1], 2, 1, [[['a', 1]], [['a', 2]]]],
      ['a new key', [a1, ab], 2, 1, [[['a', 1]], [['a', 2], ['b', 1]]]],
      ['a key that leaves', [a1, [], []], 2, 1, [[['a', 1]], [['a', 1]], gone]],
      ['a longer slide', [[['a', 1]], [['a', 2]], [['a', 3]], [['a', 4]], [['a', 5]], [['a', 6]], [], []], 4,
        2,
        [[['a', 3]], [['a', 10]], [['a', 18]], [['a', 11]]]],
      ['a slide longer than the window', [[['a', 1]], [['a', 2]], [['a', 4]], [['a', 8]], [['a', 16]], [], [],
        [], []], 1, 3,
        [[['a', 4]], gone, gone]],
      ['nothing at all', [[], [], []], 2, 1, [[], [], []]],
    ])('%s', async (_what, input, length, slide, expected) => {
      const results = await testStream<[Pair], Pair>(
        [input], ([p]) => sums(p, form, length, slide), { master })
      expect(sorted(results)).toEqual(expected)
    })

    test.each([1, 2, 5])('a dozen batches in %d partitions', async partitions => {
      const rest = form === 'inverse' ? 0 : undefined
      const expected = counts([1], [2, 1], [2, 2, 1], [2, 2, 1], [2, 1, rest], [1, rest, rest],
        [1, rest, rest], [2, 1, rest],
        [2, 2, 1], [2, 2, 1], [2, 1, rest], [1, rest, rest])
      const results = await testStream<[Pair], Pair>(
        [bigInput], ([p]) => sums(p, form, 2, 1), { master, partitions })
      expect(sorted(results)).toEqual(expected)
    })

    test('a missing batch adds nothing and what went before stays right', async () => {
      const results = await testStream<[Pair], Pair>(
        [[undefined, a1, undefined, a1, undefined]], ([p]) => sums(p, form, 2, 1), { master })
      expect(sorted(results)).toEqual([[], a1, a1, a1, a1])
    })

    test.each(hostileKeys)('%p and %p are one key', async (a, b) => {
      const results = await testStream<[[unknown, number]], [unknown, number]>(
        [[[[a, 1]], [[b, 2], ['other', 5]], []]],
        ([p]) => sums(p as never, form, 2, 1) as never, { master })
      expect(results.map(batch => batch.map(([, sum]) => sum).sort())).toEqual([[1], [3, 5], [2, 5]])
    })

    test('has the partitions that were asked for', async () => {
      const build = (options: any) => (pairs: readonly DStream<Pair>[]): DStream<unknown> => (form === 'plain'
        ? pairs[0]!.reduceByKeyAndWindow(add, Seconds(2), Seconds(1), options)
        : pairs[0]!.reduceByKeyAndWindow(add, subtract, Seconds(2), Seconds(1), options)).glom()
      const partitions = async (options: unknown): Promise<number[]> =>
        (await testStream<[Pair], unknown>([[a1, a1]], build(options) as never,
          { master, conf: { 'spark.default.parallelism': '4' } }))
          .map(batch => batch.length)
      expect(await partitions(undefined)).toEqual([4, 4])
      expect(await partitions({ numPartitions: 3 })).toEqual([3, 3])
      expect(await partitions({ partitioner: new HashPartitioner(2) })).toEqual([2, 2])
      expect(await partitions(5)).toEqual([5, 5])
      expect(await partitions(new HashPartitioner(1))).toEqual([1, 1])
    })
  })

  test('the filtered result is the base of the next window', async () => {
    // At 2 the sum is 3 and dropped; at 3 there is what came then; at 4 the batch of 2 leaves all the same.
    const results = await testStream<[Pair], Pair>([[[['a', 1]], [['a', 2]], [['a', 1]], []]],
      ([p]) => p.reduceByKeyAndWindow(add, subtract, Seconds(2), Seconds(1),
        { filter: ([, sum]) => sum !== 3 }), { master })
    expect(results).toEqual([[['a', 1]], [], [['a', 1]], [['a', -1]]])
  })

  test('a filter of two parameters gets key and value', async () => {
    const results = await testStream<[Pair], Pair>([[ab, [], []]],
      ([p]) => p.reduceByKeyAndWindow(add, subtract, Seconds(1), Seconds(1),
        { filter: (key: string, sum: number) => key === 'b' || sum !== 0 }), { master })
    expect(sorted(results)).toEqual([ab, [['b', 0]], [['b', 0]]])
  })

  test('the inverse is called once a key and slide, with all that left', async () => {
    let value = (): unknown => undefined
    const input: Pair[][] = [[['a', 1]], [['a', 2]], [['a', 4]], [['a', 8]], [], []]
    await testStream<[Pair], Pair>([input], ([p], ssc) => {
      const calls = ssc.sparkContext.collectionAccumulator<number[]>()
      value = () => calls.value
      return p.reduceByKeyAndWindow(add, (whole, part) => {
        calls.add([whole, part])
        return whole - part
      }, Seconds(2), Seconds(2))
    }, { master })
    expect(value()).toEqual([[3, 3], [12, 12]])
  })

  test('persists itself and its panes', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const stream = ssc.queueStream([a1]).reduceByKeyAndWindow(add, subtract, Seconds(2))
      const [panes] = stream.dependencies
      expect([stream.storageLevel, panes!.storageLevel])
        .toEqual([StorageLevel.MEMORY_ONLY_SER, StorageLevel.MEMORY_ONLY_SER])
      stream.persist(StorageLevel.MEMORY_AND_DISK)
      expect([stream.storageLevel, panes!.storageLevel])
        .toEqual([StorageLevel.MEMORY_AND_DISK, StorageLevel.MEMORY_AND_DISK])
    })
  })

  test('with an inverse it needs a checkpoint folder, and says so at the start', async () => {
    await withStreaming(master, async ({ ssc }) => {
      ssc.queueStream([a1]).reduceByKeyAndWindow(add, subtract, Seconds(2)).print()
      const error = await failure(ssc.start())
      expect(error).toMatchObject({
        name: 'IllegalArgumentError', at: expect.stringMatching(
          /^reduceByKeyAndWindow at reduce-by-key-and-window\.spec/),
        message: 'The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().',
      })
    })
  })

  itNamesItsLine<Pair>(master, 'reduceByKeyAndWindow', 'reduce-by-key-and-window.spec.ts',
    [['a', 1], ['a', 2]],
    pairs => pairs.reduceByKeyAndWindow(boom, Seconds(2)))
  test('an error in the inverse or in the filter names the operator and its line', async () => {
    for (const [inverse, filter] of [[boom, undefined], [subtract, boom]] as const) {
      const error = await failure(testStream<[Pair], Pair>([[a1, []]],
        ([p]) => p.reduceByKeyAndWindow(add, inverse, Seconds(1), Seconds(1), { filter }), { master }))
      expect(error.message).toMatch(/in reduceByKeyAndWindow at reduce-by-key-and-window\.spec\.ts:\d+.*boom/)
    }
  })

  test('wrong arguments are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const pairs = ssc.queueStream([a1])
      const message = (f: () => unknown): string => thrown(f).message
      expect(message(() => pairs.reduceByKeyAndWindow(add, subtract, Milliseconds(1500)))).toBe(
        'The window duration of ReducedWindowedDStream (1500 ms) must be multiple'
        + ' of the slide duration of parent DStream (1000 ms)')
      expect(message(() => pairs.reduceByKeyAndWindow(add, subtract, Seconds(2), Milliseconds(1500)))).toBe(
        'The slide duration of ReducedWindowedDStream (1500 ms) must be multiple'
        + ' of the slide duration of parent DStream (1000 ms)')
      expect(message(() => pairs.reduceByKeyAndWindow(add, Milliseconds(1500)))).toBe(
        'The window duration of windowed DStream (1500 ms) must be a multiple'
        + ' of the slide duration of parent DStream (1000 ms)')
      expect(message(() => pairs.reduceByKeyAndWindow(add, 5 as never)))
        .toMatch(/reduceByKeyAndWindow: the window duration must be a Duration/)
      expect(message(() => pairs.reduceByKeyAndWindow(1 as never, Seconds(1))))
        .toMatch(/its argument must be a function, got 1/)
      expect(message(() => pairs.reduceByKeyAndWindow(add, (async () => 1) as never, Seconds(1))))
        .toMatch(/its inverse is an async function/)
      expect(message(() => pairs.reduceByKeyAndWindow(
        add, subtract, Seconds(1), Seconds(1), { filter: 1 as never })))
          .toMatch(/its filter must be a function/)
      expect(message(() => pairs.reduceByKeyAndWindow(
        add, Seconds(1), Seconds(1), { filter: () => true } as never)))
          .toMatch(/only the form with an inverse/)
      expect(message(() => pairs.reduceByKeyAndWindow(add, Seconds(1), Seconds(1), { numPartitions: 0 })))
        .toMatch(/must be positive/)
      expect(message(() => pairs.reduceByKeyAndWindow(
        add, Seconds(1), Seconds(1), { numPartitions: 1, partitioner: new HashPartitioner(1) })))
        .toMatch(/numPartitions or a partitioner, got both/)
    })
  })
})
