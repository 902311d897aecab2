// Writing a million records of 100 bytes to a real broker, into one partition and into four, against bare kafkajs and bare
// @platformatic/kafka in the same run with the same settings: 5,000 records a request, acknowledged by the leader.
const { Producer } = require('@platformatic/kafka')
const { SparkContext } = require('millrace')
const { client, createTopics, lines, recordCount, withBroker } = require('../support/kafka')
const { median } = require('../support/measure')

const perSend = 5_000
/** What 5,000 records of 100 bytes are in a record batch. */
const batchBytes = 540_000
const rounds = 3
const warmup = 1
const values = lines(perSend)

async function byKafkajs(servers, topic, partitions) {
  const producer = client(servers).producer()
  await producer.connect()
  const beganMs = performance.now()
  for (let sent = 0; sent < recordCount; sent += perSend) {
    await producer.send({ topic, acks: 1, messages: values.map((value, i) => ({ value, partition: i % partitions })) })
  }
  const tookMs = performance.now() - beganMs
  await producer.disconnect()
  return tookMs
}

async function byPlatformatic(servers, topic, partitions) {
  const producer = new Producer({ clientId: 'bench', bootstrapBrokers: [servers] })
  // Its first request asks for the partitions.
  await producer.send({ acks: 1, messages: [{ topic, value: Buffer.from('first'), partition: 0 }] })
  const beganMs = performance.now()
  for (let sent = 0; sent < recordCount; sent += perSend) {
    await producer.send({ acks: 1, messages: values.map((value, i) => ({ topic, value: Buffer.from(value), partition: i % partitions })) })
  }
  const tookMs = performance.now() - beganMs
  await producer.close()
  return tookMs
}

const byMillrace = (master, options, servers, topic, partitions) => async () => {
  const sc = new SparkContext(master, 'bench')
  try {
    const own = values
    const records = sc.range(0, recordCount, 1, master === 'local' ? 1 : 2).map(i => own[i % own.length])
    // Connected, as the others are.
    await sc.parallelize(['first'], 2).saveToKafka(topic, { servers, ...options })
    const beganMs = performance.now()
    await records.saveToKafka(topic, { servers, batchBytes, ...options })
    return performance.now() - beganMs
  } finally { await sc.stop() }
}

async function write(servers, partitions) {
  const topic = `written-${partitions}`
  await createTopics(servers, [[topic, partitions]])
  const ways = {
    'local': byMillrace('local', { acks: 1 }, servers, topic, partitions),
    'kafkajs': () => byKafkajs(servers, topic, partitions),
    'platformatic': () => byPlatformatic(servers, topic, partitions),
    "local, acks 'all'": byMillrace('local', {}, servers, topic, partitions),
    'local[2]': byMillrace('local[2]', { acks: 1 }, servers, topic, partitions),
    'local, in a transaction': byMillrace('local', { transactional: true, transactionalId: topic }, servers, topic, partitions),
  }
  const times = Object.fromEntries(Object.keys(ways).map(name => [name, []]))
  for (let round = -warmup; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const tookMs = await way()
      if (round >= 0) times[name].push(tookMs)
    }
  }
  const rate = name => `${(recordCount / median(times[name])).toFixed(0)} k records/s`
  const row = (name, against, wanted) => ({
    case: `1 M records into ${partitions} partition${partitions === 1 ? '' : 's'}, ${name}`, ours: rate(name), against: `bare ${against} (${rate(against)})`,
    ratio: median(times[against].map((ms, i) => ms / times[name][i])), wanted,
  })
  return [
    row('local', 'platformatic', 0.9), row('local', 'kafkajs', 0.9), row("local, acks 'all'", 'platformatic', 0.9), row('local[2]', 'platformatic', 0.9),
    row('local, in a transaction', 'platformatic', 0.9),
  ]
}

async function run() {
  // Neither connections nor the broker keep the process alive.
  const alive = setInterval(() => {}, 1_000)
  try { return await withBroker(async servers => [...await write(servers, 1), ...await write(servers, 4)]) } finally { clearInterval(alive) }
}

module.exports = { run }
