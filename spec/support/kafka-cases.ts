/**
 * What direct streams and RDDs of Kafka do, as bodies that run on any Kafka: MemoryKafka in spec/connect, real brokers in
 * spec/systems. After Spark's DirectKafkaStreamSuite and KafkaRDDSuite.
 */
import * as path from 'node:path'
import {
  ConsumerStrategies, Deserializers, KafkaUtils, LocationStrategies, Milliseconds, OffsetRange, offsetRangesOf, PerPartitionConfig, Seconds, SparkContext,
  StreamingContext, TopicPartition, type ConsumerRecord, type ConsumerStrategy, type DirectStreamOptions, type RDD,
} from '../../lib/index'
import { collectBatches, ManualClock } from '../../lib/testing/index'
import { withSpark } from './contexts'
import { eventually } from './eventually'
import { withFolder } from './folders'
import { quietly, withStreaming, type StreamRun } from './streams'

export interface RecordToSend {
  readonly key?: string | null
  readonly value: string | null
  readonly partition?: number
  readonly timestamp?: number
  readonly headers?: Record<string, string>
}

/** A Kafka with which cases do what programs cannot. */
export interface KafkaUnderTest {
  readonly servers: string
  createTopic(topic: string, partitions: number): Promise<void>
  send(topic: string, records: readonly RecordToSend[], codec?: 'none' | 'gzip'): Promise<void>
  /** Sends in a transaction, which is ended. */
  transact(topic: string, records: readonly RecordToSend[], outcome: 'commit' | 'abort'): Promise<void>
  addPartitions(topic: string, partitions: number): Promise<void>
  deleteRecords(topic: string, partition: number, before: number): Promise<void>
  /** `{ 'words-0': 5 }` */
  committed(group: string, topic: string): Promise<Record<string, number>>
}

let count = 0
/** Prefixes that no other run has used. */
const fresh = (name: string): string => `${name}-${process.pid}-${++count}`

const values = (...of: string[]): RecordToSend[] => of.map(value => ({ value }))
const toPartition = (partition: number, ...of: string[]): RecordToSend[] => of.map(value => ({ value, partition }))
const many = (value: string, times: number, partition = 0): RecordToSend[] => Array.from({ length: times }, () => ({ value, partition }))

type Case = (kafka: KafkaUnderTest, master: string) => Promise<void>

function paramsOf(kafka: KafkaUnderTest, more: object = {}): Record<string, unknown> {
  // Partitions are looked for in every batch.
  return { 'bootstrap.servers': kafka.servers, 'auto.offset.reset': 'earliest', 'metadata.max.age.ms': 0, ...more }
}

function directStream(ssc: StreamingContext, strategy: ConsumerStrategy<any, any>, options: DirectStreamOptions | PerPartitionConfig = {}) {
  return KafkaUtils.createDirectStream<string, string>(ssc, LocationStrategies.PreferConsistent, strategy, options)
}

const valueOf = (record: ConsumerRecord<string, string>): string => record.value

async function until(what: () => boolean | Promise<boolean>, run: StreamRun): Promise<void> {
  await eventually(async () => {
    await run.runBatches(1)
    return await what() || undefined
  }, 20_000)
}

const rangesText = (rdd: RDD<any>): string[] => offsetRangesOf(rdd).map(({ topic, partition, fromOffset, untilOffset }) => `${topic}-${partition} ${fromOffset}-${untilOffset}`)

