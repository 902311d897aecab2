import { InputDStream, IllegalArgumentError, Milliseconds, RDD, Seconds, SparkConf, SparkContext, StreamingContext, Time } from '../../../lib/index'
import { limits } from '../../../lib/base/limits'
import { collectBatches, ManualClock } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { withLog } from '../../support/logged'
import { HandReceiver } from '../../support/receivers'
import { withStreaming } from '../../support/streams'

/** Gives each batch its own time, and fails at the times it is told. */
class Times extends InputDStream<number> {
  constructor(ssc: StreamingContext, private readonly failsAt: readonly number[] = []) { super(ssc) }

  override compute(time: Time): RDD<number> {
    if (this.failsAt.includes(time.milliseconds)) throw new RangeError(`not at ${time}`)
    return this.context.sparkContext.parallelize([time.milliseconds])
  }
}

describe.each(masters)('the batch clock on %s', master => {
  test.each([[0, 1_000, [1_000, 2_000]], [999, 1, [1_000]], [1_000, 1_000, [2_000]], [12_345, 700, [13_000]]])(
    'started at %p ms and moved by %p ms, it makes batches at whole intervals: %p', (startMs, moveMs, expected) => withStreaming(master, async ({ ssc, clock }) => {
      await clock.set(startMs)
      const batches = collectBatches(new Times(ssc))
      await ssc.start()
      await clock.advance(moveMs)
      if (expected.length > 1) await clock.advance(1_000)
      await ssc.idle()
      expect(batches.flat()).toEqual(expected)
    }))

  test('after a stall every batch that was missed is made, each with its own time', () => withStreaming(master, async ({ ssc, clock }) => {
    const batches = collectBatches(new Times(ssc))
    await ssc.start()
    await clock.advance(100_000)
    await ssc.idle()
    expect(batches.flat()).toEqual(Array.from({ length: 100 }, (_, i) => (i + 1) * 1_000))
  }))

  test('a clock that is set back brings no time twice and loses none', () => withStreaming(master, async ({ ssc, clock }) => {
    const batches = collectBatches(new Times(ssc))
    await ssc.start()
    await clock.advance(3_000)
    await clock.set(500)
    await clock.advance(2_000)
    await ssc.idle()
    expect(batches.flat()).toEqual([1_000, 2_000, 3_000])
    await clock.set(5_000)
    await ssc.idle()
    expect(batches.flat()).toEqual([1_000, 2_000, 3_000, 4_000, 5_000])
  }))

  test('an error in making a batch is reported with its time; that batch has no jobs, the stream goes on', () => withLog(lines => withStreaming(master, async ({ ssc, runBatches }) => {
    const before = collectBatches(ssc.queueStream([[1], [2], [3]]))
    const batches = collectBatches(new Times(ssc, [2_000]))
    await ssc.start()
    await runBatches(3)
    expect(batches.flat()).toEqual([1_000, 3_000])
    expect(before).toEqual([[1], [3]])
    expect(lines.filter(line => line.includes('Error generating jobs for time 2000 ms: not at 2000 ms'))).toHaveLength(1)
    await expect(ssc.awaitTermination()).rejects.toThrow(new RangeError('not at 2000 ms'))
  })))

  test('a function given to transform that throws is such an error, and comes out as itself', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const thrown = { code: 'mine' }
    ssc.queueStream([[1]]).transform(() => { throw thrown }).print()
    await ssc.start()
    await runBatches(1)
    await expect(ssc.awaitTermination()).rejects.toBe(thrown)
  })))

  test('a preparation that fails is such an error', () => withLog(lines => withStreaming(master, async ({ ssc, runBatches }) => {
    class Unprepared extends Times { override prepare(): Promise<void> { return Promise.reject(new Error('nothing ready')) } }
    new Unprepared(ssc).print()
    await ssc.start()
    await runBatches(1)
    expect(lines.join()).toMatch(/Error generating jobs for time 1000 ms: nothing ready/)
  })))

  test('preparations are awaited before the batch is computed', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const order: string[] = []
    class Slow extends Times {
      override async prepare(time: Time): Promise<void> {
        await new Promise(setImmediate)
        order.push(`prepared ${time}`)
      }

      override compute(time: Time): RDD<number> {
        order.push(`computed ${time}`)
        return super.compute(time)
      }
    }
    new Slow(ssc).foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(2)
    expect(order).toEqual(['prepared 1000 ms', 'computed 1000 ms', 'prepared 2000 ms', 'computed 2000 ms'])
  }))

  test('what a failed batch remembers is kept until a later one succeeds', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const input = new Times(ssc)
    let isBroken = true
    input.foreachRDD(() => { if (isBroken) throw new Error('broken') })
    await ssc.start()
    await runBatches(3)
    await new Promise(setImmediate)
    expect([...input.generated.keys()]).toEqual([1_000, 2_000, 3_000])
    isBroken = false
    await runBatches(1)
    await eventually(() => input.generated.size === 1)
    expect([...input.generated.keys()]).toEqual([4_000])
  })))

  test('a stream whose every batch fails keeps so many of them and no more', () => withLog(() => withStreaming(master, async ({ ssc, clock }) => {
    const receiver = new HandReceiver<number>()
    const stream = ssc.receiverStream(receiver)
    stream.foreachRDD(() => { throw new Error('broken') })
    await ssc.start()
    await clock.advance((limits.failedBatchesMax + 50) * 1_000)
    await ssc.idle()
    // One more: what is forgotten with a batch is what nobody may ask for after it.
    await eventually(() => stream.generated.size <= limits.failedBatchesMax + 1)
    expect(stream.generated.size).toBe(limits.failedBatchesMax + 1)
  })))

  test('no more batches wait than may; the others are made when there is room, and none is lost', () => withLog(lines => withStreaming(master, async ({ ssc, clock }) => {
    let open: (() => void) | undefined
    const gate = new Promise<void>(resolve => { open = resolve })
    const seen: number[] = []
    new Times(ssc).foreachRDD(async (_rdd, time) => {
      await gate
      seen.push(time.milliseconds)
    })
    await ssc.start()
    const count = limits.queuedBatchesMax + 20
    const moved = clock.advance(count)
    await eventually(() => lines.some(line => line.includes('(queuedBatchesMax)')))
    open!()
    await moved
    await ssc.idle()
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i + 1))
  }, { batch: Milliseconds(1) })))
})

test('batches of one millisecond keep their pace on the clock of the system, and none is skipped', async () => {
  const ssc = new StreamingContext(new SparkContext(new SparkConf().setMaster('local').setAppName('pace')), Milliseconds(1))
  try {
    const seen: number[] = []
    ssc.queueStream<number>([]).foreachRDD((_rdd, time) => { seen.push(time.milliseconds) })
    await ssc.start()
    await eventually(() => seen.length >= 300 && ssc.clock.now() - seen.at(-1)! < 50)
    expect(seen).toEqual(seen.map((_, i) => seen[0]! + i))
  } finally {
    await ssc.stop()
  }
})

test('a batch interval must be positive', () => {
  expect(() => new StreamingContext('local', 'x', Seconds(0), { clock: new ManualClock() })).toThrow(IllegalArgumentError)
})
