/** The direct stream and RDDs of ranges on real brokers: the bodies of spec/support/kafka-cases.ts, with records that kafkajs has written. */
import { CompressionTypes, type Admin, type Kafka, type Producer } from 'kafkajs'
import { rddCases, streamCases, type KafkaUnderTest, type RecordToSend } from '../../support/kafka-cases'
import { eventually } from '../../support/eventually'
import type { KafkaVersion } from '../support'
import { sharedKafka } from '../support/shared'
import { kafkaAt, withAdmin } from './reading'

const messageOf = ({ key = null, value, partition, timestamp, headers }: RecordToSend) => ({
  key, value, ...partition !== undefined && { partition }, ...timestamp !== undefined && { timestamp: String(timestamp) }, ...headers !== undefined && { headers },
})

function onBroker(servers: string, kafka: Kafka, admin: Admin): KafkaUnderTest {
  let transactions = 0
  /** One for each: kafkajs leaves out what is sent to partitions that it does not know yet. Without numbers it would send some records twice. */
  const withProducer = async (f: (producer: Producer) => Promise<unknown>): Promise<void> => {
    const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true })
    await producer.connect()
    try { await f(producer) } finally { await producer.disconnect() }
  }
  const count = async (topic: string): Promise<number> => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]!.partitions.length
  return {
    servers,
    createTopic: async (topic, numPartitions) => { await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true }) },
    send: async (topic, records, codec = 'none') => {
      const compression = codec === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None
      await withProducer(producer => producer.send({ topic, compression, messages: records.map(messageOf) }))
    },
    async transact(topic, records, outcome) {
      const own = kafka.producer({ transactionalId: `cases-${process.pid}-${++transactions}`, idempotent: true, maxInFlightRequests: 1 })
      await own.connect()
      try {
        const transaction = await own.transaction()
        await transaction.send({ topic, messages: records.map(messageOf) })
        await transaction[outcome]()
      } finally { await own.disconnect() }
      // Kafka writes the marker after it has answered.
      await stable(admin, topic)
    },
    async addPartitions(topic, partitions) {
      await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] })
      await eventually(async () => await count(topic) === partitions || undefined, 20_000)
    },
    async deleteRecords(topic, partition, before) {
      await withAdmin(servers, async own => {
        // It knows where the partition is from what it was asked before.
        await own.fetchTopicOffsets(topic)
        await own.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] })
      })
    },
    async committed(groupId, topic) {
      const [own] = await admin.fetchOffsets({ groupId, topics: [topic] })
      return Object.fromEntries(own!.partitions.map(({ partition, offset }) => [`${topic}-${partition}`, Number(offset)]))
    },
  }
}

/** Resolves when no marker is written any more. */
async function stable(admin: Admin, topic: string): Promise<void> {
  let last = ''
  await eventually(async () => {
    const now = JSON.stringify(await admin.fetchTopicOffsets(topic))
    const isSame = now === last
    last = now
    return isSame || undefined
  }, 20_000)
}

describe.each<[KafkaVersion, string]>([['3.9.2', 'local[2]'], ['4.3.1', 'local']])('Kafka %s on %s', (version, master) => {
  let kafka: KafkaUnderTest
  let admin: Admin
  beforeAll(async () => {
    const { address } = await sharedKafka(version)
    const client = kafkaAt(address)
    admin = client.admin()
    await admin.connect()
    kafka = onBroker(address, client, admin)
  })
  afterAll(() => admin?.disconnect())

  test.each(Object.entries(streamCases))('a direct stream: %s', (_name, run) => run(kafka, master))
  test.each(Object.entries(rddCases))('an RDD of ranges: %s', (_name, run) => run(kafka, master))
})
