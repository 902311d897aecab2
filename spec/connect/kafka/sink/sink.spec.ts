/** saveToKafka without transactions: what elements become, and what is refused; the same on every engine. */
import { Seconds, type KafkaSaveOptions } from '../../../../lib/index'
import { partitionOfKey } from '../../../../lib/connect/kafka/sink/murmur2'
import { MemoryKafka } from '../../../../lib/testing/index'
import { masters, withSpark } from '../../../support/contexts'
import { failure } from '../../../support/operator-cases'
import { quietly, withStreaming } from '../../../support/streams'

async function withKafka<R>(f: (kafka: MemoryKafka) => Promise<R>, options = {}): Promise<R> {
  const kafka = new MemoryKafka(options)
  try { return await f(kafka) } finally { await kafka.close() }
}

/** Key and value of all that is in a topic, sorted. */
async function pairsIn(kafka: MemoryKafka, topic = 't'): Promise<unknown[]> {
  const records = await kafka.topic(topic).records()
  return records.map(({ key, value }) => [key, value]).sort((a, b) => String(a) < String(b) ? -1 : 1)
}

describe.each(masters)('on %s', master => {
  const save = (elements: readonly unknown[], options: KafkaSaveOptions = {}, topic: string | ((element: any) => string) = 't'): Promise<MemoryKafka> => (
    withSpark(master, async sc => {
      const kafka = new MemoryKafka({ newTopicPartitions: 3 })
      await sc.parallelize(elements, 2).saveToKafka(topic, { servers: kafka.bootstrapServers, ...options })
      return kafka
    }))

  test('pairs give key and value, strings and bytes are values, null is none', async () => {
    const kafka = await save([['k', 'v'], 'only a value', Buffer.from('bytes'), ['tombstone', null], [null, 'no key'], null])
    expect(await pairsIn(kafka)).toEqual([[null, null], [null, 'bytes'], [null, 'no key'], [null, 'only a value'], ['k', 'v'], ['tombstone', null]])
  })

  test('functions say what a record is, with what they have captured', async () => {
    const [unit, at] = ['clicks', 1_700_000_000_000]
    const kafka = await save([{ user: 'a', n: 1 }, { user: 'b', n: 2 }], {
      key: ({ user }) => user, value: ({ n }) => `${n} ${unit}`, headers: ({ n }) => ({ n: String(n), none: null }), timestamp: ({ n }) => new Date(at + n),
      partition: ({ n }) => n,
    })
    const records = await kafka.topic('t').records()
    expect(records.map(({ partition, key, value, timestamp }) => [partition, key, value, timestamp])).toEqual([[1, 'a', '1 clicks', at + 1], [2, 'b', '2 clicks', at + 2]])
    expect(records[0]!.headers.map(([name, value]) => [name, value && Buffer.from(value).toString()])).toEqual([['n', '1'], ['none', null]])
  })

  test('headers may be there more than once', async () => {
    const kafka = await save(['a'], { headers: () => [['h', '1'], ['h', Buffer.from('2')]] })
    const [record] = await kafka.topic('t').records()
    expect(record!.headers.map(([name, value]) => `${name}=${Buffer.from(value!)}`)).toEqual(['h=1', 'h=2'])
  })

  test('each element has its topic, which is made where it is not there', async () => {
    const kafka = await save(Array.from({ length: 100 }, (_, i) => [`key ${i}`, String(i)]), {}, ([, value]) => `topic-${Number(value) % 3}`)
    expect(await kafka.topics()).toEqual(['topic-0', 'topic-1', 'topic-2'])
    const all = await Promise.all(['topic-0', 'topic-1', 'topic-2'].map(topic => kafka.topic(topic).records()))
    expect(all.map((records, i) => records.every(({ value }) => Number(value) % 3 === i))).toEqual([true, true, true])
    expect(all.flat().map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    for (const { key, partition } of all.flat()) expect(partition).toBe(partitionOfKey(Buffer.from(key!), 3))
  })

  test('large partitions are many batches, in their order', async () => {
    const values = Array.from({ length: 5_000 }, (_, i) => `${i} ${'x'.repeat(100)}`)
    const kafka = await save(values, { batchBytes: 4_096, compression: 'gzip', partition: () => 0 })
    const numbers = (await kafka.topic('t').records()).map(({ value }) => parseInt(value!))
    expect(numbers.filter(n => n < 2_500)).toEqual(Array.from({ length: 2_500 }, (_, i) => i))
    expect(numbers).toHaveLength(5_000)
  })

  test('what cannot be written fails with what to do about it', async () => {
    await quietly(async () => {
      expect(await failure(save([{ a: 1 }]))).toMatchObject({
        message: expect.stringContaining('saveToKafka: the value of a record must be a string, bytes or null, got an object (Object)'),
        cause: { hint: '{ value: element => JSON.stringify(element) }' },
      })
      expect(await failure(save([[7, 'v']]))).toMatchObject({ message: expect.stringContaining('the key of a record must be a string, bytes or null, got 7') })
      expect(await failure(save(['a'], { timestamp: () => NaN }))).toMatchObject({ message: expect.stringContaining('a timestamp must be a Date or whole milliseconds') })
      expect(await failure(save(['a'], { partition: () => 3 }))).toMatchObject({ message: expect.stringContaining("partition gave 3 for topic 't', which has 3 partitions") })
      expect(await failure(save(['x'.repeat(2_000_000)]))).toMatchObject({
        message: expect.stringContaining("a record without a key for topic 't' is larger than recordBytesMax, 1048576 bytes"),
      })
    })
  })

  test('a topic that does not exist and is not made is an error', async () => {
    await withKafka(kafka => quietly(() => withSpark(master, async sc => {
      for (const topic of ['t', () => 't']) {
        expect(await failure(sc.parallelize(['a']).saveToKafka(topic, { servers: kafka.bootstrapServers }))).toMatchObject({
          message: "saveToKafka: Kafka has no topic 't'", hint: 'Create it; these brokers do not make topics by themselves.',
        })
      }
    })), { newTopicPartitions: 0 })
  })

  test('functions keep what they had captured at the call', async () => {
    await withKafka(kafka => withStreaming(master, async ({ ssc, runBatches }) => {
      let suffix = 'as it was'
      ssc.queueStream([['a'], ['b'], []]).saveToKafka('t', { servers: kafka.bootstrapServers, value: value => master === 'local' ? `${value} as it was` : `${value} ${suffix}` })
      suffix = 'changed'
      await ssc.start()
      await runBatches(3)
      expect(await pairsIn(kafka)).toEqual([[null, 'a as it was'], [null, 'b as it was']])
    }, { batch: Seconds(1) }))
  })

  test('an RDD in a transaction is there whole, or not at all', async () => {
    await withKafka(kafka => quietly(() => withSpark(master, async sc => {
      kafka.topic('t', { partitions: 2 })
      const options = { servers: kafka.bootstrapServers, transactional: true, transactionalId: 'export' }
      const numbers = sc.parallelize(Array.from({ length: 100 }, (_, i) => i), 4)
      await failure(numbers.saveToKafka('t', { ...options, value: n => { if (n === 99) throw new Error('no'); return String(n) } }))
      expect(await kafka.topic('t').records({ isolation: 'read_committed' })).toHaveLength(0)
      await numbers.saveToKafka('t', { ...options, value: n => String(n) })
      expect(await kafka.topic('t').records({ isolation: 'read_committed' })).toHaveLength(100)
      const { transactionalId: _, ...without } = options
      expect(await failure(numbers.saveToKafka('t', without))).toMatchObject({
        message: 'saveToKafka: an RDD that is written in a transaction needs a transactionalId', at: expect.stringMatching(/^saveToKafka at sink\.spec\.ts:/),
      })
    })))
  })
})
