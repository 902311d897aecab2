/** The direct stream on MemoryKafka: what it does on every Kafka, what only MemoryKafka can show, and what is refused. */
import { ConsumerStrategies, KafkaUtils, LocationStrategies, OffsetRange, offsetRangesOf, StreamingContext, TopicPartition } from '../../../lib/index'
import { collectBatches, MemoryKafka } from '../../../lib/testing/index'
import { masters, withSpark } from '../../support/contexts'
import { rddCases, streamCases, type KafkaUnderTest } from '../../support/kafka-cases'
import { quietly, warningsOf, withStreaming } from '../../support/streams'

const kafka = new MemoryKafka()
afterAll(() => kafka.close())

const underTest: KafkaUnderTest = {
  servers: kafka.bootstrapServers,
  createTopic: (topic, partitions) => kafka.topic(topic, { partitions }).addPartitions(partitions),
  send: (topic, records, codec = 'none') => kafka.topic(topic).send(records, { codec }),
  async transact(topic, records, outcome) {
    const transaction = await kafka.transaction()
    await transaction.send(topic, records)
    await transaction[outcome]()
  },
  addPartitions: (topic, partitions) => kafka.topic(topic).addPartitions(partitions),
  deleteRecords: (topic, partition, before) => kafka.topic(topic).deleteRecords(partition, before),
  async committed(group, topic) {
    const offsets = await kafka.committed(group)
    return Object.fromEntries(offsets.filter(each => each.topic === topic).map(({ partition, offset }) => [`${topic}-${partition}`, offset]))
  },
}

describe.each(masters)('a direct stream on %s', master => {
  test.each(Object.entries(streamCases))('%s', (_name, run) => run(underTest, master))

  test('a topic after compaction, in a stream and in an RDD', async () => {
    const name = `compacted-${master}`.replace(/\W/g, '-')
    const topic = kafka.topic(name)
    await topic.send([['a', '1'], ['a', '2'], ['b', '1'], ['c', '1'], ['c', '2'], ['b', '2'], ['b', '3']].map(([key, value]) => ({ key: key!, value: value! })))
    await topic.compact()
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const all = collectBatches(direct(ssc, ConsumerStrategies.Subscribe([name], earliest())).map(({ key, value, offset }) => [key, value, offset]))
      await ssc.start()
      await runBatches(1)
      expect(all).toEqual([[['a', '2', 1], ['c', '2', 4], ['b', '3', 6]]])
    })
    await withSpark(master, async sc => {
      const rdd = KafkaUtils.createRDD<string, string>(sc, earliest(), [OffsetRange.create(name, 0, 2, 7)])
      expect(await rdd.map(record => record.value).collect()).toEqual(['2', '3'])
      expect([await rdd.count(), (await rdd.take(1)).map(record => record.key)]).toEqual([2, ['c']])
    })
  })

  test('Kafka goes away and comes back: batches wait, and nothing is lost', async () => {
    const name = `away-${master}`.replace(/\W/g, '-')
    const own = new MemoryKafka()
    const topic = own.topic(name)
    await topic.send(['a', 'b'])
    await withStreaming(master, async ({ ssc, runBatches, clock }) => {
      const all = collectBatches(direct(ssc, ConsumerStrategies.Subscribe([name], { ...earliest(), 'bootstrap.servers': own.bootstrapServers })).map(record => record.value))
      await ssc.start()
      await runBatches(1)
      own.breakDown()
      await topic.send(['c', 'd'])
      const waiting = clock.advance(3_000)
      await new Promise(resolve => { setImmediate(resolve) })
      expect(all).toEqual([['a', 'b']])
      own.repair()
      await waiting
      await ssc.idle()
      expect(all).toEqual([['a', 'b'], ['c', 'd'], [], []])
    })
    await own.close()
  })
})

describe.each(masters)('an RDD of ranges on %s', master => {
  test.each(Object.entries(rddCases))('%s', (_name, run) => run(underTest, master))
})

const earliest = () => ({ 'bootstrap.servers': kafka.bootstrapServers, 'auto.offset.reset': 'earliest' }) as const
const direct = (ssc: StreamingContext, strategy: any): ReturnType<typeof KafkaUtils.createDirectStream<string, string>> => (
  KafkaUtils.createDirectStream<string, string>(ssc, LocationStrategies.PreferConsistent, strategy))

