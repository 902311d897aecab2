/** union: the batches of several streams put together, in the order of the streams. */
import { Seconds, StreamingContext } from '../../../lib/index'
import { ManualClock, testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { failure, itHolds, thrown } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

describe.each(masters)('union on %s', master => {
  test('this stream first, then the other, batch by batch', async () => {
    const results = await testStream<[number, number], number>(
      [[[1, 2, 3, 4], [101], []], [[5, 6, 7, 8], [], []]], ([a, b]) => a.union(b), { master })
    expect(results).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], [101], []])
  })

  test('the context unites any number, of different kinds too', async () => {
    const results = await testStream<[number, string, boolean], number | string | boolean>(
      [[[1], []], [['a'], ['b']], [[true], []]], ([a, b, c], ssc) => ssc.union([a, b, c]), { master })
    expect(results).toEqual([[1, 'a', true], ['b']])
  })

  itHolds<number, number>({
    master, ordered: true, missing: false, build: n => n.context.union([n]), batches: [[1, 2]],
    expected: [[1, 2]],
  })
  itHolds<number, number>({
    master, ordered: true, missing: false, build: n => n.union(n), batches: [[1], [2]],
    expected: [[1, 1], [2, 2]],
  })

  test('pairs placed by one partitioner stay placed', async () => {
    const results = await testStream<[[string, number], [string, number]], any>(
      [[[['a', 1], ['b', 2]]], [[['a', 3]]]],
      ([a, b]) => a.reduceByKey((x, y) => x + y, 3).union(b.reduceByKey((x, y) => x + y, 3)).glom(),
      { master })
    expect(results[0]).toHaveLength(3)
  })

  test('a parent without an RDD is an error that names the call', async () => {
    expect(await failure(testStream([[[1]], [undefined]], ([a, b]) => a.union(b), { master })))
      .toMatchObject({
      name: 'SparkError', message: 'Could not generate RDD from a parent for unifying at time 1000 ms',
      at: expect.stringMatching(/^union at union\.spec\.ts:\d+$/),
    })
  })

  test('no streams, other contexts, other slides and other things are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const stream = ssc.queueStream([[1]])
      const other = new StreamingContext(ssc.sparkContext, Seconds(1), { clock: new ManualClock() })
        .queueStream([[1]])
      const refused = (f: () => unknown, message: RegExp): void => {
        expect(thrown(f)).toMatchObject({ name: 'IllegalArgumentError',
          message: expect.stringMatching(message), at: expect.stringMatching(/^union at union\.spec/) })
      }
      refused(() => ssc.union([]), /List of DStreams to union is empty/)
      refused(() => stream.union(other), /Some of the DStreams have different contexts/)
      refused(() => stream.union(stream.window(Seconds(2), Seconds(2))),
        /Some of the DStreams have different slide durations: 1000 ms and 2000 ms/)
      refused(() => stream.union([1] as never), /it takes a DStream, got an array of 1/)
      refused(() => ssc.union(stream as never), /it takes an array of DStreams, got an object/)
    })
  })
})
