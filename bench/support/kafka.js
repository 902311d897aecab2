// A real broker for benchmarks, started as the specs of systems start theirs, and topics of a million records of 100 bytes.
const path = require('node:path')
process.env.TS_NODE_PROJECT = path.join(__dirname, '..', '..', 'tsconfig.json')
require('ts-node/register/transpile-only')
const { Kafka, logLevel } = require('kafkajs')
const { startKafka } = require('../../spec/systems/support/kafka')

const recordCount = 1_000_000
const recordBytes = 100

/** Starts broker 4.3.1, calls `f` with its address, and ends it. */
async function withBroker(f) {
  // The systems of specs keep no process alive, not even while they are ended.
  const alive = setInterval(() => {}, 1_000)
  const system = await startKafka({ version: '4.3.1' })
  try { return await f(system.address) } finally {
    await system.close()
    clearInterval(alive)
  }
}

const client = servers => new Kafka({ brokers: [servers], logLevel: logLevel.NOTHING })

async function createTopics(servers, topics) {
  const admin = client(servers).admin()
  await admin.connect()
  await admin.createTopics({ topics: topics.map(([topic, numPartitions]) => ({ topic, numPartitions })), waitForLeaders: true })
  await admin.disconnect()
}

/** Lines of 100 characters: words of ten thousand, some of them far more frequent than others. */
function lines(count) {
  let seed = 1
  const random = () => {
    seed = Math.imul(seed, 1103515245) + 12345 & 0x7fffffff
    return seed / 0x7fffffff
  }
  return Array.from({ length: count }, () => {
    let line = ''
    while (line.length < recordBytes) line += `word${Math.floor(random() ** 3 * 10_000)} `
    return line.slice(0, recordBytes)
  })
}

/** Fills a topic with a million records, evenly over its partitions. */
async function fill(servers, topic, partitions) {
  const values = lines(5_000)
  const producer = client(servers).producer()
  await producer.connect()
  for (let sent = 0; sent < recordCount; sent += values.length) {
    await producer.send({ topic, acks: 1, messages: values.map((value, i) => ({ value, partition: Math.floor(i / 250) % partitions })) })
  }
  await producer.disconnect()
}

let groups = 0

/** Calls `each` with the values of every batch that kafkajs' own consumer reads. Returns the milliseconds from the first batch to the last. */
async function readByEachBatch(servers, topic, each) {
  const consumer = client(servers).consumer({ groupId: `bench-${process.pid}-${++groups}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let read = 0
  let startMs
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.FETCH_START, () => { startMs ??= performance.now() })
    consumer.run({
      eachBatch: async ({ batch }) => {
        each(batch)
        read += batch.messages.length
        if (read >= recordCount) resolve()
      },
    }).catch(reject)
  })
  const tookMs = performance.now() - startMs
  await consumer.disconnect()
  return tookMs
}

module.exports = { withBroker, client, createTopics, fill, lines, readByEachBatch, recordCount }
