import { IllegalArgumentError, Seconds, Time } from '../../../lib/index'
import { BatchInfo } from '../../../lib/streaming/events'
import { limitRate, RateController } from '../../../lib/streaming/rate/rate-controller'
import { masters } from '../../support/contexts'
import { HandReceiver } from '../../support/receivers'
import { ProbeInput, warningsOf, withStreaming } from '../../support/streams'

/** A batch that waited, then ran, and had so many records of stream 3. */
function batch(startMs: number, waitMs: number, runMs: number, records = 1): BatchInfo {
  const info = { inputStreamId: 3, numRecords: records, metadata: {} }
  return new BatchInfo(new Time(startMs), new Map([[3, info]]), startMs, startMs + waitMs, startMs + waitMs + runMs, new Map())
}

test('it publishes whole rates above zero, of its own stream, and remembers the last', () => {
  const published: number[] = []
  const told: unknown[] = []
  const rates = [undefined, 200.9, 0.7, 300]
  const controller = new RateController(3, { compute: (...args) => { told.push(args); return rates.shift() } }, { updateRate: rate => { published.push(rate) } })
  expect(controller.latestRate).toBeUndefined()
  for (let i = 0; i < 4; i++) controller.onBatchCompleted(batch(i * 100, 5, 10 + i, 40))
  expect(published).toEqual([200, 300])
  expect(controller.latestRate).toBe(300)
  expect(told).toEqual([[15, 40, 10, 5], [116, 40, 11, 5], [217, 40, 12, 5], [318, 40, 13, 5]])
  controller.onBatchCompleted(new BatchInfo(new Time(1), new Map(), 1, 2, 3, new Map()))
  controller.onBatchCompleted(new BatchInfo(new Time(1), batch(0, 1, 1).streamIdToInputInfo, 1, 2, undefined, new Map()))
  expect(told.length).toBe(4)
})

describe.each(masters)('backpressure on %s', master => {
  const settings = {
    'spark.streaming.backpressure.enabled': 'true', 'spark.streaming.backpressure.initialRate': '180', 'spark.streaming.backpressure.pid.minRate': '40',
  }

  test.each([120, 300])('a program that can take %i records a second soon gets so many, and never fewer than the minimum', capacity => withStreaming(master, async ({ ssc, clock }) => {
    const receiver = new HandReceiver<number>({
      onStart: async r => { for (let i = 0; !r.isStopped(); i++) await r.store(i) },
    })
    const batches: number[] = []
    let isCounting = false
    ssc.receiverStream(receiver).foreachRDD(async rdd => {
      isCounting = true
      const count = await rdd.count()
      isCounting = false
      batches.push(count)
      if (batches.length < 32) await new Promise<void>(resolve => clock.schedule(clock.now() + count * 1_000 / capacity, resolve))
    })
    await ssc.start()
    // The clock stands while the engine counts: time passes only while the program "works".
    while (batches.length < 32) {
      if (!isCounting) await clock.advance(50)
      await new Promise(setImmediate)
    }
    const settled = batches.slice(20, 32)
    for (const count of settled) {
      expect(count).toBeGreaterThan(capacity * 0.9)
      expect(count).toBeLessThan(capacity * 1.1)
    }
    for (const count of batches) expect(count).toBeGreaterThanOrEqual(40)
  }, { settings }))

  test('an input that takes what it wants is told the rate in the same way', () => withStreaming(master, async ({ ssc, clock }) => {
    const told: number[] = []
    class Direct extends ProbeInput<number> {
      override compute(time: Time) {
        this.reportInfo(time, { numRecords: 100 })
        return super.compute(time)
      }
    }
    const input = new Direct(ssc, () => [1])
    const controller = limitRate(ssc, input.id, { updateRate: rate => { told.push(rate) } })!
    input.foreachRDD(() => new Promise<void>(resolve => clock.schedule(clock.now() + 500, resolve)))
    await ssc.start()
    while (told.length < 2) await clock.advance(100).then(() => new Promise(setImmediate))
    expect(told.slice(0, 2)).toEqual([200, 200])
    expect(controller.latestRate).toBe(told.at(-1))
  }, { settings, batch: Seconds(1) }))

  test('without the setting there is none, and the initial rate is no limit', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const receiver = new HandReceiver<number>()
    const stream = ssc.receiverStream(receiver)
    expect(limitRate(ssc, stream.id, { updateRate: () => undefined })).toBeUndefined()
    const counts: number[] = []
    stream.foreachRDD(async rdd => { counts.push(await rdd.count()) })
    await ssc.start()
    for (let i = 0; i < 50; i++) await receiver.store(i)
    await runBatches(1)
    expect(counts).toEqual([50])
  }, { settings: { 'spark.streaming.backpressure.initialRate': '1' } }))

  test('settings that cannot be are refused where they are set', async () => {
    await warningsOf(async () => {
      await expect(withStreaming(master, () => undefined, { settings: { 'spark.streaming.backpressure.pid.integral': '-1' } }))
        .rejects.toThrow(/Integral term I in PIDRateEstimator should be >= 0/)
      await expect(withStreaming(master, () => undefined, { settings: { 'spark.streaming.backpressure.rateEstimator': 'x' } }))
        .rejects.toThrow(IllegalArgumentError)
    })
  })
})
