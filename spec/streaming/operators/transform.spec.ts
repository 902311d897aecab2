/**
 * transform, transformWith and the context's transform: RDD functions of whole batches, called when a batch
 * is generated.
 */
import { Seconds } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, itHolds, thrown } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'

describe.each(masters)('transform on %s', master => {
  itHolds<number, string>({
    master, ordered: true, missing: false, build: numbers =>
      numbers.transform(rdd => rdd.map(n => String(n))),
    batches: [[1, 2, 3, 4], [5]], expected: [['1', '2', '3', '4'], ['5']],
  })

  test('gets the time of the batch, once a batch', async () => {
    const times: number[] = []
    await testStream([[[1], [2], [3]]], ([n]) => n.transform((rdd, time) => {
      times.push(time.milliseconds)
      return rdd
    }), { master })
    expect(times).toEqual([1000, 2000, 3000])
  })

  test('may leave the batch for another RDD', async () => {
    const results = await testStream([[[1, 2], [3]]], ([n], ssc) => {
      const kept = ssc.sparkContext.parallelize(['kept'], 1).cache()
      return n.transform((_rdd, time) => time.milliseconds === 1000 ? kept
        : ssc.sparkContext.emptyRDD<string>())
    }, { master })
    expect(results).toEqual([['kept'], []])
  })

  test('joins a stream with an RDD from elsewhere', async () => {
    const results = await testStream<[[string, number]], [string, [number, string]]>(
      [[[['a', 1], ['b', 2]], []]], ([pairs], ssc) => {
      const names = ssc.sparkContext.parallelize<[string, string]>([['a', 'Ann']])
      return pairs.transform(rdd => rdd.join(names))
    }, { master })
    expect(results).toEqual([[['a', [1, 'Ann']]], []])
  })

  test('transformWith gets both RDDs and the time', async () => {
    const results = await testStream<[number, string], string>([[[1, 2], []], [['a'], ['b']]],
      ([n, s]) => n.transformWith(s, (a, b, time) => a.map(String).union(b)
        .map(x => `${x}@${time.milliseconds}`)), { master })
    expect(results).toEqual([['1@1000', '2@1000', 'a@1000'], ['b@2000']])
  })

  test('the context transforms any number of streams together', async () => {
    const results = await testStream<[number, string, number], string>([[[1]], [['a']], [[2]]],
      ([a, b, c], ssc) => ssc.transform([a, b, c], ([x, y, z], time) =>
        x.map(n => String(n)).union(y).union(z.map(n => `${n} at ${time}`))), { master })
    expect(results).toEqual([['1', 'a', '2 at 1000 ms']])
  })

  test('what its function makes has the function\'s own lines', async () => {
    const error = await failure(testStream([[[1]]], ([n]) => n.transform(rdd => {
      const doubled = rdd.map(x => x * 2)
      return doubled.filter(boom)
    }), { master }))
    expect(error.at).toMatch(/^filter at transform\.spec\.ts:\d+$/)
  })

  test.each([
    ['null', () => null, 'Transform function must not return null. Return SparkContext.emptyRDD() instead'],
    ['undefined', () => undefined,
      'Transform function must not return null. Return SparkContext.emptyRDD() instead'],
    ['an array', () => [1], 'the function given to transform must return an RDD, it returned an array of 1'],
    ['a promise', () => Promise.resolve(1),
      'the function given to transform must return an RDD, it returned an object (Promise)'],
  ])('returning %s is an error that says what to return', async (_what, f, message) => {
    expect(await failure(testStream([[[1]]], ([n]) => n.transform(f as never), { master }))).toMatchObject({
      name: 'SparkError', message, at: expect.stringMatching(/^transform at transform\.spec\.ts:\d+$/),
    })
  })

  test('what its function throws comes out as it is', async () => {
    const error = await failure(testStream([[[1]]], ([n]) => n.transform(boom), { master }))
    expect(error.message).toBe('boom')
  })

  test.each(['transform', 'transformWith', 'context'])(
    'a parent without an RDD is an error: %s', async form => {
    const error = await failure(testStream<[number, number], number>([[[1]], [undefined]], ([a, b], ssc) => {
      if (form === 'transform') return b.transform(rdd => rdd)
      return form === 'transformWith' ? a.transformWith(b, x => x) : ssc.transform([a, b], ([x]) => x)
    }, { master }))
    expect(error).toMatchObject({ name: 'SparkError',
      message: "Couldn't generate RDD from parent at time 1000 ms" })
  })

  test('wrong arguments are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const stream = ssc.queueStream([[1]])
      expect(thrown(() => stream.transform(1 as never)).message)
        .toMatch(/transform: its function must be a function, got 1/)
      expect(thrown(() => stream.transform((async (rdd: any) => rdd) as never))).toMatchObject({
        message: expect.stringMatching(/its function is async/), hint: expect.stringMatching(/foreachRDD/),
      })
      expect(thrown(() => stream.transformWith(undefined as never, a => a)).message)
        .toMatch(/transformWith: it takes a DStream, got undefined/)
      expect(thrown(() => ssc.transform([], () => undefined as never)).message)
        .toMatch(/List of DStreams to transform is empty/)
      expect(thrown(() => stream.transformWith(stream.window(Seconds(2), Seconds(2)), a => a)).message)
        .toMatch(/different slide durations/)
    })
  })
})
