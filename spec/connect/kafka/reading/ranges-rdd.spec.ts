/** The RDD of ranges: exactly the records of each range, decoded in tasks, and errors that name the record. */
import { ConsumerRecord } from '../../../../lib/connect/kafka/records/consumer-record'
import { Deserializers, requireDeserializer } from '../../../../lib/connect/kafka/records/deserializers'
import { RangeReader } from '../../../../lib/connect/kafka/reading/range-reader'
import { kafkaRangesRdd } from '../../../../lib/connect/kafka/reading/ranges-rdd'
import type { SparkContext } from '../../../../lib/index'
import { MemoryKafka, type MemoryTopic } from '../../../../lib/testing/index'
import { masters, withSpark } from '../../../support/contexts'

type Range = readonly [partition: number, fromOffset: number, untilOffset: number]

interface Given { readonly ranges: readonly Range[], readonly key?: unknown, readonly value?: unknown, readonly isolation?: 'read_committed' }

let kafka: MemoryKafka
let topic: MemoryTopic
beforeEach(() => {
  kafka = new MemoryKafka()
  topic = kafka.topic('t', { partitions: 2 })
})
afterEach(() => kafka.close())

function records(sc: SparkContext, { ranges, key, value, isolation }: Given) {
  const reader = new RangeReader({ log: kafka.log(), isolation: isolation ?? 'read_uncommitted', pollMs: 0, fetchWaitMs: 0 })
  return kafkaRangesRdd<any, any>(sc, {
    reader, key: requireDeserializer('createRDD', 'key.deserializer', key), value: requireDeserializer('createRDD', 'value.deserializer', value),
    ranges: ranges.map(([partition, fromOffset, untilOffset]) => ({ topic: 't', partition, fromOffset, untilOffset })),
  })
}

const values = (count: number, partition: number) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: `v${i}`, partition, timestamp: 1_000 + i }))

