/** Brokers that die, hang and are cut off while their topics are read: everything is read all the same, once and in order. */
import { KafkaBroker } from '../../../lib/connect/kafka/client/kafka-broker'
import { requireKafkaParams } from '../../../lib/connect/kafka/client/kafka-params'
import type { KafkaLog } from '../../../lib/connect/kafka/log'
import { RangeReader } from '../../../lib/connect/kafka/reading/range-reader'
import { kafkaRangesRdd } from '../../../lib/connect/kafka/reading/ranges-rdd'
import { Deserializers } from '../../../lib/connect/kafka/records/deserializers'
import type { SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { warningsOf } from '../../support/streams'
import { startKafka, type KafkaVersion, type System } from '../support'
import { FaultProxy } from '../support/fault-proxy'
import { kafkaAt, newTopic } from './reading'

const partitionCount = 3
const perPartition = 8_000

interface Filled { readonly system: System, readonly topic: string }

/** A topic of its own broker, with values that say where they are. */
async function filled(version: KafkaVersion, properties?: Parameters<typeof startKafka>[0]): Promise<Filled> {
  const system = await startKafka({ version, ...properties })
  const topic = await newTopic(system.address, partitionCount)
  const producer = kafkaAt(system.address).producer()
  await producer.connect()
  for (let from = 0; from < perPartition; from += 500) {
    const messages = Array.from({ length: partitionCount * 500 }, (_, i) => ({ partition: i % partitionCount, value: `${from + Math.floor(i / partitionCount)} ${'x'.repeat(80)}` }))
    await producer.send({ topic, messages })
  }
  await producer.disconnect()
  return { system, topic }
}

const logAt = (broker: string, params: object = {}): KafkaLog => new KafkaBroker(requireKafkaParams('spec', { 'bootstrap.servers': broker, ...params }))

const step = 1_000

/** Reads the topic batch by batch, as a stream does, and calls `between` before each. Returns the numbers in the values, by partition. */
async function readAll(sc: SparkContext, log: KafkaLog, topic: string, between: (from: number) => Promise<void>): Promise<number[][]> {
  const reader = new RangeReader({ log, isolation: 'read_committed', bytesMax: 300_000, partitionBytesMax: 20_000 })
  const places = Array.from({ length: partitionCount }, (_, partition) => ({ topic, partition }))
  const found: number[][] = places.map(() => [])
  reader.follow(places.map(place => ({ ...place, from: 0 })))
  for (let from = 0; from < perPartition; from += step) {
    await between(from)
    const ranges = places.map(place => ({ ...place, fromOffset: from, untilOffset: from + step }))
    const batch = kafkaRangesRdd(sc, { reader, ranges, key: Deserializers.string, value: Deserializers.string })
    const values = await batch.map(({ partition, value }) => [partition, Number(value.split(' ')[0])] as const).collect()
    for (const [partition, value] of values) found[partition]!.push(value)
    reader.release(ranges)
  }
  reader.stop()
  return found
}

const everything = Array.from({ length: partitionCount }, () => Array.from({ length: perPartition }, (_, i) => i))

describe.each<KafkaVersion>(['3.9.2', '4.3.1'])('Kafka %s', version => {
  let kafka: Filled
  beforeAll(async () => { kafka = await filled(version) })
  afterAll(() => kafka.system.close())

  test.each(['local', 'local[2]'])('a broker that is killed and started again in the middle of reading (%s)', async master => {
    const { system, topic } = kafka
    const log = logAt(system.address)
    let restarted: Promise<void> | undefined
    const warnings = await warningsOf(async () => {
      await withSpark(master, async sc => {
        expect(await readAll(sc, log, topic, async from => {
          if (from !== 2 * step && from !== 5 * step) return
          await restarted
          await system.kill()
          restarted = system.restart()
        })).toEqual(everything)
      })
      await restarted
    })
    expect(warnings.join()).toMatch(/failed: .*; trying again for 60 s/)
    await log.disconnect()
  })

  test('a broker that does not answer is given up and asked again', async () => {
    const { system, topic } = kafka
    const log = logAt(system.address, { 'request.timeout.ms': 1_500 })
    await warningsOf(async () => {
      await withSpark('local', async sc => {
        let resumed: Promise<unknown> | undefined
        expect(await readAll(sc, log, topic, async from => {
          if (from !== 3 * step) return
          await system.pause()
          resumed = new Promise(resolve => { setTimeout(() => resolve(system.resume()), 3_000) })
        })).toEqual(everything)
        await resumed
      })
    })
    await log.disconnect()
  })
})

test('connections that are cut in the middle of an answer', async () => {
  const proxy = await FaultProxy.start()
  const { system, topic } = await filled('3.9.2', {
    // Clients are sent through the proxy wherever they ask.
    properties({ ports }) {
      proxy.to(ports.broker!)
      return { 'advertised.listeners': `PLAINTEXT://${proxy.address}` }
    },
  }).catch(async error => {
    await proxy.close()
    throw error
  })
  try {
    const log = logAt(proxy.address)
    let cuts = 0
    await warningsOf(async () => {
      await withSpark('local[2]', async sc => {
        expect(await readAll(sc, log, topic, async () => {
          cuts++
          proxy.cutAfter(5_000 + 3_000 * cuts, 'toClient')
        })).toEqual(everything)
      })
    })
    await log.disconnect()
  } finally {
    await proxy.close()
    await system.close()
  }
})

test('a broker that stays away is an error that can be tried again', async () => {
  const log = logAt('127.0.0.1:9', { 'default.api.timeout.ms': 400 })
  const warnings = await warningsOf(async () => {
    await expect(log.connect()).rejects.toMatchObject({
      code: 'MR_KAFKA', retriable: true, message: expect.stringMatching(/^connecting failed: .*ECONNREFUSED.* \(brokers 127\.0\.0\.1:9\)$/),
      hint: expect.stringContaining('advertised.listeners'),
    })
  })
  expect(warnings).toHaveLength(1)
  await log.disconnect()
})

test('a topic that is deleted and made anew is noticed', async () => {
  const { system, topic } = await filled('4.3.1')
  try {
    const log = logAt(system.address, { 'default.api.timeout.ms': 3_000 })
    const reader = new RangeReader({ log, isolation: 'read_uncommitted' })
    const admin = kafkaAt(system.address).admin()
    await admin.connect()
    await admin.deleteTopics({ topics: [topic] })
    await warningsOf(async () => {
      await expect(reader.read({ topic, partition: 0, fromOffset: 100, untilOffset: 200 })).rejects.toMatchObject({ code: 'MR_KAFKA', message: expect.stringContaining('UNKNOWN_TOPIC_OR_PARTITION') })
    })
    await eventually(() => admin.createTopics({ topics: [{ topic, numPartitions: 1 }] }), 20_000)
    await expect(eventually(() => reader.read({ topic, partition: 0, fromOffset: 100, untilOffset: 200 }), 100)).rejects.toMatchObject({
      code: 'MR_DATA_LOST', message: `${topic}-0 was to be read from offset 100, but it ends at 0: the topic was made anew, or its end is lost`,
    })
    await admin.disconnect()
    await log.disconnect()
  } finally { await system.close() }
})
