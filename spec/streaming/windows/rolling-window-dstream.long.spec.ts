/**
 * Windows without an inverse cost what comes and goes: which keys are merged, how often panes are computed, what a
 * failure and a lost table leave behind, and who may change values.
 */
import { Seconds, StreamingContext, type RDD } from '../../../lib/index'
import { ManualClock, testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { sorted } from '../../support/operator-cases'
import { ProbeInput, quietly, withStreaming } from '../../support/streams'

type Pair = [string, number]

const add = (a: number, b: number): number => a + b
const byKey = (pairs: readonly (readonly [string, unknown])[]): [string, unknown][] => sorted([pairs as [string, unknown][]])[0]!
/** Batch i, from 1, has a key that is in all of them and one of its own. */
const batchAt = (i: number): Pair[] => [['all', i], [`k${i}`, 1]]
const sumAt = (i: number, length: number): [string, number][] => {
  const times = Array.from({ length }, (_, back) => i - back).filter(time => time > 0).reverse()
  return [['all', times.reduce(add)], ...times.map((time): Pair => [`k${time}`, 1])]
}

describe.each(masters)('a window without an inverse on %s', master => {
  test('merges the keys of the panes that come and go, and no others', async () => {
    const length = 50
    const merges: number[] = []
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const calls = ssc.sparkContext.longAccumulator()
      const pairs = new ProbeInput<Pair>(ssc, timeMs => timeMs > 0 ? batchAt(timeMs / 1000) : [])
      pairs.reduceByKeyAndWindow((a, b) => {
        calls.add(1)
        return a + b
      }, Seconds(length)).foreachRDD(async rdd => {
        const before = merges.reduce(add, 0)
        expect(byKey(await rdd.collect())).toEqual(byKey(sumAt(merges.length + 1, length)))
        merges.push(calls.value - before)
      })
      await ssc.start()
      await runBatches(length * 2)
      expect(ssc.firstError).toBeUndefined()
    })
    expect(Math.max(...merges)).toBeLessThanOrEqual(length + 3) // Once in a window the back of 'all' is turned over.
    expect(merges.reduce(add)).toBeLessThan(length * 2 * 5)
  })

  test.each(['reduceByKeyAndWindow', 'groupByKeyAndWindow', 'window', 'with an inverse'])('no pane is computed twice: %s', async operator => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const computed = ssc.sparkContext.longAccumulator()
      const pairs = new ProbeInput<Pair>(ssc, timeMs => [['a', timeMs]]).map(pair => {
        computed.add(1)
        return pair
      })
      const windows = operator === 'window' ? pairs.window(Seconds(4))
        : operator === 'groupByKeyAndWindow' ? pairs.groupByKeyAndWindow(Seconds(4))
          : operator === 'reduceByKeyAndWindow' ? pairs.reduceByKeyAndWindow(add, Seconds(4))
            : pairs.reduceByKeyAndWindow(add, (a, b) => a - b, Seconds(4))
      ssc.checkpoint(`${process.env.TMPDIR ?? '/tmp'}/millrace-panes-${process.pid}`)
      windows.foreachRDD(async (rdd: RDD<any>) => { await rdd.count() })
      await ssc.start()
      await runBatches(10)
      expect(ssc.firstError).toBeUndefined()
      expect(computed.value).toBe(10)
    })
  })

  test('a batch that fails leaves nothing half done, and later windows are right', async () => {
    const results: unknown[] = []
    await quietly(() => withStreaming(master, async ({ ssc, runBatches }) => {
      const pairs = new ProbeInput<Pair>(ssc, timeMs => [['b', 1], ['b', 1], ['a', timeMs === 4000 ? 1000 : timeMs / 1000]])
      pairs.reduceByKeyAndWindow((a, b) => {
        if (b === 1000) throw new Error('poison')
        return a + b
      }, Seconds(3)).foreachRDD(async (rdd, time) => { results.push([time.milliseconds / 1000, ...byKey(await rdd.collect()).flat()]) })
      await ssc.start()
      await runBatches(9)
    }))
    // Those fail in which 1000 is merged into others, and the one after, which would be made of such a one.
    expect(results).toEqual([[1, 'a', 1, 'b', 2], [2, 'a', 3, 'b', 4], [3, 'a', 6, 'b', 6],
      [7, 'a', 18, 'b', 6], [8, 'a', 21, 'b', 6], [9, 'a', 24, 'b', 6]])
  })

  test('a table that is lost is made again of the panes', async () => {
    const results: unknown[] = []
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const pairs = new ProbeInput<Pair>(ssc, timeMs => batchAt(timeMs / 1000))
      pairs.reduceByKeyAndWindow(add, Seconds(3)).foreachRDD(async rdd => { results.push(byKey(await rdd.collect())) })
      await ssc.start()
      for (let i = 0; i < 6; i++) {
        await runBatches(1)
        ssc.sparkContext.runner.dropState('reduceByKeyAndWindow-panes-0')
      }
      expect(ssc.firstError).toBeUndefined()
    })
    expect(results).toEqual([1, 2, 3, 4, 5, 6].map(i => byKey(sumAt(i, 3))))
  })

  test('windows that nobody reads are no loss, and earlier ones can be read later', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const rdds: RDD<Pair>[] = []
      const read: unknown[] = []
      new ProbeInput<Pair>(ssc, timeMs => batchAt(timeMs / 1000)).reduceByKeyAndWindow(add, Seconds(3)).foreachRDD(async rdd => {
        rdds.push(rdd)
        if (rdds.length % 3 === 0) for (const each of rdds.slice(-2)) read.push(byKey(await each.collect()))
      })
      ssc.remember(Seconds(20))
      await ssc.start()
      await runBatches(9)
      expect(ssc.firstError).toBeUndefined()
      expect(read).toEqual([2, 3, 5, 6, 8, 9].map(i => byKey(sumAt(i, 3))))
      for (const [index, rdd] of [...rdds.entries()].reverse()) expect(byKey(await rdd.collect())).toEqual(byKey(sumAt(index + 1, 3)))
    })
  })

  test('a second stream on the same SparkContext begins with nothing', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const { sparkContext } = ssc
      for (let i = 0; i < 2; i++) {
        const results: unknown[][] = []
        const clock = new ManualClock()
        const own = new StreamingContext(sparkContext, Seconds(1), { clock })
        new ProbeInput<Pair>(own, timeMs => batchAt(timeMs / 1000)).reduceByKeyAndWindow(add, Seconds(3)).foreachRDD(async rdd => { results.push(byKey(await rdd.collect())) })
        await own.start()
        for (let batch = 0; batch < 4; batch++) {
          await clock.advance(1000)
          await own.idle()
        }
        await own.stop({ stopSparkContext: false })
        expect(results).toEqual([1, 2, 3, 4].map(at => byKey(sumAt(at, 3))))
      }
    })
  })

  test.each(['plain', 'inverse'])('functions and readers that change values in place change no window: %s', async form => {
    const batches = [1, 2, 3, 4, 5].map(n => [['a', { n: [n] }], ['b', { n: [n] }]] as [string, { n: number[] }][])
    const results = await testStream<[[string, { n: number[] }]], string>([batches], ([pairs]) => {
      const merge = (a: { n: number[] }, b: { n: number[] }): { n: number[] } => {
        a.n.push(...b.n)
        b.n.length = 0
        return a
      }
      const less = (a: { n: number[] }, b: { n: number[] }): { n: number[] } => {
        a.n.splice(0, b.n.length)
        return a
      }
      const windows = form === 'plain' ? pairs.reduceByKeyAndWindow(merge, Seconds(3)) : pairs.reduceByKeyAndWindow(merge, less, Seconds(3))
      return windows.map(([key, value]) => {
        const text = `${key}${value.n.join('')}`
        value.n.length = 0
        return text
      })
    }, { master })
    expect(sorted(results)).toEqual([['a1', 'b1'], ['a12', 'b12'], ['a123', 'b123'], ['a234', 'b234'], ['a345', 'b345']])
  })
})
