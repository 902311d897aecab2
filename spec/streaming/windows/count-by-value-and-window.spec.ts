/** countByValueAndWindow: how often each element is in the window; what is gone is gone. */
import { Seconds } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { failure, hostileKeys, sorted } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

describe.each(masters)('countByValueAndWindow on %s', master => {
  test.each([1, 2, 5])('counts each value, in %d partitions', async partitions => {
    const results = await testStream([[['a'], ['b', 'b'], ['a', 'b'], [], undefined, []]],
      ([words]) => words.countByValueAndWindow(Seconds(2), Seconds(1)), { master, partitions })
    expect(sorted(results))
      .toEqual([[['a', 1]], [['a', 1], ['b', 2]], [['a', 1], ['b', 3]], [['a', 1], ['b', 1]], [], []])
  })

  test.each(hostileKeys)('%p and %p are one value', async (a, b) => {
    const results = await testStream<[unknown], [unknown, number]>([[[a], [b], [], []]],
      ([values]) => values.countByValueAndWindow(Seconds(2), Seconds(1), 3), { master })
    expect(results.map(batch => batch.map(([, count]) => count))).toEqual([[1], [2], [1], []])
  })

  test('needs a checkpoint folder', async () => {
    await withStreaming(master, async ({ ssc }) => {
      ssc.queueStream([[1]]).countByValueAndWindow(Seconds(2), Seconds(1)).print()
      expect(await failure(ssc.start())).toMatchObject({
        message: expect.stringMatching(/checkpoint directory has not been set/),
        at: expect.stringMatching(/^countByValueAndWindow at count-by-value-and-window\.spec/),
      })
    })
  })
})
