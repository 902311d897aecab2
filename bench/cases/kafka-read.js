// Reading a million records of 100 bytes from a real broker, against kafkajs' own eachBatch in the same run: counting them, and counting the
// words in them, as RDDs of ranges and as a direct stream, in the calling thread and on two threads; and fifty small topics in one stream.
const { ConsumerStrategies, KafkaUtils, LocationStrategies, Milliseconds, OffsetRange, SparkContext, StreamingContext } = require('millrace')
const { client, createTopics, fill, readByEachBatch, recordCount, withBroker } = require('../support/kafka')
const { median } = require('../support/measure')

const rounds = 3
const warmup = 1
const intervalMs = 200

const countWords = records => records.flatMap(record => record.value.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)

function countWordsByHand() {
  const counts = new Map()
  return ({ messages }) => {
    for (const { value } of messages) {
      for (const word of value.toString().split(' ')) {
        const count = counts.get(word)
        if (count === undefined) counts.set(word, { n: 1 })
        else count.n++
      }
    }
  }
}

async function timed(f) {
  const startMs = performance.now()
  await f()
  return performance.now() - startMs
}

async function withContext(master, f) {
  const sc = new SparkContext(master, 'bench')
  try { return await f(sc) } finally { await sc.stop() }
}

/** How long a job on everything in a topic takes, as an RDD. */
const onRdd = (master, servers, topic, job) => withContext(master, async sc => {
  const rdd = await everything(sc, servers, topic)
  return timed(() => job(rdd))
})

async function everything(sc, servers, topic) {
  const kafkaParams = { 'bootstrap.servers': servers }
  const ends = await KafkaUtils.endOffsets(kafkaParams, [topic])
  return KafkaUtils.createRDD(sc, kafkaParams, ends.map(([place, end]) => OffsetRange.create(place, 0, end)))
}

/** How long a stream takes to do a job on everything in a topic, from its start on. */
const onStream = (master, servers, topic, job) => withContext(master, async sc => {
  const ssc = new StreamingContext(sc, Milliseconds(intervalMs))
  const kafkaParams = { 'bootstrap.servers': servers, 'auto.offset.reset': 'earliest' }
  const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe([topic], kafkaParams))
  let read = 0
  const tookMs = await timed(() => new Promise((resolve, reject) => {
    stream.foreachRDD(async rdd => {
      await job(rdd)
      read += rdd.offsetRanges.reduce((sum, range) => sum + range.count(), 0)
      if (read >= recordCount) resolve()
    })
    ssc.start().catch(reject)
  }))
  await ssc.stop({ stopSparkContext: false })
  return tookMs
})

/** Times the ways in turn. Each returns its milliseconds. */
async function inTurn(ways) {
  const times = Object.fromEntries(Object.keys(ways).map(name => [name, []]))
  for (let round = -warmup; round < rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const tookMs = await way()
      if (round >= 0) times[name].push(tookMs)
    }
  }
  return {
    ratio: (ours, theirs) => median(times[theirs].map((ms, i) => ms / times[ours][i])),
    rate: name => `${(recordCount / median(times[name])).toFixed(0)} k records/s`,
  }
}

async function readTopic(servers, topic, partitions) {
  const count = rdd => rdd.count()
  const words = rdd => countWords(rdd).count()
  const { ratio, rate } = await inTurn({
    'eachBatch': () => readByEachBatch(servers, topic, () => {}),
    'count, RDD': () => onRdd('local', servers, topic, count),
    'count, direct stream': () => onStream('local', servers, topic, count),
    'eachBatch words': () => readByEachBatch(servers, topic, countWordsByHand()),
    'word count, RDD': () => onRdd('local', servers, topic, words),
    'word count, direct stream': () => onStream('local', servers, topic, words),
  })
  const row = (name, against, wanted, what) => ({
    case: `${name}, ${partitions} partition${partitions === 1 ? '' : 's'}`, ours: rate(name), against: `${what} (${rate(against)})`, ratio: ratio(name, against), wanted,
  })
  return [
    row('count, RDD', 'eachBatch', 0.9, 'kafkajs eachBatch'), row('count, direct stream', 'eachBatch', 0.9, 'kafkajs eachBatch'),
    row('word count, RDD', 'eachBatch words', 0.8, 'kafkajs eachBatch'), row('word count, direct stream', 'eachBatch words', 0.8, 'kafkajs eachBatch'),
    await onThreads(servers, topic, partitions, 'count', count), await onThreads(servers, topic, partitions, 'word count', words),
  ]
}

