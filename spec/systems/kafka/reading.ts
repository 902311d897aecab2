/** An independent reader: kafkajs' consumer, with the codecs that its users put there, up to the end of all partitions. */
import { randomUUID } from 'node:crypto'
import { CompressionCodecs, CompressionTypes, Kafka, logLevel, type Admin, type KafkaMessage } from 'kafkajs'
import { compressFrame, decompressFrame } from 'lz4-napi'

const SnappyCodec = require('kafkajs-snappy') as () => never
const zstd = require('@bokuweb/zstd-wasm') as { init(): Promise<void>, compress(bytes: Uint8Array): Uint8Array, decompress(bytes: Uint8Array, options: object): Uint8Array }

CompressionCodecs[CompressionTypes.Snappy] = SnappyCodec
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => compressFrame(buffer), decompress: async (buffer: Buffer) => decompressFrame(buffer),
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(zstd.compress(buffer)),
  decompress: async (buffer: Buffer) => Buffer.from(zstd.decompress(buffer, { defaultHeapSize: 16 * 1024 * 1024 })),
})

export interface Read { readonly topic: string, readonly partition: number, readonly message: KafkaMessage }

let loaded: Promise<void> | undefined

export const kafkaAt = (broker: string): Kafka => new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING, retry: { retries: 20, maxRetryTime: 1_000 } })

/** All records that a reader of committed ones sees, in the order of each partition. */
export async function readCommitted(broker: string, topics: readonly string[]): Promise<Read[]> {
  for (let attempt = 1; ; attempt++) {
    // A broker that has just started is not ready for groups, which kafkajs does not wait for.
    try { return await readOnce(broker, topics) } catch (error) { if (attempt === 20 || !/coordinator/.test(String(error))) throw error }
  }
}

async function readOnce(broker: string, topics: readonly string[]): Promise<Read[]> {
  await (loaded ??= zstd.init())
  const kafka = kafkaAt(broker)
  const open = await markEnds(kafka, topics)
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 200, readUncommitted: false })
  const all: Read[] = []
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      if (open.size === 0) resolve()
      consumer.on(consumer.events.CRASH, ({ payload: { error } }) => reject(error))
      consumer.run({
        eachBatch: async ({ batch: { topic, partition, messages } }) => {
          for (const message of messages) {
            if (message.headers?.end === undefined) all.push({ topic, partition, message })
            else if (open.delete(`${topic}-${partition}`) && open.size === 0) resolve()
          }
        },
      }).catch(reject)
    })
  } finally { await consumer.disconnect() }
  return all
}

/** A record behind all others in each partition, for the last offset of a partition may be a marker, which nobody sees. */
async function markEnds(kafka: Kafka, topics: readonly string[]): Promise<Set<string>> {
  const ends = new Set<string>()
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  const admin = kafka.admin()
  await Promise.all([producer.connect(), admin.connect()])
  for (const topic of topics) {
    const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition }) => partition)
    await producer.send({ topic, messages: partitions.map(partition => ({ value: null, partition, headers: { end: 'true' } })) })
    for (const partition of partitions) ends.add(`${topic}-${partition}`)
  }
  await Promise.all([producer.disconnect(), admin.disconnect()])
  return ends
}

export async function withAdmin<R>(broker: string, f: (admin: Admin) => Promise<R>): Promise<R> {
  const admin = kafkaAt(broker).admin()
  await admin.connect()
  try { return await f(admin) } finally { await admin.disconnect() }
}

/** Makes a topic with a name that nobody else has. */
export async function newTopic(broker: string, partitions: number, configEntries: { name: string, value: string }[] = []): Promise<string> {
  const topic = `spec-${randomUUID()}`
  await withAdmin(broker, admin => admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }], waitForLeaders: true }))
  return topic
}
