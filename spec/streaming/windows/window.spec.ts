/** window: the batches of the last while, at every slide; partial at first. */
import { Milliseconds, Seconds, StorageLevel } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { thrown } from '../../support/operator-cases'
import { ProbeInput, withStreaming } from '../../support/streams'

const batches = [[0], [1], [2], [3], [4], [5]]

describe.each(masters)('window on %s', master => {
  test.each([
    ['overlapping', 2, 1, [[0], [0, 1], [1, 2], [2, 3], [3, 4], [4, 5]]],
    ['tumbling', 2, 2, [[0, 1], [2, 3], [4, 5]]],
    ['longer than two slides', 4, 2, [[0, 1], [0, 1, 2, 3], [2, 3, 4, 5]]],
    ['with gaps', 1, 2, [[1], [3], [5]]],
    ['longer than the stream', 100, 3, [[0, 1, 2], [0, 1, 2, 3, 4, 5]]],
  ])('%s', async (_what, length, slide, expected) => {
    expect(await testStream([batches], ([n]) => n.window(Seconds(length), Seconds(slide)), { master }))
      .toEqual(expected)
  })

  test('slides with every batch unless it is said', async () => {
    expect(await testStream([[[1], [2], [3]]], ([n]) => n.window(Seconds(2)), { master }))
      .toEqual([[1], [1, 2], [2, 3]])
  })

  test.each([1, 3])('empty and missing batches add nothing, in %d partitions', async partitions => {
    const results = await testStream([[undefined, [1], [], undefined, [2], undefined]],
      ([n]) => n.window(Seconds(2)), { master, partitions })
    expect(results).toEqual([[], [1], [1], [], [2], [2]])
  })

  test('windows of windows', async () => {
    const results = await testStream([batches], ([n]) => n.window(Seconds(2)).window(Seconds(4), Seconds(2)),
      { master })
    expect(results).toEqual([[0, 0, 1], [0, 0, 1, 1, 2, 2, 3], [1, 2, 2, 3, 3, 4, 4, 5]])
  })

  test('persists its parent and never itself', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const parent = ssc.queueStream([[1]])
      const window = parent.window(Seconds(2))
      expect([window.storageLevel, parent.storageLevel])
        .toEqual([StorageLevel.NONE, StorageLevel.MEMORY_ONLY_SER])
      expect(window.persist(StorageLevel.MEMORY_ONLY)).toBe(window)
      expect([window.storageLevel, parent.storageLevel])
        .toEqual([StorageLevel.NONE, StorageLevel.MEMORY_ONLY])
      const chosen = ssc.queueStream([[1]]).persist(StorageLevel.MEMORY_AND_DISK)
      chosen.window(Seconds(2))
      expect(chosen.storageLevel).toBe(StorageLevel.MEMORY_AND_DISK)
    })
  })

  test('computes each element of its parent once, however many windows it is in', async () => {
    let value = (): number => 0
    const results = await testStream([[[1], [2], [3], [4]]], ([n], ssc) => {
      const calls = ssc.sparkContext.longAccumulator()
      value = () => calls.value
      return n.map(x => {
        calls.add(1)
        return x
      }).window(Seconds(3))
    }, { master })
    expect(results).toEqual([[1], [1, 2], [1, 2, 3], [2, 3, 4]])
    expect(value()).toBe(4)
  })

  test('a batch that only a later window reads is computed then, from its own input', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const input = new ProbeInput(ssc, ms => [ms])
      const seen: number[][] = []
      input.window(Seconds(2), Seconds(2)).foreachRDD(async rdd => { seen.push(await rdd.collect()) })
      await ssc.start()
      await runBatches(4)
      expect(seen).toEqual([[1000, 2000], [3000, 4000]])
      expect(input.computed).toEqual([1000, 2000, 3000, 4000])
    })
  })

  test('durations that do not fit the slide are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const parent = ssc.queueStream([[1]])
      expect(thrown(() => parent.window(Milliseconds(1500)))).toMatchObject({
        name: 'IllegalArgumentError', at: expect.stringMatching(/^window at window\.spec\.ts:\d+$/),
        message: 'The window duration of windowed DStream (1500 ms) must be a multiple'
        + ' of the slide duration of parent DStream (1000 ms)',
      })
      expect(thrown(() => parent.window(Seconds(4), Milliseconds(2500))).message).toBe(
        'The slide duration of windowed DStream (2500 ms) must be a multiple'
        + ' of the slide duration of parent DStream (1000 ms)')
      expect(thrown(() => parent.window(Seconds(4), Seconds(2)).window(Seconds(3))).message).toBe(
        'The window duration of windowed DStream (3000 ms) must be a multiple'
        + ' of the slide duration of parent DStream (2000 ms)')
    })
  })

  test('what is no duration, or none that is longer than nothing, is refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const parent = ssc.queueStream([[1]])
      expect(thrown(() => parent.window(2 as never))).toMatchObject({
        message: expect.stringMatching(
          /^window: the window duration must be a Duration, but got the bare number 2/),
        at: expect.stringMatching(/^window at window\.spec/),
      })
      expect(thrown(() => parent.window(Seconds(2), 1 as never)).message)
        .toMatch(/^window: the slide duration must be a Duration/)
      expect(thrown(() => parent.window(undefined as never)).message)
        .toMatch(/must be a Duration, but got undefined/)
      expect(thrown(() => parent.window(Seconds(0))).message)
        .toMatch(/the window duration must be longer than 0 ms, got 0 ms/)
      expect(thrown(() => parent.window(Seconds(1), Seconds(-1))).message)
        .toMatch(/the slide duration must be longer than 0 ms, got -1000 ms/)
    })
  })

  test('a window cannot be checkpointed, for it holds nothing of its own', async () => {
    await withStreaming(master, async ({ ssc }) => {
      ssc.checkpoint('/tmp/never-written')
      ssc.queueStream([[1]]).window(Seconds(2)).checkpoint(Seconds(2)).print()
      await expect(ssc.start()).rejects.toThrow(
        /WindowedDStream has been marked for checkpointing but the storage level has not been set/)
    })
  })
})