/** Two threads beside the calling one: there is one context at a time, so each has several jobs, of which the best counts. */
async function onThreads(servers, topic, partitions, name, job) {
  const times = { 'local': [], 'local[2]': [] }
  for (let round = 0; round < rounds; round++) {
    for (const master of Object.keys(times)) {
      times[master].push(await withContext(master, async sc => {
        let bestMs = Infinity
        for (let i = 0; i < warmup + 3; i++) bestMs = Math.min(bestMs, await timed(async () => job(await everything(sc, servers, topic))))
        return bestMs
      }))
    }
  }
  const rate = master => `${(recordCount / median(times[master])).toFixed(0)} k records/s`
  return {
    case: `${name}, RDD, local[2], ${partitions} partition${partitions === 1 ? '' : 's'}`, ours: rate('local[2]'), against: `local (${rate('local')})`,
    ratio: median(times.local.map((ms, i) => ms / times['local[2]'][i])), wanted: 1,
  }
}

const smallTopics = 50
const smallMs = 15_000
const smallWarmupMs = 3_000

/** Fifty topics with a few records a batch each: how long a batch takes of its interval. */
const manyTopics = servers => withContext('local', async sc => {
  const topics = Array.from({ length: smallTopics }, (_, i) => `small-${i}`)
  await createTopics(servers, topics.map(topic => [topic, 1]))
  const ssc = new StreamingContext(sc, Milliseconds(intervalMs))
  const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent,
    ConsumerStrategies.Subscribe(topics, { 'bootstrap.servers': servers, 'auto.offset.reset': 'earliest' }))
  let read = 0
  const delays = []
  stream.foreachRDD(async rdd => { read += await rdd.count() })
  ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { delays.push(batchInfo.totalDelay) } })
  await ssc.start()
  const producer = client(servers).producer()
  await producer.connect()
  let sent = 0
  for (const endMs = performance.now() + smallMs; performance.now() < endMs; sent += 20 * smallTopics) {
    const messages = Array.from({ length: 20 }, (_, i) => ({ value: `record ${i}` }))
    await producer.sendBatch({ acks: 1, topicMessages: topics.map(topic => ({ topic, messages })) })
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  await producer.disconnect()
  for (const endMs = performance.now() + 5_000; read < sent && performance.now() < endMs;) await new Promise(resolve => setTimeout(resolve, 20))
  await ssc.stop({ stopSparkContext: false })
  if (read !== sent) throw new Error(`${sent} records were sent and ${read} were read`)
  // In the first seconds both sides compile, and the broker makes the files of so many topics.
  const late = delays.slice(smallWarmupMs / intervalMs).sort((a, b) => a - b)
  const p95 = late[Math.floor(late.length * 0.95)]
  return [{
    case: `${smallTopics} small topics in one stream`, ours: `95 of 100 batches within ${p95.toFixed(0)} ms`,
    against: `an interval of ${intervalMs} ms`, ratio: intervalMs / Math.max(1, p95), wanted: 1,
  }]
})

const run = () => withBroker(async servers => {
  await createTopics(servers, [['one', 1], ['four', 4]])
  await fill(servers, 'one', 1)
  await fill(servers, 'four', 4)
  return [...await readTopic(servers, 'one', 1), ...await readTopic(servers, 'four', 4), ...await manyTopics(servers)]
})

module.exports = { run }