describe.each(masters)('%s', master => {
  it('has one partition a range, with exactly its records', async () => {
    for (let i = 0; i < 50; i += 10) await topic.send(values(50, 0).slice(i, i + 10))
    await topic.send([{ key: null, value: 'x', partition: 1, timestamp: 5, headers: [['h', 'a'], ['h', null]] }, { key: 'k', value: null, partition: 1, timestamp: 6 }])
    await withSpark(master, async sc => {
      const rdd = records(sc, { ranges: [[0, 7, 31], [1, 0, 2], [0, 40, 40]] })
      const found = await rdd.glom().collect()
      expect(found.map(part => part.map(each => each.offset))).toEqual([Array.from({ length: 24 }, (_, i) => 7 + i), [0, 1], []])
      expect(found[0]![0]).toEqual(new ConsumerRecord('t', 0, 7, 1_007, 'CreateTime', 'k7', 'v7', []))
      expect(found[1]).toEqual([
        new ConsumerRecord('t', 1, 0, 5, 'CreateTime', null, 'x', [['h', new Uint8Array([97])], ['h', null]]),
        new ConsumerRecord('t', 1, 1, 6, 'CreateTime', 'k', null, []),
      ])
      expect(found[1]![0]!.lastHeader('h')).toBeNull()
      expect(await rdd.count()).toBe(26)
      expect(await rdd.map(each => each.value?.length ?? 0).sum()).toBe(3 * 2 + 21 * 3 + 1)
    })
  })

  it('is decompressed in tasks, whatever it was compressed with', async () => {
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const) await topic.send(values(100, 0), { codec })
    await withSpark(master, async sc => {
      expect(await records(sc, { ranges: [[0, 50, 350]] }).map(({ value }) => value).collect())
        .toEqual([...values(400, 0)].map((_, i) => `v${i % 100}`).slice(50, 350))
    })
  })

  it('leaves out what was aborted, and is whole all the same', async () => {
    await topic.send(values(3, 0))
    const [lost, kept] = [await kafka.transaction(), await kafka.transaction()]
    await lost.send('t', [{ value: 'lost', partition: 0 }])
    await kept.send('t', [{ value: 'kept', partition: 0 }])
    await lost.abort()
    await kept.commit()
    await topic.send([{ value: 'last', partition: 0 }])
    const { end } = (await topic.offsets())[0]!
    await withSpark(master, async sc => {
      const seen = (isolation?: 'read_committed') => records(sc, { ranges: [[0, 0, end]], ...isolation && { isolation } }).map(({ value }) => value).collect()
      expect(await seen('read_committed')).toEqual(['v0', 'v1', 'v2', 'kept', 'last'])
      expect(await seen()).toEqual(['v0', 'v1', 'v2', 'lost', 'kept', 'last'])
    })
  })

  it('makes of bytes what it is told', async () => {
    const long = Buffer.alloc(8)
    long.writeBigInt64BE(-42n)
    const schema = { type: 'record', name: 'Point', fields: [{ name: 'x', type: 'int' }] }
    const point = require('avsc').Type.forSchema(schema).toBuffer({ x: 7 })
    await topic.send([{ key: long, value: '{"a":[1]}', partition: 0 }, { key: long, value: Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), point]), partition: 1 }])
    const prefix = 'got '
    await withSpark(master, async sc => {
      const one = async (partition: number, value: unknown) => {
        const [record] = await records(sc, { ranges: [[partition, 0, 1]], key: 'org.apache.kafka.common.serialization.LongDeserializer', value }).collect()
        return [record!.key, record!.value]
      }
      expect(await one(0, Deserializers.json)).toEqual([-42, { a: [1] }])
      expect(await one(0, Deserializers.bytes)).toEqual([-42, new Uint8Array(Buffer.from('{"a":[1]}'))])
      expect(await one(0, (bytes: Uint8Array, place: { offset: number }) => `${prefix}${bytes.length} at ${place.offset}`)).toEqual([-42, 'got 9 at 0'])
      expect(await one(1, Deserializers.avro(schema, { framing: 'confluent' }))).toEqual([-42, { x: 7 }])
      expect(await one(0, (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 3)))).toEqual([-42, Buffer.from('{"a')])
    })
  })

  it('names the record that cannot be decoded; a function may leave it out', async () => {
    await topic.send([{ value: '1', partition: 0 }, { value: 'one', partition: 0 }, { value: '2', partition: 0 }])
    await withSpark(master, async sc => {
      const failed = await records(sc, { ranges: [[0, 0, 3]], value: Deserializers.json }).count().catch((error: unknown) => error)
      expect(failed).toMatchObject({ message: expect.stringContaining('The value of the record at offset 1 of partition 0 of topic t cannot be decoded: Unexpected token') })
      const tolerant = (bytes: Uint8Array) => { try { return JSON.parse(Buffer.from(bytes).toString()) } catch { return undefined } }
      expect(await records(sc, { ranges: [[0, 0, 3]], value: tolerant }).map(({ value }) => value).collect()).toEqual([1, 2])
    }, { 'spark.task.maxFailures': '1' })
  })

  it('reads again what a task has lost, and what is cached once', async () => {
    await topic.send(values(20, 0))
    await withSpark(master, async sc => {
      const cached = records(sc, { ranges: [[0, 0, 20]] }).cache()
      expect(await cached.count()).toBe(20)
      await topic.deleteRecords(0, 20)
      expect(await cached.map(({ value }) => value).collect()).toHaveLength(20)
      const failed = await records(sc, { ranges: [[0, 0, 20]] }).count().catch((error: unknown) => error)
      expect(failed).toMatchObject({ message: expect.stringContaining('t-0 was to be read from offset 0, but the first that is there is 20: 20 offsets are lost') })
    })
  })
})

it('refuses what is no deserializer', () => {
  expect(() => requireDeserializer('createRDD', 'value.deserializer', 'StrinDeserializer'))
    .toThrow('createRDD: value.deserializer is a class that is not there: "StrinDeserializer"; did you mean StringDeserializer?')
  expect(() => requireDeserializer('createRDD', 'value.deserializer', 5)).toThrow('must be one of Deserializers or a function, got 5')
  expect(() => Deserializers.avro({ type: 'nothing' })).toThrow('Deserializers.avro was given what is no Avro schema')
})