test('commits go with the next batch, the furthest of each partition, and a failure is told', () => withStreaming('local', async ({ ssc, runBatches }) => {
  const topic = kafka.topic('commits', { partitions: 2 })
  const stream = direct(ssc, ConsumerStrategies.Subscribe(['commits'], { ...earliest(), 'group.id': 'committing' }))
  stream.foreachRDD(() => {})
  await ssc.start()
  await topic.send([{ value: 'a', partition: 0 }, { value: 'b', partition: 0 }])
  stream.commitAsync([OffsetRange.create('commits', 0, 0, 2), OffsetRange.create('commits', 0, 0, 1)])
  const told: unknown[] = []
  stream.commitAsync([OffsetRange.create('commits', 1, 0, 0)], (offsets, error) => { told.push(offsets.map(({ partition, offset }) => [partition, offset]), error) })
  stream.commitAsync([], () => { throw new Error('not ours') })
  expect(await kafka.committed('committing')).toEqual([])
  await quietly(() => runBatches(1))
  expect(await kafka.committed('committing')).toEqual([{ topic: 'commits', partition: 0, offset: 2 }, { topic: 'commits', partition: 1, offset: 0 }])
  expect(told).toEqual([[[0, 2], [1, 0]], undefined])
  const failures: unknown[] = []
  stream.commitAsync([OffsetRange.create('missing', 0, 0, 1)], (_offsets, error) => { failures.push(error) })
  const warnings = await warningsOf(() => runBatches(1))
  expect(failures).toEqual([expect.objectContaining({ message: expect.stringContaining("has no topic 'missing'") })])
  expect(warnings).toEqual([expect.stringContaining('Offsets of group committing could not be committed')])
}))

test('what waits to be committed is committed at the stop; later is an error', async () => {
  const topic = kafka.topic('at-stop')
  await topic.send(['a', 'b', 'c'])
  await withStreaming('local', async ({ ssc, runBatches }) => {
    const stream = direct(ssc, ConsumerStrategies.Subscribe(['at-stop'], { ...earliest(), 'group.id': 'stopping' }))
    stream.foreachRDD(rdd => { stream.commitAsync(offsetRangesOf(rdd)) })
    await ssc.start()
    await runBatches(1)
    expect(await kafka.committed('stopping')).toEqual([])
    await ssc.stop({ stopSparkContext: false, stopGracefully: true })
    expect(await kafka.committed('stopping')).toEqual([{ topic: 'at-stop', partition: 0, offset: 3 }])
    expect(() => stream.commitAsync([])).toThrow('commitAsync: the stream was stopped')
  })
})

test('what was read ahead of a topic that is made anew is not taken for what is in it now', () => quietly(() => withStreaming('local', async ({ ssc, runBatches }) => {
  const topic = kafka.topic('anew')
  await topic.send(['a', 'b', 'c', 'd'])
  const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent,
    ConsumerStrategies.Subscribe(['anew'], { ...earliest(), 'metadata.max.age.ms': 0 }), { failOnDataLoss: false })
  const all = collectBatches(stream.map(record => record.value))
  await ssc.start()
  await runBatches(1)
  await topic.delete()
  await runBatches(1)
  await kafka.topic('anew').send(['e', 'f'])
  await runBatches(1)
  expect(all).toEqual([['a', 'b', 'c', 'd'], [], ['e', 'f']])
})))

