/** groupByKeyAndWindow: all values of a key in the window, batch after batch. */
import { Milliseconds, Seconds, StorageLevel } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { hostileKeys, sorted, thrown } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

type Pair = [string, number]

describe.each(masters)('groupByKeyAndWindow on %s', master => {
  test.each([1, 2, 5])('groups what is in the window, in %d partitions', async partitions => {
    const results = await testStream<[Pair], [string, number[]]>(
      [[[['a', 1]], [['a', 2], ['b', 3]], [['b', 4]], undefined, []]],
      ([p]) => p.groupByKeyAndWindow(Seconds(2)), { master, partitions })
    expect(sorted(results))
      .toEqual([[['a', [1]]], [['a', [1, 2]], ['b', [3]]], [['a', [2]], ['b', [3, 4]]], [['b', [4]]], []])
  })

  test('arrays that a program changes do not reach later windows, though the panes are kept as objects',
    async () => {
    const results = await testStream<[Pair], Pair>([[[['a', 1]], [['a', 2]], [['a', 3]]]], ([pairs]) => {
      const groups = pairs.groupByKeyAndWindow(Seconds(3))
      groups.dependencies[0]!.persist(StorageLevel.MEMORY_ONLY)
      return groups.mapValues(values => values.splice(0).reduce((x, y) => x + y))
    }, { master })
    expect(results).toEqual([[['a', 1]], [['a', 3]], [['a', 6]]])
  })

  test('a slide longer than the window', async () => {
    const results = await testStream<[Pair], [string, number[]]>(
      [[[['a', 1]], [['a', 2]], [['a', 3]], [['a', 4]]]],
      ([p]) => p.groupByKeyAndWindow(Seconds(1), Seconds(2)), { master })
    expect(results).toEqual([[['a', [2]]], [['a', [4]]]])
  })

  test.each(hostileKeys)('%p and %p are one key', async (a, b) => {
    const results = await testStream<[[unknown, number]], [unknown, number[]]>([[[[a, 1]], [[b, 2]]]],
      ([p]) => p.groupByKeyAndWindow(Seconds(2), undefined, { numPartitions: 3 }), { master })
    expect(results[1]!.map(([, values]) => values)).toEqual([[1, 2]])
  })

  test('durations that do not fit are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const pairs = ssc.queueStream([[['a', 1] as Pair]])
      expect(thrown(() => pairs.groupByKeyAndWindow(Milliseconds(1)))).toMatchObject({
        message: expect.stringMatching(/The window duration of windowed DStream \(1 ms\)/),
        at: expect.stringMatching(/^groupByKeyAndWindow at/),
      })
      expect(thrown(() => pairs.groupByKeyAndWindow(1 as never)).message)
        .toMatch(/groupByKeyAndWindow: the window duration must be a Duration/)
    })
  })
})
