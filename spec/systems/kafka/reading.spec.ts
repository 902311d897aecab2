/** Ranges of real topics: whatever wrote them, their records come as they were written, and nothing is passed over in silence. */
import * as path from 'node:path'
import { CompressionTypes } from 'kafkajs'
import { KafkaBroker } from '../../../lib/connect/kafka/client/kafka-broker'
import { requireKafkaParams } from '../../../lib/connect/kafka/client/kafka-params'
import type { IsolationLevel, KafkaLog } from '../../../lib/connect/kafka/log'
import { RangeReader, type RangeReaderOptions } from '../../../lib/connect/kafka/reading/range-reader'
import { kafkaRangesRdd } from '../../../lib/connect/kafka/reading/ranges-rdd'
import { loadCodec } from '../../../lib/connect/kafka/records/compression'
import type { ConsumerRecord } from '../../../lib/connect/kafka/records/consumer-record'
import { Deserializers } from '../../../lib/connect/kafka/records/deserializers'
import type { RDD, SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { warningsOf } from '../../support/streams'
import { runJava, startKafka, type KafkaVersion } from '../support'
import { jars } from '../support/downloads'
import { sharedKafka } from '../support/shared'
import { kafkaAt, newTopic, withAdmin } from './reading'

const versions: KafkaVersion[] = ['3.9.2', '4.3.1']
const writeRecords = path.join(__dirname, '..', 'programs', 'kafka', 'WriteRecords.java')

const logs: KafkaLog[] = []
function logAt(broker: string, params: object = {}): KafkaLog {
  const log = new KafkaBroker(requireKafkaParams('spec', { 'bootstrap.servers': broker, ...params }))
  logs.push(log)
  return log
}
afterEach(async () => { for (const log of logs.splice(0)) await log.disconnect() })

type Records = RDD<ConsumerRecord<string | null, string | null>>

/** All that there is of topics, one partition of the RDD a partition. */
async function everything(
  sc: SparkContext, log: KafkaLog, topics: readonly string[], isolation: IsolationLevel = 'read_uncommitted', options: Partial<RangeReaderOptions> = {},
): Promise<Records> {
  const places = await log.partitions(topics)
  const [from, until] = [await log.offsets(places, 'earliest', isolation), await log.offsets(places, 'latest', isolation)]
  const reader = new RangeReader({ log, isolation, ...options })
  const ranges = places.map((place, i) => ({ ...place, fromOffset: from[i]!, untilOffset: until[i]! }))
  return kafkaRangesRdd<any, any>(sc, { reader, ranges, key: Deserializers.string, value: Deserializers.string })
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

/** As kafkajs' producer, with what belongs together sent together. */
async function send(broker: string, topic: string, messages: { key?: string, value: string | null, headers?: any, timestamp?: string, partition?: number }[], compression = CompressionTypes.None): Promise<void> {
  const producer = kafkaAt(broker).producer()
  await producer.connect()
  try { await producer.send({ topic, messages, compression }) } finally { await producer.disconnect() }
}

describe.each(versions)('Kafka %s', version => {
  let broker: string
  beforeAll(async () => { broker = (await sharedKafka(version)).address })

  test('what the Java producer has written is read, with every codec', async () => {
    const count = 500
    const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
    const topics: string[] = []
    for (const _codec of codecs) topics.push(await newTopic(broker, 3))
    await runJava({ jars: await jars('kafka', version), main: writeRecords, args: [broker, codecs.join(), topics.join(), String(count)] })
    await withSpark('local[2]', async sc => {
      const all = await (await everything(sc, logAt(broker), topics)).collect()
      for (const topic of topics) {
        const found = all.filter(each => each.topic === topic)
        expect(new Set(found.map(({ key }) => key)).size).toBe(count)
        expect(found).toHaveLength(count)
        for (const { key, value, timestamp, timestampType, headers } of found) {
          const i = Number(key!.slice(4))
          expect([value, timestamp, timestampType]).toEqual([i % 7 === 6 ? null : `value ${i} ${'abc '.repeat(i % 40)}`, 1_700_000_000_000 + i, 'CreateTime'])
          expect(headers).toEqual([['n', bytes(String(i))], ['n', bytes('again')]])
        }
      }
    })
  })

  test('what kafkajs has written is read, with every codec', async () => {
    const topic = await newTopic(broker, 1)
    const codecs = [CompressionTypes.None, CompressionTypes.GZIP, CompressionTypes.Snappy, CompressionTypes.LZ4, CompressionTypes.ZSTD]
    await loadCodec('zstd')
    for (const codec of codecs) {
      await send(broker, topic, Array.from({ length: 200 }, (_, i) => ({ key: `${codec}`, value: `${i} ${'x'.repeat(i)}`, headers: { h: ['a', 'b'] } })), codec)
    }
    await withSpark('local[2]', async sc => {
      const found = await (await everything(sc, logAt(broker), [topic])).collect()
      expect(found.map(({ offset }) => offset)).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
      expect(found.map(({ key, value }) => `${key} ${value}`)).toEqual(codecs.flatMap(codec => Array.from({ length: 200 }, (_, i) => `${codec} ${i} ${'x'.repeat(i)}`)))
      expect(found[7]!.headers).toEqual([['h', bytes('a')], ['h', bytes('b')]])
    })
  })

  test('transactions are seen when they are committed, and open ones end what can be read', async () => {
    const topic = await newTopic(broker, 1)
    const producer = kafkaAt(broker).producer({ transactionalId: `spec-${topic}`, idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    try {
      for (const [value, end] of [['a', 'commit'], ['b', 'abort'], ['c', 'commit'], ['d', 'abort'], ['e', 'commit']] as const) {
        const transaction = await producer.transaction()
        await transaction.send({ topic, messages: Array.from({ length: 3 }, (_, i) => ({ value: `${value}${i}` })) })
        await transaction[end]()
      }
      const open = await producer.transaction()
      await open.send({ topic, messages: [{ value: 'open' }] })
      const log = logAt(broker)
      await withSpark('local', async sc => {
        const values = async (isolation: IsolationLevel) => (await everything(sc, log, [topic], isolation)).map(({ value }) => value).collect()
        const committed = ['a', 'c', 'e'].flatMap(value => [0, 1, 2].map(i => `${value}${i}`))
        expect(await values('read_committed')).toEqual(committed)
        expect(await values('read_uncommitted')).toEqual([...['a', 'b', 'c', 'd', 'e'].flatMap(value => [0, 1, 2].map(i => `${value}${i}`)), 'open'])
        const [end] = await log.offsets([{ topic, partition: 0 }], 'latest', 'read_committed')
        // Ranges may begin and end in the middle of a transaction.
        for (let from = 0; from < end!; from++) {
          const reader = new RangeReader({ log, isolation: 'read_committed' })
          const ranges = [{ topic, partition: 0, fromOffset: 0, untilOffset: from }, { topic, partition: 0, fromOffset: from, untilOffset: end! }]
          const parts = await kafkaRangesRdd(sc, { reader, ranges, key: Deserializers.string, value: Deserializers.string }).map(({ value }) => value).collect()
          expect(parts).toEqual(committed)
        }
        const reader = new RangeReader({ log, isolation: 'read_committed', pollMs: 300 })
        await expect(reader.read({ topic, partition: 0, fromOffset: end!, untilOffset: end! + 1 })).rejects.toMatchObject({
          code: 'MR_KAFKA', message: `${topic}-0 was to be read from offset ${end} up to ${end! + 1}, but it ends at ${end}`,
        })
      })
      await open.abort()
    } finally { await producer.disconnect() }
  })

  test('times of the broker, tombstones, and records larger than what is asked for', async () => {
    const topic = await newTopic(broker, 1, [{ name: 'message.timestamp.type', value: 'LogAppendTime' }, { name: 'max.message.bytes', value: '4000000' }])
    const large = 'x'.repeat(3_000_000)
    await send(broker, topic, [{ key: 'a', value: 'small', timestamp: '5' }])
    await send(broker, topic, [{ key: 'a', value: large }])
    await send(broker, topic, [{ key: 'a', value: null }, { key: 'b', value: '' }])
    await withSpark('local[2]', async sc => {
      const found = await (await everything(sc, logAt(broker), [topic], 'read_uncommitted', { partitionBytesMax: 1_000 })).collect()
      expect(found.map(({ key, value }) => [key, value === large ? 'large' : value])).toEqual([['a', 'small'], ['a', 'large'], ['a', null], ['b', '']])
      expect(found.map(({ timestampType }) => timestampType)).toEqual(Array.from({ length: 4 }, () => 'LogAppendTime'))
      expect(found[0]!.timestamp).toBeGreaterThan(1_700_000_000_000)
    })
  })

  test('offsets by time, and what a group has committed', async () => {
    const topic = await newTopic(broker, 2)
    await send(broker, topic, [10, 20, 30].map(time => ({ value: 'v', partition: 0, timestamp: String(1_700_000_000_000 + time) })))
    const log = logAt(broker)
    const places = await log.partitions([topic, 'no-such-topic'])
    expect(places).toEqual([{ topic, partition: 0 }, { topic, partition: 1 }])
    const at = (time: number) => log.offsets(places, { timestampMs: 1_700_000_000_000 + time }, 'read_uncommitted')
    expect([await at(0), await at(20), await at(21), await at(31)]).toEqual([[0, 0], [1, 0], [2, 0], [3, 0]])
    expect(await log.committed(topic, places)).toEqual([undefined, undefined])
    await log.commit(topic, [{ ...places[0]!, offset: 2 }])
    expect(await log.committed(topic, places)).toEqual([2, undefined])
    expect(await log.topics()).toContain(topic)
    expect(await log.topics()).not.toContain('__consumer_offsets')
  })

  test('records that were deleted before they were read', async () => {
    const topic = await newTopic(broker, 1)
    await send(broker, topic, Array.from({ length: 100 }, (_, i) => ({ value: String(i) })))
    const log = logAt(broker)
    const range = { topic, partition: 0, fromOffset: 5, untilOffset: 90 }
    await withAdmin(broker, async admin => {
      // kafkajs deletes nothing of topics that it has not seen.
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '42' }] })
    })
    await withSpark('local', async sc => {
      const rdd = (failOnDataLoss: boolean) => kafkaRangesRdd(sc, {
        reader: new RangeReader({ log, isolation: 'read_uncommitted', failOnDataLoss }), ranges: [range], key: Deserializers.string, value: Deserializers.string,
      })
      await expect(rdd(true).count()).rejects.toMatchObject({
        code: 'MR_DATA_LOST', message: expect.stringContaining(`${topic}-0 was to be read from offset 5, but the first that is there is 42: 37 offsets are lost`),
      })
      const warnings = await warningsOf(async () => {
        expect(await rdd(false).map(({ value }) => Number(value)).collect()).toEqual(Array.from({ length: 48 }, (_, i) => 42 + i))
      })
      expect(warnings.join()).toContain('37 offsets are lost')
    })
  })

  test('closing does not wait for what waits', async () => {
    const topic = await newTopic(broker, 1)
    const log = logAt(broker)
    const waiting = log.fetch([{ topic, partition: 0, from: 0, maxBytes: 1_000 }], { isolation: 'read_uncommitted', maxWaitMs: 20_000 })
    const startMs = performance.now()
    await log.disconnect()
    await expect(waiting).rejects.toMatchObject({ code: 'MR_ILLEGAL_STATE' })
    expect(performance.now() - startMs).toBeLessThan(5_000)
  })
})

