import { concat, from, Observable, of, Subject, throwError } from 'rxjs'
import { IllegalArgumentError } from '../../../lib/index'
import { limits } from '../../../lib/base/limits'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { withLog } from '../../support/logged'
import { withStreaming } from '../../support/streams'

describe.each(masters)('observableStream on %s', master => {
  test('what is emitted between two batches is the second, in order', () => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const subject = new Subject<number>()
    const batches = collectBatches(ssc.observableStream(subject))
    subject.next(0)
    await ssc.start()
    for (let i = 1; i <= 6; i++) {
      subject.next(i)
      await clock.advance(150)
    }
    subject.next(7)
    await clock.advance(100)
    subject.next(8)
    await runBatches(2)
    expect(batches).toEqual([[1, 2, 3, 4, 5, 6, 7], [8], []])
  }))

  test('what it emits at once is the first batch; after its end the stream goes on empty', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const batches = collectBatches(ssc.observableStream(from(['a', 'b'])))
    await ssc.start()
    await runBatches(3)
    expect(batches).toEqual([['a', 'b'], [], []])
    expect(ssc.firstError).toBeUndefined()
  }))

  test('its records are counted, and listeners hear of it', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const counts: number[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { counts.push(batchInfo.numRecords) } })
    ssc.observableStream(of(1, 2, 3)).foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(2)
    expect(counts).toEqual([3, 0])
  }))

  test('its error comes out of awaitTermination; what came before it is processed and the stream goes on', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const thrown = new RangeError('sensor gone')
    const batches = collectBatches(ssc.observableStream(concat(of(1, 2), throwError(() => thrown))))
    const others = collectBatches(ssc.queueStream([['x'], ['y']]))
    await ssc.start()
    await runBatches(2)
    expect([batches, others]).toEqual([[[1, 2], []], [['x'], ['y']]])
    await expect(ssc.awaitTermination()).rejects.toBe(thrown)
  })))

  test('one that throws when it is subscribed to is such an error', () => withLog(() => withStreaming(master, async ({ ssc }) => {
    ssc.observableStream(new Observable<number>(() => { throw new Error('no permission') })).foreachRDD(() => undefined)
    await ssc.start()
    await expect(ssc.awaitTermination()).rejects.toThrow('no permission')
  })))

  test('it is subscribed to at the start and unsubscribed from at the stop', () => withStreaming(master, async ({ ssc }) => {
    const subject = new Subject<number>()
    ssc.observableStream(subject).foreachRDD(() => undefined)
    expect(subject.observed).toBe(false)
    await ssc.start()
    expect(subject.observed).toBe(true)
    await ssc.stop(false)
    expect(subject.observed).toBe(false)
  }))

  test('one that emits without end is refused at the limit: what was gathered is processed, and the program hears of it', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    let emitted = 0
    const endless = new Observable<number>(subscriber => { while (!subscriber.closed) subscriber.next(emitted++) })
    const counts = collectBatches(ssc.observableStream(endless).count())
    await ssc.start()
    await runBatches(2)
    expect(counts).toEqual([[limits.receiverUnawaitedRecordsMax], [0]])
    await expect(ssc.awaitTermination()).rejects.toMatchObject({ code: 'MR_LIMIT', message: expect.stringContaining('receiverUnawaitedRecordsMax') })
  })), 60_000)
})

test.each([[undefined], [null], [[1, 2]], [(async function* () { yield 1 })()]])('%p is no observable', value => withStreaming('local', async ({ ssc }) => {
  expect(() => ssc.observableStream(value as never)).toThrow(IllegalArgumentError)
}))