describe('refused', () => {
  const strategy = ConsumerStrategies.Subscribe(['t'], earliest())
  const { PreferConsistent } = LocationStrategies
  const create = KafkaUtils.createDirectStream as (...args: unknown[]) => unknown

  test.each<[string, (ssc: StreamingContext) => unknown, string]>([
    ['no context', () => create(5, PreferConsistent, strategy), 'createDirectStream: the first argument must be a StreamingContext, got 5'],
    ['no location strategy', ssc => create(ssc, strategy, PreferConsistent), 'createDirectStream: the location strategy must be one of LocationStrategies, got an object (Object)'],
    ['no consumer strategy', ssc => create(ssc, PreferConsistent, ['t']), 'createDirectStream: the consumer strategy must be one of ConsumerStrategies, got an array of 1'],
    ['an unknown option', ssc => create(ssc, PreferConsistent, strategy, { failOnDataLost: true }), 'createDirectStream: there is no option "failOnDataLost"; did you mean failOnDataLoss?'],
    ['no config', ssc => create(ssc, PreferConsistent, strategy, { perPartitionConfig: {} }), 'createDirectStream: perPartitionConfig must be a PerPartitionConfig, got an object (Object)'],
    ['an unknown setting of Kafka', ssc => create(ssc, PreferConsistent, ConsumerStrategies.Subscribe(['t'], { ...earliest(), 'group.idd': 'g' })), 'createDirectStream: there is no option "group.idd"; did you mean group.id?'],
    ['no servers', ssc => create(ssc, PreferConsistent, ConsumerStrategies.Subscribe(['t'], {})), 'createDirectStream: the option bootstrap.servers is missing'],
    ['auto commit', ssc => create(ssc, PreferConsistent, ConsumerStrategies.Subscribe(['t'], { ...earliest(), 'enable.auto.commit': true })), 'createDirectStream: enable.auto.commit must be false'],
    ['a wrong reset', ssc => create(ssc, PreferConsistent, ConsumerStrategies.Subscribe(['t'], { ...earliest(), 'auto.offset.reset': 'first' })), 'createDirectStream: auto.offset.reset must be one of "latest", "earliest", "none", got "first"'],
    ['an unknown deserializer', ssc => create(ssc, PreferConsistent, ConsumerStrategies.Subscribe(['t'], { ...earliest(), 'value.deserializer': 'StringDeserialiser' })), 'createDirectStream: value.deserializer is a class that is not there: "StringDeserialiser"; did you mean StringDeserializer?'],
    ['no ranges', ssc => KafkaUtils.createRDD(ssc.sparkContext, earliest(), 'all' as never), 'createRDD: the offset ranges must be an array, got "all"'],
    ['a range twice', ssc => KafkaUtils.createRDD(ssc.sparkContext, earliest(), [OffsetRange.create('t', 0, 0, 1), OffsetRange.create('t', 0, 1, 2)]), 'createRDD: there are two offset ranges of t-0'],
    ['brokers for an RDD', ssc => KafkaUtils.createRDD(ssc.sparkContext, earliest(), [], LocationStrategies.PreferBrokers), 'createRDD: If you want to prefer brokers, you must provide a mapping using PreferFixed. A single KafkaRDD does not have a driver consumer and cannot look up brokers for you.'],
  ])('%s', (_name, call, message) => quietly(() => withStreaming('local', ({ ssc }) => {
    expect(() => call(ssc)).toThrow(expect.objectContaining({ name: 'IllegalArgumentError', message, at: expect.stringMatching(/direct-input-dstream\.spec\.ts:\d+$/) }))
  })))

  test('a MemoryKafka that is not there', () => quietly(() => withStreaming('local', ({ ssc }) => {
    expect(() => create(ssc, PreferConsistent, ConsumerStrategies.Subscribe(['t'], { 'bootstrap.servers': 'memory:99' }))).toThrow('bootstrap.servers: there is no MemoryKafka memory:99 in this process')
  })))

  test('commitAsync without a group, or with what is no range', () => quietly(() => withStreaming('local', ({ ssc }) => {
    const stream = direct(ssc, strategy)
    expect(() => stream.commitAsync([])).toThrow(expect.objectContaining({ name: 'IllegalStateError', message: 'commitAsync: the stream has no group to commit to', at: expect.stringMatching(/direct-input-dstream\.spec\.ts:\d+$/) }))
    const grouped = direct(ssc, ConsumerStrategies.Subscribe(['t'], { ...earliest(), 'group.id': 'g' }))
    expect(() => grouped.commitAsync([{ topic: 't' }] as never)).toThrow('commitAsync: an offset range must be an OffsetRange, got an object (Object)')
    expect(() => grouped.commitAsync([], 5 as never)).toThrow('commitAsync: the callback must be a function, got 5')
  })))

  test('offsetRangesOf an RDD that was made of others', () => withSpark('local', sc => {
    const rdd = KafkaUtils.createRDD(sc, earliest(), [OffsetRange.create('t', 0, 0, 1)])
    expect(offsetRangesOf(rdd)).toEqual([OffsetRange.create('t', 0, 0, 1)])
    expect(() => offsetRangesOf(rdd.map(record => record.value))).toThrow('offsetRangesOf: this RDD was made of others; only the RDD of Kafka records itself has offset ranges')
  }))

  test('the stream cannot begin: start rejects', () => quietly(() => withStreaming('local', async ({ ssc }) => {
    direct(ssc, ConsumerStrategies.Assign([new TopicPartition('not-there', 0)], earliest())).foreachRDD(() => {})
    await expect(ssc.start()).rejects.toThrow('not-there-0: there is no such partition')
  })))
})

test('hosts are where partitions would be read on a cluster', () => withSpark('local', sc => {
  const hosts = new Map([[new TopicPartition('t', 1), 'host-b']])
  const rdd = KafkaUtils.createRDD(sc, earliest(), [OffsetRange.create('t', 0, 0, 1), OffsetRange.create('t', 1, 0, 1)], LocationStrategies.PreferFixed(hosts))
  expect(rdd.partitions.map(partition => rdd.preferredLocations(partition))).toEqual([[], ['host-b']])
}))