test('a compacted topic is read with its gaps', async () => {
  const system = await startKafka({ properties: { 'log.cleaner.backoff.ms': 100, 'log.cleaner.min.compaction.lag.ms': 0 } })
  try {
    const topic = await newTopic(system.address, 1, [
      { name: 'cleanup.policy', value: 'compact' }, { name: 'segment.ms', value: '100' }, { name: 'min.cleanable.dirty.ratio', value: '0.001' }, { name: 'delete.retention.ms', value: '0' },
    ])
    const log = logAt(system.address)
    await withSpark('local[2]', async sc => {
      for (let i = 0; i < 20; i++) await send(system.address, topic, Array.from({ length: 50 }, (_, j) => ({ key: `k${j % 10}`, value: `${i}-${j}` })))
      const found = await eventually(async () => {
        // Only segments that are not written to any more are compacted.
        await send(system.address, topic, [{ key: 'last', value: 'v' }])
        const all = await (await everything(sc, log, [topic])).collect()
        return all.length < 500 && all
      }, 60_000)
      const offsets = found.map(({ offset }) => offset)
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
      expect(new Set(offsets).size).toBe(offsets.length)
      const last = new Map(found.map(({ key, value }) => [key, value]))
      for (let j = 0; j < 10; j++) expect(last.get(`k${j}`)).toBe(`19-${40 + j}`)
    })
  } finally { await system.close() }
})
