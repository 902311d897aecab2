/** countByWindow: one number a window, 0 when it is empty. */
import { Seconds } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { failure } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

describe.each(masters)('countByWindow on %s', master => {
  test.each([1, 2, 5])('counts what is in the window, in %d partitions', async partitions => {
    const results = await testStream([[[1], [1], [1, 2], [0], [], []]],
      ([n]) => n.countByWindow(Seconds(2), Seconds(1)), { master, partitions })
    expect(results).toEqual([[1], [2], [3], [3], [1], [0]])
  })

  test('is 0 from the first window on', async () => {
    expect(await testStream([[[], [], ['a']]], ([n]) => n.countByWindow(Seconds(2), Seconds(1)), { master }))
      .toEqual([[0], [0], [1]])
  })

  test('with slides shorter and longer than the window', async () => {
    const input = [[1], [1, 1], [1, 1, 1], undefined, [1], []]
    expect(await testStream([input], ([n]) => n.countByWindow(Seconds(3), Seconds(2)), { master }))
      .toEqual([[3], [5], [1]])
    expect(await testStream([input], ([n]) => n.countByWindow(Seconds(1), Seconds(3)), { master }))
      .toEqual([[3], [0]])
  })

  test('needs a checkpoint folder', async () => {
    await withStreaming(master, async ({ ssc }) => {
      ssc.queueStream([[1]]).countByWindow(Seconds(2), Seconds(1)).print()
      expect(await failure(ssc.start())).toMatchObject({
        message: expect.stringMatching(/checkpoint directory has not been set/),
        at: expect.stringMatching(/^countByWindow at count-by-window\.spec/),
      })
    })
  })
})
