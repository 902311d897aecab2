/** saveToKafka on brokers: what it writes is read by others, keys are where Java puts them, and a broker may die in between. */
import { randomBytes } from 'node:crypto'
import * as path from 'node:path'
import { SparkConf, SparkContext } from '../../../lib/index'
import { ClusterProducing } from '../../../lib/connect/kafka/sink/cluster-producing'
import { requireProducerParams } from '../../../lib/connect/kafka/sink/producer-params'
import { TransactionalOutput } from '../../../lib/connect/kafka/sink/transactional-output'
import { RecordBatchBuilder } from '../../../lib/connect/kafka/sink/record-batch-builder'
import { withSpark } from '../../support/contexts'
import { failure } from '../../support/operator-cases'
import { quietly } from '../../support/streams'
import { startKafka, runJava, type KafkaVersion } from '../support'
import { jars } from '../support/downloads'
import { sharedKafka } from '../support/shared'
import { newTopic, readCommitted, withAdmin } from './reading'

const program = (name: string): string => path.join(__dirname, '..', 'programs', 'kafka', `${name}.java`)
const versions: KafkaVersion[] = ['3.9.2', '4.3.1']

describe.each(versions)('Kafka %s', version => {
  let broker: string
  beforeAll(async () => { broker = (await sharedKafka(version)).address })

  test('kafkajs and the Java consumer read what was written, however it is compressed', async () => {
    const written = Array.from({ length: 3_000 }, (_, i) => [`key ${i}`, `value ${i} ${'é'.repeat(i % 50)}`] as [string, string])
    const topics: string[] = []
    await withSpark('local[2]', async sc => {
      for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
        const topic = await newTopic(broker, 3)
        topics.push(topic)
        await sc.parallelize(written, 4).saveToKafka(topic, {
          servers: broker, compression, batchBytes: 20_000, headers: ([key]) => ({ key, bytes: Buffer.from([0, 255]) }), timestamp: ([key]) => 1_700_000_000_000 + Number(key.slice(4)),
        })
      }
    })
    const read = await readCommitted(broker, topics)
    expect(read).toHaveLength(topics.length * written.length)
    for (const topic of topics) {
      const own = read.filter(each => each.topic === topic)
      expect(new Map(own.map(({ message: { key, value } }) => [String(key), String(value)]))).toEqual(new Map(written))
    }
    const odd = read.filter(({ message: { key, headers, timestamp } }) => (
      String(headers!.key) !== String(key) || Buffer.compare(headers!.bytes as Buffer, Buffer.from([0, 255])) !== 0
      || Number(timestamp) !== 1_700_000_000_000 + Number(String(key).slice(4))))
    expect(odd).toEqual([])
    const java = await runJava({ jars: await jars('kafka', version), main: program('ReadValues'), args: [broker, topics.join(), String(read.length)] })
    expect(java.trim().split('\n').sort()).toEqual(topics.flatMap(topic => written.map(([, value]) => `${topic} ${value}`)).sort())
  })

  test('keys are in the partitions where the Java producer puts them', async () => {
    const [topic, java, count] = [await newTopic(broker, 7), await newTopic(broker, 7), 500]
    const partitions = (await runJava({
      jars: await jars('kafka', version), main: program('KeyPartitions'), args: [broker, java, String(count)],
    })).trim().split(' ').map(Number)
    const keys = Array.from({ length: count }, (_, i) => i < 9 ? 'k'.repeat(i) : `key é ${i}`)
    await withSpark('local', sc => sc.parallelize(keys.map(key => [key, 'ours'] as [string, string]), 2).saveToKafka(topic, { servers: broker }))
    const ours = new Map((await readCommitted(broker, [topic])).map(({ partition, message: { key } }) => [String(key), partition]))
    expect(keys.map(key => ours.get(key))).toEqual(partitions)
  })

  test('records without a key go to all partitions', async () => {
    const topic = await newTopic(broker, 4)
    await withSpark('local[2]', async sc => {
      for (let batch = 0; batch < 20; batch++) await sc.parallelize(['a', 'b'], 2).saveToKafka(topic, { servers: broker })
    })
    const read = await readCommitted(broker, [topic])
    expect(read).toHaveLength(40)
    for (let partition = 0; partition < 4; partition++) expect(read.filter(each => each.partition === partition).length).toBeGreaterThan(0)
  })

  test('a record that the topic does not take is an error that names it; nothing hangs', async () => {
    const topic = await newTopic(broker, 1, [{ name: 'max.message.bytes', value: '2000' }])
    await quietly(() => withSpark('local', async sc => {
      expect(await failure(sc.parallelize([randomBytes(5_000).toString('hex')]).saveToKafka(topic, { servers: broker }))).toMatchObject({
        message: expect.stringContaining(`writing to ${topic}-0 failed: MESSAGE_TOO_LARGE`), cause: { hint: expect.stringContaining('max.message.bytes') },
      })
      await sc.parallelize(['fits']).saveToKafka(topic, { servers: broker })
    }))
    expect((await readCommitted(broker, [topic])).map(({ message: { value } }) => String(value))).toEqual(['fits'])
  })

  test('brokers that are not there are an error after delivery.timeout.ms', async () => {
    await quietly(() => withSpark('local', async sc => {
      const beganMs = performance.now()
      expect(await failure(sc.parallelize(['a']).saveToKafka('t', { servers: '127.0.0.1:1', kafkaParams: { 'delivery.timeout.ms': 1_500 } }))).toMatchObject({
        message: expect.stringMatching(/asking for the partitions of topic t failed: .*ECONNREFUSED.* \(brokers 127\.0\.0\.1:1\)/),
      })
      expect(performance.now() - beganMs).toBeLessThan(10_000)
    }))
  })

  test('an RDD in a transaction that fails is nowhere, one that succeeds is there', async () => {
    const topic = await newTopic(broker, 3)
    const options = { servers: broker, transactional: true, transactionalId: `export-${topic}` }
    await quietly(() => withSpark('local[2]', async sc => {
      const numbers = sc.range(0, 30_000, 1, 4)
      await failure(numbers.saveToKafka(topic, { ...options, value: n => { if (n === 29_999) throw new Error('no'); return String(n) } }))
      await numbers.saveToKafka(topic, { ...options, value: n => String(n) })
    }))
    const numbers = (await readCommitted(broker, [topic])).map(({ message: { value } }) => Number(value)).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 30_000 }, (_, n) => n))
  })

  test('of two with the same id the one that has begun first is fenced, at whatever step it is', async () => {
    const topic = await newTopic(broker, 2)
    const begin = async (): Promise<TransactionalOutput> => {
      const output = new TransactionalOutput(new ClusterProducing(requireProducerParams('spec', { 'bootstrap.servers': broker }).cluster()), { id: `zombie-${topic}`, timeoutMs: 60_000, topic })
      await output.start(true)
      return output
    }
    const batch = (value: string) => {
      const builder = new RecordBatchBuilder()
      builder.add(null, value, [], 1_000, 1e6)
      return [{ topic, partition: 0, bytes: builder.finish('none') }, { topic, partition: 1, bytes: builder.finish('none').slice() }]
    }
    const zombie = await begin()
    await zombie.write(batch('first'), { timeMs: 1, openFromMs: 1 })
    const next = await begin()
    expect([next.isWritten(1), next.isWritten(2)]).toEqual([true, false])
    expect(await failure(zombie.write(batch('zombie'), { timeMs: 2, openFromMs: 1 }))).toMatchObject({ code: 'MR_KAFKA_FENCED' })
    expect(await failure(zombie.write(batch('zombie'), { timeMs: 3, openFromMs: 1 }))).toMatchObject({
      code: 'MR_KAFKA_FENCED', message: `Another run of this program writes to Kafka as 'zombie-${topic}'; this one must not write any more`,
    })
    await next.write(batch('next'), { timeMs: 2, openFromMs: 1 })
    await Promise.all([zombie.stop(), next.stop()])
    expect((await readCommitted(broker, [topic])).map(({ message: { value } }) => String(value)).sort()).toEqual(['first', 'first', 'next', 'next'])
  })

  test('the process ends by itself when it has written', async () => {
    const topic = await newTopic(broker, 1)
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process')
    for (const master of ['local', 'local[2]']) {
      const program = `const { SparkContext } = require('./dist/index.js'); const sc = new SparkContext('${master}', 'ends');
        sc.parallelize(['a'], 2).saveToKafka('${topic}', { servers: '${broker}' }).then(() => sc.stop())`
      execFileSync(process.execPath, ['-e', program], { cwd: path.join(__dirname, '..', '..', '..'), timeout: 20_000 })
    }
    expect(await readCommitted(broker, [topic])).toHaveLength(2)
  })
})

test.each(versions)('Kafka %s: a broker that is killed while it is written to, and comes back, has all, and nothing twice', async version => {
  const system = await startKafka({ version })
  try {
    const topic = await newTopic(system.address, 3)
    const sc = new SparkContext(new SparkConf().setMaster('local[2]').setAppName('spec'))
    const count = 300_000
    try {
      const write = sc.range(0, count, 1, 8).saveToKafka(topic, { servers: system.address, value: n => `${n} ${'x'.repeat(100)}`, batchBytes: 64 * 1024 })
      const begun = async (): Promise<boolean> => withAdmin(system.address, async admin => (await admin.fetchTopicOffsets(topic)).some(({ offset }) => Number(offset) > 10_000))
      while (!await begun());
      await system.kill()
      await system.restart()
      await write
    } finally { await sc.stop() }
    const numbers = (await readCommitted(system.address, [topic])).map(({ message: { value } }) => parseInt(String(value))).sort((a, b) => a - b)
    expect(numbers).toHaveLength(count)
    expect(numbers.every((n, i) => n === i)).toBe(true)
  } finally { await system.close() }
})
