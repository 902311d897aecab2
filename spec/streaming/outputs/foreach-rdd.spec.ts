/** foreachRDD: a function of every batch's RDD and time, called on the driver while the batch's job runs. */
import type { StreamingContext } from '../../../lib/index'
import { sleep, systemClock } from '../../../lib/base/clock'
import { masters } from '../../support/contexts'
import { failure, thrown } from '../../support/operator-cases'
import { ProbeInput, quietly, withStreaming } from '../../support/streams'

function numbers(ssc: StreamingContext): ProbeInput<number> {
  return new ProbeInput(ssc, ms => ms === 2000 ? undefined : [ms / 1000])
}

describe.each(masters)('foreachRDD on %s', master => {
  test('gets the RDD and the time of every batch that has one', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const seen: unknown[] = []
      numbers(ssc).foreachRDD(async (rdd, time) => { seen.push([time.milliseconds, await rdd.collect()]) })
      await ssc.start()
      await runBatches(3)
      expect(seen).toEqual([[1000, [1]], [3000, [3]]])
    })
  })

  test('computes nothing unless it runs an action', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const calls = ssc.sparkContext.longAccumulator()
      const counted = numbers(ssc).map(n => {
        calls.add(1)
        return n
      })
      counted.foreachRDD(() => undefined)
      await ssc.start()
      await runBatches(3)
      expect(calls.count).toBe(0)
    })
  })

  test('the outputs of a batch run in definition order, and a batch ends when its promises do', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const order: string[] = []
      const input = numbers(ssc)
      input.foreachRDD(async (_rdd, time) => {
        await sleep(systemClock, 5)
        order.push(`first ${time}`)
      })
      input.foreachRDD((_rdd, time) => { order.push(`second ${time}`) })
      await ssc.start()
      await runBatches(1)
      await runBatches(2)
      expect(order).toEqual(['first 1000 ms', 'second 1000 ms', 'first 3000 ms', 'second 3000 ms'])
    })
  })

  test('what it throws comes out of awaitTermination as it is, and later batches run', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const seen: number[] = []
      numbers(ssc).foreachRDD((_rdd, time) => {
        seen.push(time.milliseconds)
        if (time.milliseconds === 1000) throw new RangeError('no first batch')
      })
      await ssc.start()
      await quietly(() => runBatches(3))
      expect(seen).toEqual([1000, 3000])
      const error = await failure(ssc.awaitTermination())
      expect([error.name, error.message]).toEqual(['RangeError', 'no first batch'])
    })
  })

  test('the actions in it have its own lines', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      numbers(ssc).foreachRDD(async rdd => { await rdd.map(() => { throw new Error('boom') }).count() })
      await ssc.start()
      await quietly(() => runBatches(1))
      expect(await failure(ssc.awaitTermination())).toMatchObject({
        at: expect.stringMatching(/^map at foreach-rdd\.spec\.ts:\d+$/),
        message: expect.stringMatching(/count at foreach-rdd\.spec\.ts:\d+.*boom/),
      })
    })
  })

  test('needs a function, and a context that has not started', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const input = numbers(ssc)
      expect(thrown(() => input.foreachRDD(undefined as never)).message)
        .toMatch(/foreachRDD: its argument must be a function, got undefined/)
      input.foreachRDD(() => undefined)
      await ssc.start()
      expect(thrown(() => input.foreachRDD(() => undefined))).toMatchObject({
        name: 'IllegalStateError', at: expect.stringMatching(/^foreachRDD at foreach-rdd\.spec/),
        message: 'Adding new inputs, transformations, and output operations after starting a context'
          + ' is not supported',
      })
    })
  })
})
