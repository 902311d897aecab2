/** MemoryKafka: what is sent is kept as brokers keep it; transactions, retention, compaction, time, groups; a folder outlives it. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as fc from 'fast-check'
import { ManualClock, MemoryKafka } from '../../../lib/testing/index'
import type { KafkaLog } from '../../../lib/connect/kafka/log'
import type { KafkaProducing, TransactionalProducer } from '../../../lib/connect/kafka/producing'
import { encodeBatch } from '../../../lib/connect/kafka/records/encode-batch'
import { sealBatch } from '../../../lib/connect/kafka/sink/seal-batch'
import { withFolder } from '../../support/folders'

const values = async (kafka: MemoryKafka, topic: string): Promise<unknown[]> => (await kafka.records(topic)).map(({ value }) => value)
const p0 = { topic: 't', partition: 0 }

async function withKafka<R>(f: (kafka: MemoryKafka) => Promise<R>, options: ConstructorParameters<typeof MemoryKafka>[0] = {}): Promise<R> {
  const kafka = new MemoryKafka(options)
  try { return await f(kafka) } finally { await kafka.close() }
}

describe('topics', () => {
  test('records come back as they were sent', () => withKafka(async kafka => {
    const topic = kafka.topic('t')
    await topic.send(['a', '', null, 'é'])
    await topic.send({ key: 'k', value: Uint8Array.of(104, 105), headers: { h: 'x', n: null }, timestamp: 42 })
    const records = await topic.records()
    expect(records.map(({ offset, key, value }) => [offset, key, value])).toEqual([[0, null, 'a'], [1, null, ''], [2, null, null], [3, null, 'é'], [4, 'k', 'hi']])
    expect(records[4]).toMatchObject({ timestamp: 42, timestampType: 'CreateTime', headers: [['h', Uint8Array.of(120)], ['n', null]] })
  }))

  test('keys choose their partition as Kafka\'s own clients do; without a key it is each in turn', () => withKafka(async kafka => {
    const topic = kafka.topic('t', { partitions: 3 })
    await topic.send(['21', 'foobar', 'a-little-bit-long-string'].map(key => ({ key, value: key })))
    const byKey = (await topic.records()).map(({ partition, value }) => [value, partition])
    // Hashes of Kafka's own UtilsTest: -973932308, -790332482, -985981536.
    const expected = [[-973932308, '21'], [-790332482, 'foobar'], [-985981536, 'a-little-bit-long-string']].map(([hash, key]) => [key, ((hash as number) & 0x7fffffff) % 3])
    expect(new Map(byKey as any)).toEqual(new Map(expected as any))
    await topic.send([{ value: 'x', partition: 2 }, 'y', 'z', 'w'])
    expect((await topic.records()).filter(({ key }) => key === null).map(({ value, partition }) => [value, partition]).sort())
      .toEqual([['w', 2], ['x', 2], ['y', 0], ['z', 1]])
  }))

  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('batches compressed with %s', codec => withKafka(async kafka => {
    const topic = kafka.topic('t')
    await topic.send(['a', 'b', 'c'], { codec })
    expect(await values(kafka, 't')).toEqual(['a', 'b', 'c'])
  }))

  test('what is sent to a partition that is not there, or is no record, is refused', () => withKafka(async kafka => {
    const topic = kafka.topic('t')
    await expect(topic.send({ value: 'a', partition: 1 })).rejects.toThrow('send: there is no partition 1; the topic has 1')
    await expect(topic.send(5 as any)).rejects.toThrow('send: a record must be text, bytes, null or { key, value }, got 5')
    expect(await values(kafka, 't')).toEqual([])
    expect(await kafka.records('other')).toEqual([])
  }))

  test('partitions are added and never taken away; a topic made anew begins at 0', () => withKafka(async kafka => {
    const topic = kafka.topic('t', { partitions: 2 })
    await kafka.topic('t').addPartitions(3)
    expect(await topic.offsets()).toHaveLength(3)
    await topic.send('a')
    await topic.delete()
    await expect(topic.send('b')).rejects.toThrow(/has no topic 't'/)
    await kafka.topic('t').send('c')
    expect((await topic.records()).map(({ offset, value }) => [offset, value])).toEqual([[0, 'c']])
    expect(await kafka.topics()).toEqual(['t'])
  }))
})

describe('read as a log', () => {
  let kafka: MemoryKafka
  let log: KafkaLog
  const committed = { isolation: 'read_committed', maxWaitMs: 0 } as const
  const all = { isolation: 'read_uncommitted', maxWaitMs: 0 } as const
  beforeEach(() => { kafka = new MemoryKafka(); log = kafka.log() })
  afterEach(() => kafka.close())

  test('whole batches from the one that holds the offset, one at least', async () => {
    const topic = kafka.topic('t')
    for (const batch of [['a', 'b', 'c'], ['d'], ['e']]) await topic.send(batch)
    const [small] = await log.fetch([{ ...p0, from: 1, maxBytes: 1 }], all)
    expect(small).toMatchObject({ nextOffset: 3, endOffset: 5, aborted: [] })
    const [large] = await log.fetch([{ ...p0, from: 2, maxBytes: 1e6 }], all)
    expect(large!.nextOffset).toBe(5)
    expect(await log.fetch([{ ...p0, from: 5, maxBytes: 1 }], all)).toEqual([{ ...p0, bytes: new Uint8Array(0), aborted: [], nextOffset: 5, endOffset: 5 }])
  })

  test('offsets that are not there are refused', async () => {
    const topic = kafka.topic('t')
    await topic.send(['a', 'b', 'c'])
    await topic.deleteRecords(0, 2)
    for (const from of [1, 4]) {
      await expect(log.fetch([{ ...p0, from, maxBytes: 1 }], all)).rejects.toMatchObject({ name: 'KafkaOffsetOutOfRangeError', place: { ...p0, offset: from } })
    }
    await expect(log.fetch([{ topic: 't', partition: 7, from: 0, maxBytes: 1 }], all)).rejects.toThrow(/has no partition 't-7'/)
    expect(await topic.offsets()).toEqual([{ start: 2, end: 3 }])
  })

  test('a fetch waits for records, for as long as it was told, and not when the client disconnects', async () => {
    const topic = kafka.topic('t')
    const waiting = log.fetch([{ ...p0, from: 0, maxBytes: 1 }], { ...all, maxWaitMs: 20_000 })
    await topic.send('a')
    expect((await waiting)[0]!.nextOffset).toBe(1)
    expect((await log.fetch([{ ...p0, from: 1, maxBytes: 1 }], { ...all, maxWaitMs: 5 }))[0]!.nextOffset).toBe(1)
    const cut = log.fetch([{ ...p0, from: 1, maxBytes: 1 }], { ...all, maxWaitMs: 20_000 })
    await log.disconnect()
    await expect(cut).rejects.toThrow(/Disconnected/)
  })

  test('a transaction is seen when it is committed, and never when it is aborted', async () => {
    const topic = kafka.topic('t')
    await topic.send('before')
    const [good, bad] = [await kafka.transaction(), await kafka.transaction()]
    await bad.send('t', ['x', 'y'])
    await good.send('t', ['a', 'b'])
    await topic.send('plain')
    expect(await log.offsets([p0], 'latest', 'read_uncommitted')).toEqual([6])
    expect(await log.offsets([p0], 'latest', 'read_committed')).toEqual([1])
    expect((await log.fetch([{ ...p0, from: 0, maxBytes: 1e6 }], committed))[0]).toMatchObject({ nextOffset: 1, endOffset: 1 })
    await good.commit()
    expect(await log.offsets([p0], 'latest', 'read_committed')).toEqual([1])
    await bad.abort()
    const [fetched] = await log.fetch([{ ...p0, from: 0, maxBytes: 1e6 }], committed)
    expect(fetched).toMatchObject({ nextOffset: 8, endOffset: 8, aborted: [{ firstOffset: 1 }] })
    expect(await values(kafka, 't')).toEqual(['before', 'a', 'b', 'plain'])
    expect((await topic.records({ isolation: 'read_uncommitted' })).map(({ value }) => value)).toEqual(['before', 'x', 'y', 'a', 'b', 'plain'])
    const [behind] = await log.fetch([{ ...p0, from: 7, maxBytes: 1e6 }], committed)
    expect(behind!.aborted).toEqual([{ producerId: expect.any(BigInt), firstOffset: 1 }])
  })

  test('offsets by time: the first record at or after it, also within a batch', async () => {
    const topic = kafka.topic('t', { partitions: 2 })
    await topic.send([10, 30, 20].map(timestamp => ({ value: 'v', timestamp, partition: 0 })))
    await topic.send({ value: 'v', timestamp: 40, partition: 0 }, { codec: 'gzip' })
    const at = (timestampMs: number): Promise<number[]> => log.offsets([p0, { topic: 't', partition: 1 }], { timestampMs }, 'read_committed')
    expect(await at(0)).toEqual([0, 0])
    expect(await at(11)).toEqual([1, 0])
    expect(await at(31)).toEqual([3, 0])
    expect(await at(41)).toEqual([4, 0])
    expect(await log.offsets([p0], 'earliest', 'read_committed')).toEqual([0])
  })

  test('compaction keeps the last of each key, where it was', async () => {
    const topic = kafka.topic('t')
    for (const [key, value] of [['a', '1'], ['a', '2'], ['b', '1'], ['c', '1'], ['c', '2'], ['b', '2'], ['b', '3']]) await topic.send({ key: key!, value: value! })
    await topic.compact()
    expect((await topic.records()).map(({ offset, key, value }) => [offset, key, value])).toEqual([[1, 'a', '2'], [4, 'c', '2'], [6, 'b', '3']])
    expect(await topic.offsets()).toEqual([{ start: 0, end: 7 }])
  })

  test('groups', async () => {
    kafka.topic('t', { partitions: 2 })
    await log.commit('g', [{ ...p0, offset: 3 }])
    expect(await log.committed('g', [{ topic: 't', partition: 1 }, p0])).toEqual([undefined, 3])
    const transaction = await kafka.transaction()
    await transaction.sendOffsets('g', [{ ...p0, offset: 5 }])
    expect(await kafka.committed('g')).toEqual([{ ...p0, offset: 3 }])
    await transaction.commit()
    expect(await kafka.committed('g')).toEqual([{ ...p0, offset: 5 }])
    await expect(log.commit('g', [{ topic: 'no', partition: 0, offset: 1 }])).rejects.toThrow(/has no topic 'no'/)
  })

  test('while it is down clients wait', async () => {
    const topic = kafka.topic('t')
    await topic.send('a')
    kafka.breakDown()
    let isAnswered = false
    const answer = log.offsets([p0], 'latest', 'read_committed').finally(() => { isAnswered = true })
    await topic.send('b')
    expect(isAnswered).toBe(false)
    kafka.repair()
    expect(await answer).toEqual([2])
    kafka.breakDown()
    const cut = log.topics()
    await log.disconnect()
    await expect(cut).rejects.toThrow(/Disconnected/)
  })

  test('any sequence of batches reads back, from any offset, in pieces of any size', () => fc.assert(fc.asyncProperty(
    fc.array(fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 }), fc.nat(300), fc.nat(60),
    async (batches, maxBytes, start) => withKafka(async own => {
      const topic = own.topic('t')
      for (const batch of batches) await topic.send(batch)
      const sent = batches.flat()
      const reader = own.log()
      const seen: number[] = []
      for (let from = Math.min(start, sent.length); from < sent.length;) {
        const [piece] = await reader.fetch([{ ...p0, from, maxBytes }], committed)
        seen.push(piece!.nextOffset)
        expect(piece!.bytes.length).toBeGreaterThan(0)
        from = piece!.nextOffset
      }
      expect(await values(own, 't')).toEqual(sent)
      if (start < sent.length) expect(seen.at(-1)).toBe(sent.length)
    }),
  ), { numRuns: 60 }))
})

describe('written to', () => {
  let kafka: MemoryKafka
  let clock: ManualClock
  let producing: KafkaProducing
  beforeEach(() => {
    clock = new ManualClock(1_000)
    kafka = new MemoryKafka({ clock })
    kafka.topic('t', { partitions: 2 })
    producing = kafka.producing()
  })
  afterEach(() => kafka.close())

  const batchOf = (producer: { producerId: bigint, epoch: number } | undefined, sequence: number, text: readonly string[], isTransactional = false): Uint8Array => {
    const batch = encodeBatch(text.map(value => ({ key: null, value: Buffer.from(value), timestamp: 1 })))
    sealBatch(batch, { producer, sequence, isTransactional })
    return batch
  }
  const begin = async (transactionalId: string, timeoutMs = 5_000): Promise<TransactionalProducer> => ({ transactionalId, ...await producing.initProducer({ transactionalId, timeoutMs }) })

  test('topics that are missing are made, unless told otherwise', async () => {
    expect(await producing.partitionCounts(['t', 'new'])).toEqual(new Map([['t', 2], ['new', 1]]))
    await withKafka(async other => {
      expect(await other.producing().partitionCounts(['new'])).toEqual(new Map())
    }, { newTopicPartitions: 0 })
  })

  test('a batch that comes again is there once; one that leaves a gap is refused', async () => {
    const producer = await producing.initProducer()
    const first = batchOf(producer, 0, ['a', 'b'])
    for (let i = 0; i < 2; i++) await producing.append([{ ...p0, batch: first }], { acks: -1 })
    await expect(producing.append([{ ...p0, batch: batchOf(producer, 3, ['d']) }], { acks: -1 })).rejects.toThrow(/OUT_OF_ORDER/)
    await producing.append([{ ...p0, batch: batchOf(producer, 2, ['c']) }], { acks: -1 })
    await producing.append([{ ...p0, batch: batchOf(undefined, 0, ['x']) }], { acks: 1 })
    expect(await values(kafka, 't')).toEqual(['a', 'b', 'c', 'x'])
  })

  test('bytes that are no batch are refused', async () => {
    const damaged = batchOf(undefined, 0, ['a'])
    damaged[65]! ^= 1
    for (const batch of [damaged, new Uint8Array(3), batchOf(undefined, 0, ['a']).subarray(0, 62)]) {
      await expect(producing.append([{ ...p0, batch }], { acks: -1 })).rejects.toThrow(/CORRUPT_MESSAGE/)
    }
  })

  test('who begins with the same id fences the one before, and what was open is aborted', async () => {
    const zombie = await begin('app')
    await producing.addPartitions(zombie, [p0])
    await producing.append([{ ...p0, batch: batchOf(zombie, 0, ['lost'], true) }], { acks: -1, transactionalId: 'app' })
    const heir = await begin('app')
    expect(heir).toMatchObject({ producerId: zombie.producerId, epoch: zombie.epoch + 1 })
    const fenced = { name: 'ProducerFencedError', code: 'MR_KAFKA_FENCED' }
    await expect(producing.append([{ ...p0, batch: batchOf(zombie, 1, ['late'], true) }], { acks: -1, transactionalId: 'app' })).rejects.toMatchObject(fenced)
    await expect(producing.endTransaction(zombie, 'commit')).rejects.toMatchObject(fenced)
    await expect(producing.addPartitions(zombie, [p0])).rejects.toMatchObject(fenced)
    expect(await values(kafka, 't')).toEqual([])
    await producing.addPartitions(heir, [p0])
    await producing.append([{ ...p0, batch: batchOf(heir, 0, ['good'], true) }], { acks: -1, transactionalId: 'app' })
    for (let i = 0; i < 2; i++) await producing.endTransaction(heir, 'commit')
    await expect(producing.endTransaction(heir, 'abort')).rejects.toThrow(/INVALID_TXN_STATE/)
    expect(await values(kafka, 't')).toEqual(['good'])
  })

  test('a partition must be in the transaction', async () => {
    const producer = await begin('app')
    await producing.addPartitions(producer, [p0])
    const batch = batchOf(producer, 0, ['a'], true)
    await expect(producing.append([{ topic: 't', partition: 1, batch }], { acks: -1, transactionalId: 'app' })).rejects.toThrow(/INVALID_TXN_STATE/)
  })

  test('a transaction that is open for too long is aborted, and its producer fenced', async () => {
    const producer = await begin('slow', 5_000)
    await producing.addPartitions(producer, [p0])
    await producing.append([{ ...p0, batch: batchOf(producer, 0, ['a'], true) }], { acks: -1, transactionalId: 'slow' })
    await clock.advance(4_999)
    expect(await kafka.log().offsets([p0], 'latest', 'read_committed')).toEqual([0])
    await clock.advance(1)
    expect(await kafka.log().offsets([p0], 'latest', 'read_committed')).toEqual([2])
    await expect(producing.endTransaction(producer, 'commit')).rejects.toMatchObject({ code: 'MR_KAFKA_FENCED' })
  })
})

test('in a folder it outlives the process: records, offsets, transactions, numbers, retention', () => withFolder(async folder => {
  await withKafka(async kafka => {
    const topic = kafka.topic('t', { partitions: 2 })
    await topic.send([{ value: 'a', partition: 0 }, { value: 'b', partition: 0 }, { value: 'c', partition: 1 }], { codec: 'zstd' })
    await topic.deleteRecords(0, 1)
    await kafka.log().commit('g', [{ topic: 't', partition: 1, offset: 1 }])
    const transaction = await kafka.transaction('app')
    await transaction.send('t', { value: 'open', partition: 1 })
  }, { folder })
  await withKafka(async kafka => {
    const topic = kafka.topic('t')
    expect((await topic.records()).map(({ partition, offset, value }) => [partition, offset, value])).toEqual([[0, 1, 'b'], [1, 0, 'c']])
    expect(await kafka.committed('g')).toEqual([{ topic: 't', partition: 1, offset: 1 }])
    const next = await kafka.transaction('app')
    await next.send('t', { value: 'd', partition: 1 })
    await next.commit()
    await topic.compact()
    expect((await topic.records()).map(({ offset, value }) => [offset, value])).toEqual([[1, 'b'], [0, 'c'], [3, 'd']])
  }, { folder })
}))

test('a folder that is damaged is refused by whatever is asked first', () => withFolder(async folder => {
  await withKafka(async kafka => { await kafka.topic('t').send(['a', 'b']) }, { folder })
  const [file] = fs.readdirSync(folder).filter(name => fs.statSync(path.join(folder, name)).size > 100)
  const bytes = fs.readFileSync(path.join(folder, file!))
  bytes[bytes.length >> 1]! ^= 1
  fs.writeFileSync(path.join(folder, file!), bytes)
  const kafka = new MemoryKafka({ folder })
  await expect(kafka.topics()).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED' })
  await expect(kafka.close()).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED' })
}))
