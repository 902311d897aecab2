import { from, Subject } from 'rxjs'
import { InputDStream, Milliseconds, type RDD, type StreamingContext } from '../../../lib/index'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { withLog } from '../../support/logged'
import { HandReceiver } from '../../support/receivers'
import { withStreaming } from '../../support/streams'

class Noted extends InputDStream<number> {
  constructor(ssc: StreamingContext, private readonly order: string[]) { super(ssc) }
  override start(): void { this.order.push('input started') }
  override stop(): void { this.order.push('input stopped') }
  override compute(): RDD<number> { return this.context.sparkContext.emptyRDD() }
}

describe.each(masters)('a graceful stop on %s', master => {
  test('processes all that was received, without waiting for the next tick', () => withStreaming(master, async ({ ssc, clock }) => {
    const receiver = new HandReceiver<number>()
    const subject = new Subject<string>()
    const numbers = collectBatches(ssc.receiverStream(receiver))
    const texts = collectBatches(ssc.observableStream(subject))
    await ssc.start()
    void receiver.store(1)
    await clock.advance(1_000)
    void receiver.store(2)
    void receiver.storeMultiple([3, 4])
    subject.next('last')
    await ssc.stop(false, true)
    expect(numbers).toEqual([[1], [2, 3, 4]])
    expect(texts).toEqual([[], ['last']])
    await clock.advance(10_000)
    expect(numbers).toHaveLength(2)
  }))

  test('takes what a receiver still stores while it stops, and what a rate limit held back', () => withStreaming(master, async ({ ssc }) => {
    const receiver: HandReceiver<number> = new HandReceiver<number>({
      onStop: async () => {
        await new Promise(setImmediate)
        void receiver.store(99)
      },
    })
    const batches = collectBatches(ssc.receiverStream(receiver))
    await ssc.start()
    for (let i = 0; i < 50; i++) void receiver.store(i)
    await ssc.stop(false, true)
    expect(batches.flat()).toEqual([...Array.from({ length: 50 }, (_, i) => i), 99])
  }, { settings: { 'spark.streaming.receiver.maxRate': '5' } }))

  test('makes no batch when nothing waits', () => withStreaming(master, async ({ ssc, runBatches }) => {
    ssc.receiverStream(new HandReceiver<number>()).foreachRDD(() => undefined)
    const queue = collectBatches(ssc.queueStream([[1], [2], [3]]))
    await ssc.start()
    await runBatches(2)
    await ssc.stop(false, true)
    expect(queue).toEqual([[1], [2]])
  }))

  test('goes in Spark\'s order: receivers, last batch, waiting batches, inputs', async () => {
    const order: string[] = []
    await withStreaming(master, async ({ ssc, clock }) => {
      const receiver = new HandReceiver<number>({ onStop: () => { order.push('receiver stopped') } })
      new Noted(ssc, order).foreachRDD(() => undefined)
      const gates: (() => void)[] = []
      ssc.receiverStream(receiver).foreachRDD(async (_rdd, time) => {
        await new Promise<void>(resolve => { gates.push(resolve) })
        order.push(`batch ${time.milliseconds}`)
      })
      await ssc.start()
      await clock.advance(1_000)
      void receiver.store(1)
      const stopped = ssc.stop(false, true).then(() => order.push('stopped'))
      for (let i = 0; i < 2; i++) (await eventually(() => gates.shift()))()
      await stopped
    })
    expect(order).toEqual(['input started', 'receiver stopped', 'batch 1000', 'batch 2000', 'input stopped', 'stopped'])
  })

  test('ends after spark.streaming.gracefulStopTimeout, though a job never does', () => withLog(lines => withStreaming(master, async ({ ssc, clock }) => {
    ssc.queueStream([[1]]).foreachRDD(() => new Promise(() => undefined))
    await ssc.start()
    await clock.advance(1_000)
    await ssc.stop(false, true)
    expect(ssc.getState()).toBe('STOPPED')
    expect(lines).toContain('StreamingContext: Timed out while stopping the job generator')
  }, { settings: { 'spark.streaming.gracefulStopTimeout': '20ms' } })))

  test('without that setting waits for jobs longer than for batches to be made', () => withLog(lines => withStreaming(master, async ({ ssc, clock }) => {
    let open: (() => void) | undefined
    const seen: string[] = []
    ssc.queueStream([[1]]).foreachRDD(async () => {
      await new Promise<void>(resolve => { open = resolve })
      seen.push('done')
    })
    await ssc.start()
    await clock.advance(1)
    const stopped = ssc.stop(false, true).then(() => seen.push('stopped'))
    await eventually(() => lines.includes('StreamingContext: Timed out while stopping the job generator'))
    open!()
    await stopped
    expect(seen).toEqual(['done', 'stopped'])
  }, { batch: Milliseconds(1) })))
})

describe.each(masters)('a stop that is not graceful, on %s', master => {
  test('makes no further batch and begins no further job, but lets the running one end', () => withStreaming(master, async ({ ssc, clock }) => {
    const receiver = new HandReceiver<number>()
    const seen: string[] = []
    let open: (() => void) | undefined
    ssc.receiverStream(receiver).foreachRDD(async (rdd, time) => {
      await new Promise<void>(resolve => { open = resolve })
      seen.push(`${time.milliseconds}: ${await rdd.collect()}`)
    })
    await ssc.start()
    void receiver.store(1)
    await clock.advance(3_000)
    const stopped = ssc.stop(false)
    await new Promise(setImmediate)
    open!()
    await stopped
    await clock.advance(3_000)
    expect(seen).toEqual(['1000: 1'])
  }))

  test('stops every input, whatever one of them says', () => withLog(lines => withStreaming(master, async ({ ssc }) => {
    const order: string[] = []
    class Stuck extends Noted { override stop(): void { throw new Error('stuck') } }
    new Stuck(ssc, order).foreachRDD(() => undefined)
    new Noted(ssc, order).foreachRDD(() => undefined)
    await ssc.start()
    await ssc.stop(false)
    expect(order).toEqual(['input started', 'input started', 'input stopped'])
    expect(lines.join()).toMatch(/Stuck-0 could not be stopped: stuck/)
  })))

  test('unsubscribes from observables that are still emitting', () => withStreaming(master, async ({ ssc }) => {
    const subject = new Subject<number>()
    ssc.observableStream(subject).foreachRDD(() => undefined)
    ssc.observableStream(from([1, 2])).foreachRDD(() => undefined)
    await ssc.start()
    expect(subject.observed).toBe(true)
    await ssc.stop(false)
    expect(subject.observed).toBe(false)
  }))
})