export const streamCases: Record<string, Case> = {
  'several topics from the beginning, one of them later': async (kafka, master) => {
    const topics = ['a', 'b', 'c'].map(fresh)
    for (const topic of topics) {
      await kafka.createTopic(topic, 2)
      await kafka.send(topic, [...many('x', 7, 0), ...many('y', 9, 1)])
    }
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const stream = directStream(ssc, ConsumerStrategies.Subscribe(topics, paramsOf(kafka), new Map([[new TopicPartition(topics[2]!, 1), 2]])))
      const all = collectBatches(stream.map(valueOf))
      const sizes: unknown[] = []
      let ranges: readonly OffsetRange[] = []
      stream.transform(rdd => {
        ranges = offsetRangesOf(rdd)
        return rdd.map(valueOf)
      }).foreachRDD(async rdd => {
        const counted = await rdd.mapPartitionsWithIndex((index, elements) => [[index, [...elements].length]]).collect()
        sizes.push(counted.map(([index, size]) => [size, ranges[index as number]!.count()]))
      })
      await ssc.start()
      await runBatches(2)
      expect(all.map(batch => batch.length)).toEqual([16 * 3 - 2, 0])
      expect(sizes).toEqual([[[7, 7], [9, 9], [7, 7], [9, 9], [7, 7], [7, 7]], Array(6).fill([0, 0])])
    })
  },

  'topics that match a pattern': async (kafka, master) => {
    const prefix = fresh('pat')
    for (const name of ['1', '2', '3']) await kafka.createTopic(`${prefix}-${name}`, 1)
    await kafka.createTopic(`advanced-${prefix}-3`, 1)
    for (const name of [`${prefix}-1`, `${prefix}-2`, `${prefix}-3`, `advanced-${prefix}-3`]) await kafka.send(name, many(name, 16))
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const offsets = new Map([[new TopicPartition(`${prefix}-2`, 0), 3], [new TopicPartition(`${prefix}-3`, 0), 4]])
      const all = collectBatches(directStream(ssc, ConsumerStrategies.SubscribePattern(new RegExp(`${prefix}-\\d`), paramsOf(kafka), offsets)).map(valueOf).countByValue())
      await ssc.start()
      await runBatches(1)
      expect(all.flat().sort()).toEqual([[`${prefix}-1`, 16], [`${prefix}-2`, 13], [`${prefix}-3`, 12]])
    })
  },

  'from the end': async (kafka, master) => {
    const topic = fresh('latest')
    await kafka.createTopic(topic, 1)
    await kafka.send(topic, many('old', 10))
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const all = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka, { 'auto.offset.reset': 'latest' }))).map(valueOf))
      await ssc.start()
      await kafka.send(topic, values('b', 'c'))
      await runBatches(1)
      expect(all.flat()).toEqual(['b', 'c'])
    })
  },

  'assigned partitions, from offsets that are given': async (kafka, master) => {
    const topic = fresh('assigned')
    await kafka.createTopic(topic, 3)
    await kafka.send(topic, [...toPartition(0, 'a', 'b', 'c'), ...toPartition(1, 'd'), ...toPartition(2, 'e', 'f')])
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const [first, last] = [new TopicPartition(topic, 0), new TopicPartition(topic, 2)]
      const strategy = ConsumerStrategies.Assign([first, last], paramsOf(kafka, { 'auto.offset.reset': 'none' }), new Map([[first, 2], [last, 1]]))
      const all = collectBatches(directStream(ssc, strategy).map(record => [record.partition, record.offset, record.value]))
      await ssc.start()
      await runBatches(1)
      await kafka.send(topic, [...toPartition(1, 'g'), ...toPartition(2, 'h')])
      await runBatches(1)
      expect(all).toEqual([[[0, 2, 'c'], [2, 1, 'f']], [[2, 2, 'h']]])
    })
  },

  'from a time': async (kafka, master) => {
    const topic = fresh('time')
    await kafka.createTopic(topic, 2)
    const at = (timestamp: number, value: string, partition: number): RecordToSend => ({ timestamp, value, partition })
    await kafka.send(topic, [at(1_000, 'a', 0), at(2_000, 'b', 0), at(3_000, 'c', 0), at(1_500, 'd', 1)])
    const places = [new TopicPartition(topic, 0), new TopicPartition(topic, 1)] as const
    expect(await KafkaUtils.offsetsForTimes(paramsOf(kafka), [[places[0], 1_001], [places[1], 5_000]])).toEqual([[places[0], 1], [places[1], 1]])
    expect(await KafkaUtils.endOffsets(paramsOf(kafka), [topic])).toEqual([[places[0], 3], [places[1], 1]])
    expect(await KafkaUtils.beginningOffsets(paramsOf(kafka), [topic])).toEqual([[places[0], 0], [places[1], 0]])
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const all = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka)), { startingTimestamp: 1_500 }).map(valueOf))
      await ssc.start()
      await runBatches(1)
      expect(all.flat()).toEqual(['b', 'c', 'd'])
    })
  },

  'a recovered batch has its ranges again, and the next goes on behind it, also with more partitions': (kafka, master) => withFolder(async folder => {
    const topic = fresh('recovery')
    await kafka.createTopic(topic, 2)
    const seen = new Map<number, string[]>()
    const sums: number[] = []
    const live = async (atMs: number, f: (run: StreamRun) => Promise<void>): Promise<void> => {
      const sc = new SparkContext(master, 'recovery')
      const clock = new ManualClock(atMs)
      try {
        const ssc = await StreamingContext.getOrCreate(path.join(folder, 'checkpoint'), () => {
          const made = new StreamingContext(sc, Seconds(1), { clock })
          made.checkpoint(path.join(folder, 'checkpoint'))
          const stream = directStream(made, ConsumerStrategies.Subscribe([topic], paramsOf(kafka)))
          stream.foreachRDD((rdd, time) => { seen.set(time.milliseconds, rangesText(rdd)) })
          const sum = stream.map(record => ['sum', Number(record.value)]).updateStateByKey<number>((news, state) => (state ?? 0) + news.reduce((a, b) => a + (b as number), 0))
          sum.foreachRDD(async (rdd, time) => {
            const [first] = await rdd.collect()
            if (time.milliseconds === failAtMs) throw new Error('not this time')
            sums.push(first![1])
          })
          return made
        })
        const runBatches = async (batches: number): Promise<void> => {
          for (let i = 0; i < batches; i++) {
            await clock.advance(1_000)
            await ssc.idle()
          }
        }
        try {
          await ssc.start()
          await ssc.idle()
          await f({ ssc, clock, runBatches })
        } finally { await ssc.stop({ stopSparkContext: false }) }
      } finally { await sc.stop() }
    }
    const send = (...numbers: number[]): Promise<void> => kafka.send(topic, numbers.map(number => ({ value: String(number), partition: number % 2 })))
    let failAtMs = 2_000
    await quietly(() => live(0, async ({ runBatches }) => {
      await send(1, 2, 3, 4)
      await runBatches(1)
      await send(5, 6)
      await runBatches(1)
    }))
    const before = seen.get(2_000)
    expect(before).toEqual([`${topic}-0 2-3`, `${topic}-1 2-3`])
    expect(sums).toEqual([10])
    seen.clear()
    failAtMs = 0
    await send(7, 8)
    await kafka.addPartitions(topic, 3)
    await kafka.send(topic, toPartition(2, '100'))
    await live(2_000, async ({ runBatches }) => {
      await runBatches(1)
      await send(9, 10)
      await runBatches(1)
    })
    expect(seen.get(2_000)).toEqual(before)
    expect(seen.get(3_000)).toEqual([`${topic}-0 3-4`, `${topic}-1 3-4`, `${topic}-2 0-1`])
    expect(sums.at(-1)).toBe(55 + 100)
  }),

  'what is committed is where the next program begins': async (kafka, master) => {
    const [topic, group] = [fresh('committed'), fresh('group')]
    await kafka.createTopic(topic, 2)
    const told: unknown[] = []
    const run = async (records: RecordToSend[]): Promise<string[]> => {
      const seen: string[] = []
      await withStreaming(master, async ({ ssc, runBatches }) => {
        const stream = directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka, { 'group.id': group, 'enable.auto.commit': false })))
        stream.foreachRDD(async rdd => {
          seen.push(...await rdd.map(valueOf).collect())
          stream.commitAsync(offsetRangesOf(rdd), (offsets, error) => { told.push([offsets.map(({ partition, offset }) => [partition, offset]), error]) })
        })
        await ssc.start()
        await kafka.send(topic, records)
        await runBatches(1)
      })
      return seen.sort()
    }
    expect(await run([...toPartition(0, 'a', 'b'), ...toPartition(1, 'c')])).toEqual(['a', 'b', 'c'])
    expect(told).toEqual([[[[0, 2], [1, 1]], undefined]])
    expect(await kafka.committed(group, topic)).toEqual({ [`${topic}-0`]: 2, [`${topic}-1`]: 1 })
    expect(await run(toPartition(1, 'd'))).toEqual(['d'])
    expect(await kafka.committed(group, topic)).toEqual({ [`${topic}-0`]: 2, [`${topic}-1`]: 2 })
  },

  'listeners are told how many records a batch has, and which': async (kafka, master) => {
    const topic = fresh('report')
    await kafka.createTopic(topic, 3)
    await kafka.send(topic, [...many('a', 7, 0), ...many('b', 9, 2)])
    await withStreaming(master, async ({ ssc, runBatches }) => {
      collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka))).map(valueOf))
      const seen: unknown[] = []
      ssc.addStreamingListener({
        onBatchCompleted({ batchInfo }) {
          for (const { numRecords, metadataDescription, metadata } of batchInfo.streamIdToInputInfo.values()) seen.push([numRecords, metadataDescription, (metadata.offsets as OffsetRange[]).map(String)])
        },
      })
      await ssc.start()
      await runBatches(2)
      const range = (partition: number, from: number, to: number): string => `OffsetRange(topic: '${topic}', partition: ${partition}, range: [${from} -> ${to}])`
      expect(seen).toEqual([
        [16, `topic: ${topic}\tpartition: 2\toffsets: 0 to 9\tcount: 9\ntopic: ${topic}\tpartition: 0\toffsets: 0 to 7\tcount: 7`, [range(0, 0, 7), range(1, 0, 0), range(2, 0, 9)]],
        [0, '', [range(0, 7, 7), range(1, 0, 0), range(2, 9, 9)]],
      ])
    })
  },

  'no batch has more than the rates allow, and all comes': async (kafka, master) => {
    const topic = fresh('rates')
    await kafka.createTopic(topic, 2)
    await kafka.send(topic, [...many('a', 130, 0), ...many('b', 30, 1)])
    const sizes = async (settings: Record<string, string>, options: DirectStreamOptions | PerPartitionConfig = {}): Promise<number[]> => {
      let counts: number[] = []
      await withStreaming(master, async ({ ssc, runBatches }) => {
        const batches = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka)), options).map(valueOf))
        await ssc.start()
        await runBatches(4)
        counts = batches.map(batch => batch.length)
      }, { batch: Milliseconds(500), settings })
      return counts
    }
    expect(await sizes({ 'spark.streaming.kafka.maxRatePerPartition': '100' })).toEqual([80, 50, 30, 0])
    expect((await sizes({ 'spark.streaming.backpressure.enabled': 'true', 'spark.streaming.backpressure.initialRate': '32' }))[0]).toBe(13 + 3)
    class Uneven extends PerPartitionConfig { maxRatePerPartition({ partition }: TopicPartition): number { return partition === 0 ? 20 : 0 } }
    expect(await sizes({}, new Uneven())).toEqual([40, 10, 10, 10])
    expect(await sizes({}, { perPartitionConfig: new Uneven() })).toEqual([40, 10, 10, 10])
  },

  'partitions and topics that appear while it runs': async (kafka, master) => {
    const prefix = fresh('grow')
    await kafka.createTopic(`${prefix}-1`, 1)
    await kafka.send(`${prefix}-1`, values('old'))
    await withStreaming(master, async run => {
      const { ssc, runBatches } = run
      const all = collectBatches(directStream(ssc, ConsumerStrategies.SubscribePattern(`${prefix}-\\d`, paramsOf(kafka, { 'auto.offset.reset': 'latest' }))).map(valueOf))
      await ssc.start()
      await runBatches(1)
      await kafka.addPartitions(`${prefix}-1`, 3)
      await kafka.send(`${prefix}-1`, [...toPartition(0, 'a'), ...toPartition(1, 'b'), ...toPartition(2, 'c')])
      await kafka.createTopic(`${prefix}-2`, 2)
      await kafka.send(`${prefix}-2`, [...toPartition(0, 'd'), ...toPartition(1, 'e')])
      await until(() => all.flat().length >= 5, run)
      await runBatches(2)
      expect(all.flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
    })
  },

  'a topic that does not exist yet': async (kafka, master) => {
    const topic = fresh('late')
    await quietly(() => withStreaming(master, async run => {
      const { ssc, runBatches } = run
      const all = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka, { 'auto.offset.reset': 'latest' }))).map(valueOf))
      await ssc.start()
      await runBatches(1)
      await kafka.createTopic(topic, 1)
      await kafka.send(topic, values('a', 'b'))
      await until(() => all.flat().length >= 2, run)
      expect(all.flat()).toEqual(['a', 'b'])
    }))
  },

  'retention deletes what was not read: an error, and never a jump': async (kafka, master) => {
    const topic = fresh('retention')
    await kafka.createTopic(topic, 1)
    await kafka.send(topic, many('a', 10))
    await quietly(() => withStreaming(master, async ({ ssc, runBatches }) => {
      const all = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka))).map(record => record.offset))
      await ssc.start()
      await runBatches(1)
      await kafka.send(topic, many('b', 10))
      await kafka.deleteRecords(topic, 0, 15)
      await runBatches(2)
      expect(all).toEqual([Array.from({ length: 10 }, (_, offset) => offset)])
      await expect(ssc.awaitTermination()).rejects.toMatchObject({
        code: 'MR_DATA_LOST', message: `${topic}-0 was to be read from offset 10, but the first that is there is 15: 5 offsets are lost`,
      })
    }))
  },

  'without failOnDataLoss what is left is read': async (kafka, master) => {
    const topic = fresh('loss')
    await kafka.createTopic(topic, 1)
    await kafka.send(topic, many('a', 10))
    await quietly(() => withStreaming(master, async ({ ssc, runBatches }) => {
      const all = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka)), { failOnDataLoss: false }).map(record => record.offset))
      await ssc.start()
      await runBatches(1)
      await kafka.send(topic, many('b', 10))
      await kafka.deleteRecords(topic, 0, 15)
      await runBatches(2)
      expect(all.map(batch => batch.length)).toEqual([10, 5, 0])
    }))
  },

  'keys, headers, times, tombstones and deserializers': async (kafka, master) => {
    const topic = fresh('parts')
    await kafka.createTopic(topic, 1)
    await kafka.send(topic, [{ key: 'k', value: '{"n":1}', timestamp: 1_234, headers: { trace: 'x' } }, { key: 'k', value: null }, { key: null, value: '[2]' }], 'gzip')
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const params = paramsOf(kafka, { 'key.deserializer': 'org.apache.kafka.common.serialization.ByteArrayDeserializer', 'value.deserializer': Deserializers.json })
      const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe<Uint8Array | null, unknown>([topic], params))
      const all = collectBatches(stream.map(({ key, value, headers }) => [key === null ? null : Buffer.from(key).toString(), value, headers.length]))
      const traced = collectBatches(stream.filter(record => record.timestamp === 1_234).map(record => [record.timestampType, Buffer.from(record.lastHeader('trace')!).toString(), record.topic]))
      await ssc.start()
      await runBatches(1)
      expect(all).toEqual([[['k', { n: 1 }, 1], ['k', null, 0], [null, [2], 0]]])
      expect(traced).toEqual([[['CreateTime', 'x', topic]]])
    })
  },

  'a function that deserializes, with what it captures': async (kafka, master) => {
    const topic = fresh('function')
    await kafka.createTopic(topic, 1)
    await kafka.send(topic, values('a', 'skip', 'b'))
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const prefix = '> '
      const params = paramsOf(kafka, {
        'value.deserializer': (bytes: Uint8Array) => {
          const text = Buffer.from(bytes).toString()
          return text === 'skip' ? undefined : prefix + text
        },
      })
      const all = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], params)).map(valueOf))
      await ssc.start()
      await runBatches(1)
      expect(all).toEqual([['> a', '> b']])
    })
  },

  'transactions: what is committed, and nothing of what was aborted': async (kafka, master) => {
    const topic = fresh('transactions')
    await kafka.createTopic(topic, 1)
    await kafka.transact(topic, values('a', 'b'), 'commit')
    await kafka.transact(topic, values('x', 'y'), 'abort')
    await kafka.send(topic, values('c'))
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const committed = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka, { 'isolation.level': 'read_committed' }))).map(valueOf))
      const all = collectBatches(directStream(ssc, ConsumerStrategies.Subscribe([topic], paramsOf(kafka))).map(valueOf))
      await ssc.start()
      await runBatches(1)
      expect(committed).toEqual([['a', 'b', 'c']])
      expect(all).toEqual([['a', 'b', 'x', 'y', 'c']])
    })
  },

  'windows, and two streams of one group, which do not take records from each other': async (kafka, master) => {
    const topic = fresh('windows')
    await kafka.createTopic(topic, 2)
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const strategy = ConsumerStrategies.Subscribe([topic], paramsOf(kafka, { 'group.id': fresh('one-group') }))
      const [windowed, plain] = [directStream(ssc, strategy), directStream(ssc, strategy)]
      const windows = collectBatches(windowed.window(Seconds(2)).map(valueOf))
      const batches = collectBatches(plain.map(valueOf))
      await ssc.start()
      for (const value of ['a', 'b', 'c']) {
        await kafka.send(topic, values(value))
        await runBatches(1)
      }
      expect(batches).toEqual([['a'], ['b'], ['c']])
      expect(windows.map(window => window.sort())).toEqual([['a'], ['a', 'b'], ['b', 'c']])
    })
  },
}

