/** slice: the RDDs between two times, both included; those that are not there are computed. */
import { Interval, Time, type DStream } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { failure } from '../../support/operator-cases'
import { ProbeInput, warningsOf, withStreaming } from '../../support/streams'

const at = (ms: number): Time => new Time(ms)

async function contents<T>(stream: DStream<T>, from: Time | Interval, to?: Time): Promise<T[][]> {
  const rdds = from instanceof Interval ? await stream.slice(from) : await stream.slice(from, to!)
  return Promise.all(rdds.map(rdd => rdd.collect()))
}

describe.each(masters)('slice on %s', master => {
  test('gives the batches from begin to end, both included', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const stream = new ProbeInput(ssc, ms => [ms])
      stream.foreachRDD(() => undefined)
      ssc.remember(at(100_000).minus(at(0)))
      await ssc.start()
      await runBatches(4)
      expect(await contents(stream, at(2000), at(4000))).toEqual([[2000], [3000], [4000]])
      expect(await contents(stream, new Interval(at(1000), at(2000)))).toEqual([[1000], [2000]])
      expect(await contents(stream, at(3000), at(3000))).toEqual([[3000]])
      expect(await contents(stream, at(3000), at(2000))).toEqual([])
      expect(stream.computed).toEqual([1000, 2000, 3000, 4000])
    })
  })

  test('times up to zero time are left out, however far back they reach', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const stream = new ProbeInput(ssc, ms => [ms])
      stream.foreachRDD(() => undefined)
      await ssc.start()
      await runBatches(1)
      expect(await contents(stream, at(-1_000_000_000_000), at(1000))).toEqual([[1000]])
    })
  })

  test('batches without an RDD are left out', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const stream = new ProbeInput(ssc, ms => ms === 2000 ? undefined : [ms]).map(ms => ms / 1000)
      stream.foreachRDD(() => undefined)
      await ssc.start()
      await runBatches(3)
      expect(await contents(stream, at(1000), at(3000))).toEqual([[1], [3]])
    })
  })

  test('ends between two batches are brought down to the earlier one, with a warning', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const stream = new ProbeInput(ssc, ms => [ms])
      stream.foreachRDD(() => undefined)
      ssc.remember(at(100_000).minus(at(0)))
      await ssc.start()
      await runBatches(3)
      const warnings = await warningsOf(async () => {
        expect(await contents(stream, at(1999), at(2500))).toEqual([[1000], [2000]])
      })
      expect(warnings).toEqual([
        expect.stringMatching(
          /begin 1999 ms is no multiple of the slide duration \(1000 ms\); using 1000 ms/),
        expect.stringMatching(/end 2500 ms is no multiple of the slide duration \(1000 ms\); using 2000 ms/),
      ])
    })
  })

  test('times to come are computed, their inputs prepared first, and not again by the batch clock',
    async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const input = new ProbeInput(ssc, ms => [ms])
      const mapped = input.map(ms => ms)
      mapped.foreachRDD(() => undefined)
      await ssc.start()
      await runBatches(1)
      expect(await contents(mapped, at(1000), at(3000))).toEqual([[1000], [2000], [3000]])
      await runBatches(2)
      expect(input.prepared).toEqual([1000, 2000, 3000])
      expect(input.computed).toEqual([1000, 2000, 3000])
    })
  })

  test('a window is sliced at its own slides', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const windows = new ProbeInput(ssc, ms => [ms]).window(at(3000).minus(at(0)), at(2000).minus(at(0)))
      windows.foreachRDD(() => undefined)
      await ssc.start()
      await runBatches(5)
      expect(await contents(windows, at(2000), at(4000))).toEqual([[1000, 2000], [2000, 3000, 4000]])
    })
  })

  test('before the start it is an error', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const stream = ssc.queueStream([[1]]).map(n => n)
      stream.print()
      expect(await failure(stream.slice(at(1000), at(2000)))).toMatchObject({
        name: 'SparkError', message: expect.stringMatching(
          /^PerBatchDStream \(map at slice\.spec\.ts:\d+\) has not been initialized$/),
      })
    })
  })

  test('ends that are no Times are refused', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const stream = ssc.queueStream([[1]])
      expect((await failure(stream.slice(1 as never, at(2)))).message)
        .toMatch(/slice: its begin must be a Time, but got 1/)
      expect((await failure(stream.slice(at(2), undefined as never))).message)
        .toMatch(/slice: its end must be a Time, but got undefined/)
    })
  })
})
