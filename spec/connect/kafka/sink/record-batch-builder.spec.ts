/** Batches that grow record by record are those that are made of lists, and are read as what was added. */
import * as fc from 'fast-check'
import { BatchDecoder } from '../../../../lib/connect/kafka/records/decode-batch'
import { Deserializers } from '../../../../lib/connect/kafka/records/deserializers'
import { encodeBatch } from '../../../../lib/connect/kafka/records/encode-batch'
import { loadCodec, type Codec } from '../../../../lib/connect/kafka/records/compression'
import { RecordBatchBuilder, type Content, type Header } from '../../../../lib/connect/kafka/sink/record-batch-builder'
import { nextSequence, recordsIn, sealBatch } from '../../../../lib/connect/kafka/sink/seal-batch'

interface Written { readonly key: Content, readonly value: Content, readonly headers: readonly Header[], readonly timestamp: number }

const content = fc.oneof<fc.Arbitrary<Content>[]>(
  fc.string(), fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ minLength: 25, maxLength: 400 }), fc.uint8Array({ maxLength: 200 }), fc.constant(null))
const record: fc.Arbitrary<Written> = fc.record({
  key: content, value: content, headers: fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 8 }), content), { maxLength: 3 }),
  timestamp: fc.oneof(fc.integer({ min: 0, max: 2_000_000_000_000 }), fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_100 })),
})

const bytesOf = (each: Content): Uint8Array | null => each === null ? null : new Uint8Array(typeof each === 'string' ? Buffer.from(each) : each)

function built(records: readonly Written[], codec: Codec): Uint8Array {
  const builder = new RecordBatchBuilder()
  for (const { key, value, headers, timestamp } of records) expect(builder.add(key, value, headers, timestamp, 1e9)).toBeGreaterThan(0)
  const batch = builder.finish(codec)
  sealBatch(batch, { producer: { producerId: 7n, epoch: 3 }, sequence: 11, isTransactional: true })
  return batch
}

test('they are byte for byte what encodeBatch makes of the same records', () => {
  fc.assert(fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), records => {
    const lists = records.map(({ key, value, headers, timestamp }) => ({
      key: bytesOf(key), value: bytesOf(value), timestamp, headers: headers.map(([name, each]) => [name, bytesOf(each)] as const),
    }))
    const expected = Buffer.from(encodeBatch(lists, { producerId: 7n, producerEpoch: 3, baseSequence: 11, isTransactional: true }))
    expected.writeInt32BE(-1, 12) // Producers do not know the leader's epoch.
    expect(Buffer.compare(built(records, 'none'), expected)).toBe(0)
  }))
})

test.each<Codec>(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('with %s they are read as what was added', async codec => {
  await loadCodec(codec)
  fc.assert(fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), records => {
    const decoder = new BatchDecoder({ topic: 't', partition: 0, fromOffset: 0, untilOffset: Infinity, key: Deserializers.bytes, value: Deserializers.bytes })
    const read = [...decoder.decode(built(records, codec), [])].flat().map(({ key, value, headers, timestamp }) => ({ key, value, headers, timestamp }))
    expect(read).toEqual(records.map(({ key, value, headers, timestamp }) => ({
      key: bytesOf(key), value: bytesOf(value), headers: headers.map(([name, each]) => [name, bytesOf(each)]), timestamp,
    })))
  }), { numRuns: 30 })
})

test('a record that would make the batch too long is not added', () => {
  const builder = new RecordBatchBuilder()
  const first = builder.add(null, 'x'.repeat(100), [], 0, 1_000)
  expect(first).toBe(109)
  while (builder.add('k', 'x'.repeat(100), [], 0, 1_000) > 0);
  expect(builder.sizeBytes).toBeLessThanOrEqual(1_000)
  expect(builder.sizeBytes + 110).toBeGreaterThan(1_000)
  expect(recordsIn(builder.finish('none'))).toBe(builder.count)
})

test('a batch can be sealed again, for another producer', () => {
  const [batch, other] = [built([{ key: 'a', value: 'b', headers: [], timestamp: 5 }], 'none'), built([{ key: 'a', value: 'b', headers: [], timestamp: 5 }], 'none')]
  sealBatch(other, { producer: undefined, sequence: 0, isTransactional: false })
  expect(Buffer.compare(batch, other)).not.toBe(0)
  sealBatch(other, { producer: { producerId: 7n, epoch: 3 }, sequence: 11, isTransactional: true })
  expect(Buffer.compare(batch, other)).toBe(0)
})

test('numbers begin again behind the largest', () => {
  expect([nextSequence(0, 5), nextSequence(0x7fff_fffe, 1), nextSequence(0x7fff_ffff, 1), nextSequence(0x7fff_fffe, 5)]).toEqual([5, 0x7fff_ffff, 0, 3])
})
