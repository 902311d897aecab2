/** reduceByWindow: one element a window; with an inverse there is one for ever once there was one. */
import { Milliseconds, Seconds } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, itNamesItsLine, thrown } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

const add = (a: number, b: number): number => a + b
const subtract = (a: number, b: number): number => a - b

describe.each(masters)('reduceByWindow on %s', master => {
  test.each([1, 2, 5])('without an inverse, in %d partitions', async partitions => {
    const results = await testStream([[[1, 2], [], [3], undefined, [], [], [4]]],
      ([n]) => n.reduceByWindow(add, Seconds(2), Seconds(1)), { master, partitions })
    expect(results).toEqual([[3], [3], [3], [3], [], [], [4]])
  })

  test.each([1, 2, 5])('with an inverse, in %d partitions', async partitions => {
    const results = await testStream([[[], [1, 2], [], [3], undefined, [], [], [4]]],
      ([n]) => n.reduceByWindow(add, subtract, Seconds(2), Seconds(1)), { master, partitions })
    expect(results).toEqual([[], [3], [3], [3], [3], [0], [0], [4]])
  })

  test.each(['plain', 'inverse'])('a slide longer than the window, %s', async form => {
    const results = await testStream([[[1], [2], [4], [8], [16], [32]]], ([n]) => form === 'plain'
      ? n.reduceByWindow(add, Seconds(2), Seconds(3))
        : n.reduceByWindow(add, subtract, Seconds(2), Seconds(3)), { master })
    expect(results).toEqual([[6], [48]])
  })

  itNamesItsLine(master, 'reduceByWindow', 'reduce-by-window.spec.ts', [1, 2],
    n => n.reduceByWindow(boom, Seconds(2), Seconds(1)))
  test('an error in the inverse names the operator and its line', async () => {
    const error = await failure(testStream([[[1], []]],
      ([n]) => n.reduceByWindow(add, boom, Seconds(1), Seconds(1)), { master }))
    expect(error.message).toMatch(/in reduceByWindow at reduce-by-window\.spec\.ts:\d+.*boom/)
  })

  test('wrong arguments are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const n = ssc.queueStream([[1]])
      expect(thrown(() => n.reduceByWindow(1 as never, Seconds(1), Seconds(1))).message)
        .toMatch(/reduceByWindow: its argument must be a function/)
      expect(thrown(() => n.reduceByWindow(add, 1 as never, Seconds(1))).message)
        .toMatch(/reduceByWindow: the window duration must be a Duration/)
      expect(thrown(() => n.reduceByWindow(add, Milliseconds(1), Seconds(1))).message)
        .toMatch(/The window duration of windowed DStream \(1 ms\)/)
      expect(thrown(() => n.reduceByWindow(add, subtract, Seconds(1), Milliseconds(1))).message)
        .toMatch(/The slide duration of ReducedWindowedDStream \(1 ms\)/)
    })
  })
})
