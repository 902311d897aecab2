/**
 * What all streams have in common: what they remember and for how long, persistence, checkpoint intervals.
 */
import { Minutes, Seconds, StorageLevel, Time, type DStream, type RDD,
  type StreamingContext } from '../../lib/index'
import { masters } from '../support/contexts'
import { listing, withFolder } from '../support/folders'
import { failure, thrown } from '../support/operator-cases'
import { ProbeInput, quietly, withStreaming } from '../support/streams'

const at = (seconds: number): Time => new Time(seconds * 1000)
const numbers = (ssc: StreamingContext): ProbeInput<number> => new ProbeInput(ssc, ms => [ms / 1000])
const remembered = (stream: DStream<any>): number[] => [...stream.generated.keys()].map(ms => ms / 1000)
const collectAll = (stream: DStream<any>): void => stream.foreachRDD(async rdd => { await rdd.collect() })

describe.each(masters)('DStream on %s', master => {
  describe('retention', () => {
    test('a stream is remembered for one slide, and longer where windows look back', async () => {
      await withStreaming(master, async ({ ssc, runBatches }) => {
        const mapped = numbers(ssc).map(n => [n % 10, 1])
        const inner = mapped.window(Seconds(2), Seconds(1))
        const outer = inner.window(Seconds(4), Seconds(2))
        collectAll(outer)
        await ssc.start()
        expect([outer, inner, mapped].map(stream => stream.rememberDuration))
          .toEqual([Seconds(2), Seconds(6), Seconds(8)])
        await runBatches(10)
        expect(remembered(outer)).toEqual([10])
        expect(remembered(inner)).toEqual([5, 6, 7, 8, 9, 10])
        expect(remembered(mapped)).toEqual([3, 4, 5, 6, 7, 8, 9, 10])
      })
    })

    test('ssc.remember raises it for all', async () => {
      await withStreaming(master, async ({ ssc, runBatches }) => {
        const input = numbers(ssc)
        const mapped = input.map(n => n)
        collectAll(mapped)
        ssc.remember(Seconds(3))
        await ssc.start()
        await runBatches(6)
        expect([remembered(mapped), remembered(input)]).toEqual([[4, 5, 6], [4, 5, 6]])
      })
    })

    test('RDDs that are forgotten are unpersisted, unless the setting says not to', async () => {
      for (const unpersist of ['true', 'false']) {
        await withStreaming(master, async ({ ssc, runBatches }) => {
          const rdds: RDD<number>[] = []
          const mapped = numbers(ssc).map(n => n).persist(StorageLevel.MEMORY_ONLY)
          mapped.foreachRDD(async rdd => {
            rdds.push(rdd)
            await rdd.collect()
          })
          await ssc.start()
          await runBatches(3)
          const kept = unpersist === 'true' ? [rdds[2]!.id] : rdds.map(rdd => rdd.id)
          expect([...ssc.sparkContext.getPersistentRDDs().keys()]).toEqual(kept)
        }, { settings: { 'spark.streaming.unpersist': unpersist } })
      }
    })

    test('an RDD that the program persisted itself stays, though streams forget it', async () => {
      await withStreaming(master, async ({ ssc, runBatches }) => {
        const own = ssc.sparkContext.parallelize([1, 2]).cache()
        const stream = numbers(ssc).transform(() => own)
        stream.persist(StorageLevel.MEMORY_ONLY_SER)
        collectAll(stream)
        await ssc.start()
        await runBatches(4)
        expect(own.getStorageLevel()).toBe(StorageLevel.MEMORY_ONLY)
        expect([...ssc.sparkContext.getPersistentRDDs().values()]).toEqual([own])
      })
    })

    test('a window over one batch does not unpersist its parent\'s RDD', async () => {
      await withStreaming(master, async ({ ssc, runBatches }) => {
        const calls = ssc.sparkContext.longAccumulator()
        const parent = numbers(ssc).map(n => {
          calls.add(1)
          return n
        })
        collectAll(parent.window(Seconds(1)))
        collectAll(parent.window(Seconds(4)))
        await ssc.start()
        await runBatches(6)
        expect(calls.value).toBe(6)
      })
    })

    test('a batch that failed is kept until a later one succeeds', async () => {
      await withStreaming(master, async ({ ssc, runBatches }) => {
        const input = numbers(ssc)
        input.foreachRDD((_rdd, time) => { if (time.milliseconds <= 3000) throw new Error('boom') })
        await ssc.start()
        await quietly(() => runBatches(3))
        expect(remembered(input)).toEqual([1, 2, 3])
        await runBatches(1)
        expect(remembered(input)).toEqual([4])
      })
    })

    test('a stream with many ways to it is walked once', async () => {
      await withStreaming(master, async ({ ssc, runBatches }) => {
        let stream: DStream<number> = numbers(ssc)
        for (let depth = 0; depth < 40; depth++) stream = stream.transformWith(stream.map(n => n), rdd => rdd)
        collectAll(stream)
        await ssc.start()
        await runBatches(2)
        expect(remembered(stream)).toEqual([2])
      })
    })
  })

  test('compute is asked once a time, also where it has nothing', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const input = new ProbeInput<number>(ssc, ms => ms === 2000 ? undefined : [ms])
      for (let outputs = 0; outputs < 3; outputs++) collectAll(input)
      await ssc.start()
      await runBatches(3)
      expect(input.computed).toEqual([1000, 2000, 3000])
    })
  })

  test('the checkpoints of a stream are written at their interval, and removed when later ones are there',
    async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
      ssc.checkpoint(folder)
      const sums = numbers(ssc).map(n => ['all', n]).reduceByKey((a, b) => a + b).checkpoint(Seconds(2))
      const results: number[] = []
      sums.foreachRDD(async rdd => { results.push((await rdd.collect())[0]![1]) })
      await ssc.start()
      await runBatches(12)
      expect(results).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
      expect([...sums.generated.values()].map(rdd => rdd!.isCheckpointed)).toEqual([false, true, false, true])
      await new Promise(resolve => setImmediate(resolve))
      expect(listing(folder).filter(name => /rdd-\d+\/$/.test(name)).length).toBeLessThanOrEqual(3)
    }))
  })

  describe('persist and checkpoint', () => {
    test('have their defaults, and give the stream back', async () => {
      await withStreaming(master, async ({ ssc }) => {
        const stream = ssc.queueStream([[1]])
        expect(stream.storageLevel).toBe(StorageLevel.NONE)
        expect(stream.cache()).toBe(stream)
        expect(stream.storageLevel).toBe(StorageLevel.MEMORY_ONLY_SER)
        expect(stream.persist(StorageLevel.DISK_ONLY).storageLevel).toBe(StorageLevel.DISK_ONLY)
        expect(stream.checkpoint(Seconds(2)).storageLevel).toBe(StorageLevel.DISK_ONLY)
        expect(ssc.queueStream([[1]]).checkpoint(Seconds(2)).storageLevel).toBe(StorageLevel.MEMORY_ONLY_SER)
      })
    })

    test('refuse what is no level and no duration', async () => {
      await withStreaming(master, async ({ ssc }) => {
        const stream = ssc.queueStream([[1]])
        expect(thrown(() => stream.persist('MEMORY_ONLY' as never)).message)
          .toMatch(/persist: it takes a StorageLevel, got "MEMORY_ONLY"/)
        expect(thrown(() => stream.checkpoint(10 as never)).message)
          .toMatch(/must be a Duration, but got the bare number 10/)
        expect(thrown(() => stream.uid('')).message).toMatch(/uid: it takes a name that is not empty/)
      })
    })

    test('come too late after the start', async () => {
      await withStreaming(master, async ({ ssc }) => {
        const stream = ssc.queueStream([[1]])
        stream.foreachRDD(() => undefined)
        await ssc.start()
        expect(thrown(() => stream.persist())).toMatchObject({
          name: 'UnsupportedOperationError', at: expect.stringMatching(/^persist at dstream\.spec/),
          message: 'Cannot change storage level of an DStream after streaming context has started',
        })
        expect(thrown(() => stream.checkpoint(Seconds(1))).message).toBe(
          'Cannot change checkpoint interval of an DStream after streaming context has started')
      })
    })

    test.each<[string, (stream: DStream<number>) => DStream<number>, RegExp]>([
      ['shorter than the slide', s => s.window(Seconds(4), Seconds(4)).map(n => n).checkpoint(Seconds(2)),
        /for PerBatchDStream has been set to 2000 ms which is lower than its slide time \(4000 ms\)\./],
      ['no multiple of the slide', s => s.window(Seconds(2), Seconds(2)).map(n => n).checkpoint(Seconds(3)),
        /has been set to 3000 ms which not a multiple of its slide time \(2000 ms\)\./],
      ['without a storage level', s => s.checkpoint(Seconds(2)).persist(StorageLevel.NONE),
        /has been marked for checkpointing but the storage level has not been set/],
    ])('an interval %s is refused at the start', async (_what, build, message) => {
      await withFolder(folder => withStreaming(master, async ({ ssc }) => {
        ssc.checkpoint(folder)
        build(ssc.queueStream([[1]])).foreachRDD(() => undefined)
        const error = await failure(ssc.start())
        expect(error).toMatchObject({ name: 'IllegalArgumentError', message: expect.stringMatching(message),
          at: expect.stringMatching(/at dstream\.spec/) })
        expect(ssc.getState()).toBe('STOPPED')
      }))
    })

    test('an interval without a folder is refused at the start', async () => {
      await withStreaming(master, async ({ ssc }) => {
        ssc.queueStream([[1]]).checkpoint(Seconds(2)).foreachRDD(() => undefined)
        expect((await failure(ssc.start())).message).toMatch(/^The checkpoint directory has not been set/)
      })
    })

    test('a stream that must be checkpointed is, at ten seconds or the first slide after', async () => {
      const add = (a: number, b: number): number => a + b
      for (const [slide, interval] of [[Seconds(1), Seconds(10)], [Seconds(3), Seconds(12)],
        [Minutes(1), Minutes(1)]] as const) {
        await withFolder(folder => withStreaming(master, async ({ ssc }) => {
          ssc.checkpoint(folder)
          numbers(ssc).reduceByWindow(add, add, slide.times(2), slide).foreachRDD(() => undefined)
          await ssc.start()
          const [state] = ssc.graph.states
          expect(state!.checkpointDuration).toEqual(interval)
          expect(state!.rememberDuration).toEqual(interval.times(2))
        }))
      }
    })
  })

  test('isTimeValid, slide and dependencies say what a stream is', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const input = numbers(ssc)
      const window = input.window(Seconds(2), Seconds(2))
      expect([input.slideDuration, window.slideDuration]).toEqual([Seconds(1), Seconds(2)])
      expect([input.dependencies, window.dependencies]).toEqual([[], [input]])
      expect(window.context).toBe(ssc)
      expect(thrown(() => window.isTimeValid(at(2))).message)
        .toMatch(/^WindowedDStream \(window at dstream\.spec\.ts:\d+\) has not been initialized$/)
      window.foreachRDD(() => undefined)
      await ssc.start()
      expect([0, 1, 2, 3, 4].map(seconds => window.isTimeValid(at(seconds))))
        .toEqual([false, false, true, false, true])
      expect(thrown(() => window.initialize(at(7))).message)
        .toMatch(/ZeroTime is already initialized to 0 ms, cannot initialize it again to 7000 ms/)
    })
  })
})