export const rddCases: Record<string, Case> = {
  'basic usage': async (kafka, master) => {
    const topic = fresh('basic')
    await kafka.createTopic(topic, 1)
    const messages = ['the', 'quick', 'brown', 'fox']
    await kafka.send(topic, values(...messages))
    await withSpark(master, async sc => {
      const rdd = KafkaUtils.createRDD<string, string>(sc, paramsOf(kafka), [OffsetRange.create(topic, 0, 0, 4)]).map(valueOf)
      expect(await rdd.collect()).toEqual(messages)
      expect([await rdd.count(), await rdd.isEmpty(), await rdd.first()]).toEqual([4, false, 'the'])
      expect([await rdd.take(1), await rdd.take(14)]).toEqual([['the'], messages])
      const empty = KafkaUtils.createRDD(sc, paramsOf(kafka), [OffsetRange.create(topic, 0, 0, 0)], LocationStrategies.PreferConsistent)
      expect([await empty.isEmpty(), await empty.collect(), offsetRangesOf(empty)[0]!.count()]).toEqual([true, [], 0])
    })
  },

  'exactly the range, whatever is sent later': async (kafka, master) => {
    const topic = fresh('boundary')
    await kafka.createTopic(topic, 2)
    await kafka.send(topic, [...many('a', 5), ...many('b', 3), ...many('c', 10), ...many('z', 4, 1)])
    await withSpark(master, async sc => {
      const rddOf = (...ranges: OffsetRange[]) => KafkaUtils.createRDD<string, string>(sc, paramsOf(kafka), ranges)
      const all = rddOf(OffsetRange.create(topic, 1, 1, 3), OffsetRange.create(topic, 0, 0, 18))
      expect(await all.map(record => [record.partition, record.offset]).collect()).toEqual([[1, 1], [1, 2], ...Array.from({ length: 18 }, (_, offset) => [0, offset])])
      const none = rddOf(OffsetRange.create(topic, 0, 18, 18))
      await kafka.send(topic, toPartition(0, 'd'))
      expect(await none.collect()).toEqual([])
      const one = rddOf(OffsetRange.create(new TopicPartition(topic, 0), 18, 19))
      await kafka.send(topic, many('extra', 22))
      expect(await one.map(valueOf).collect()).toEqual(['d'])
      // Read again, and by two jobs at a time.
      expect(await Promise.all([one.count(), all.count(), all.count()])).toEqual([1, 20, 20])
    })
  },

  'records that retention has deleted fail the job': async (kafka, master) => {
    const topic = fresh('deleted')
    await kafka.createTopic(topic, 1)
    await kafka.send(topic, many('a', 10))
    await kafka.deleteRecords(topic, 0, 4)
    await quietly(() => withSpark(master, async sc => {
      const rdd = KafkaUtils.createRDD(sc, paramsOf(kafka), [OffsetRange.create(topic, 0, 2, 8)])
      await expect(rdd.collect()).rejects.toThrow(/was to be read from offset 2, but the first that is there is 4/)
      expect(await KafkaUtils.createRDD(sc, paramsOf(kafka), [OffsetRange.create(topic, 0, 4, 8)]).count()).toBe(4)
    }))
  },
}
