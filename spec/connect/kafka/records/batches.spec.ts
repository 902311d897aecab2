/** Record batches: what is encoded comes back, also through kafkajs' own code; damaged bytes are errors, never records. */
import * as fc from 'fast-check'
import { decodeValue, encodeValue } from '../../../../lib/codec/values'
import { headBytes, readHead, viewOf, wholeBatches } from '../../../../lib/connect/kafka/records/batch-format'
import { loadCodec, type Codec } from '../../../../lib/connect/kafka/records/compression'
import { ConsumerRecord } from '../../../../lib/connect/kafka/records/consumer-record'
import { crc32c } from '../../../../lib/connect/kafka/records/crc32c'
import { BatchDecoder, type DecodeOptions } from '../../../../lib/connect/kafka/records/decode-batch'
import { Deserializers } from '../../../../lib/connect/kafka/records/deserializers'
import {
  encodeBatch, encodeEndMarker, writeAppendTime, writeBaseOffset, type NewRecord,
} from '../../../../lib/connect/kafka/records/encode-batch'
import type { AbortedTransaction } from '../../../../lib/connect/kafka/log'

const KafkaDecoder = require('kafkajs/src/protocol/decoder')
const decodeByKafkajs = require('kafkajs/src/protocol/recordBatch/v0/decoder')
const { RecordBatch: encodeByKafkajs } = require('kafkajs/src/protocol/recordBatch/v0')
const recordByKafkajs = require('kafkajs/src/protocol/recordBatch/record/v0')
const Long = require('kafkajs/src/utils/long')

const codecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

beforeAll(async () => { for (const codec of codecs) await loadCodec(codec) })

function decode(bytes: Uint8Array, options: Partial<DecodeOptions> = {}, aborted: readonly AbortedTransaction[] = []): ConsumerRecord[] {
  const all = {
    topic: 't', partition: 3, fromOffset: 0, untilOffset: Number.MAX_SAFE_INTEGER, key: Deserializers.bytes, value: Deserializers.bytes, ...options,
  }
  return [...new BatchDecoder(all).decode(bytes, aborted)].flat()
}

const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value))
const record = (value: string, timestamp = 1_000): NewRecord => ({ key: null, value: text(value), timestamp })
const values = (records: readonly ConsumerRecord[]): string[] => records.map(each => Buffer.from(each.value as Uint8Array).toString())

const content = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null })
const newRecord = fc.record({
  key: content, value: content, timestamp: fc.maxSafeNat(),
  headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), content), { maxLength: 3 }),
})

describe('a batch', () => {
  it('gives back what was encoded, whatever it is compressed with', () => {
    const batch = fc.tuple(fc.array(newRecord, { minLength: 1, maxLength: 40 }), fc.constantFrom(...codecs), fc.nat({ max: 2 ** 40 }))
    fc.assert(fc.property(batch, ([records, codec, baseOffset]) => {
      const decoded = decode(encodeBatch(records, { codec, baseOffset }))
      expect(decoded.map(({ key, value, timestamp, headers }) => ({ key, value, timestamp, headers }))).toEqual(records)
      expect(decoded.map(({ offset }) => offset)).toEqual(records.map((_, index) => baseOffset + index))
    }), { numRuns: 60 })
  })

  it('is read by kafkajs, and what kafkajs writes is read', async () => {
    await fc.assert(fc.asyncProperty(fc.array(newRecord, { minLength: 1, maxLength: 20 }), async records => {
      const once = records.map(each => ({ ...each, headers: [] }))
      const theirs = await decodeByKafkajs(new KafkaDecoder(Buffer.from(encodeBatch(once, { baseOffset: 7, producerId: 9n, producerEpoch: 2, baseSequence: 5 }))))
      expect(theirs).toMatchObject({ producerId: '9', producerEpoch: 2, firstSequence: 5 })
      expect(theirs.records.map((each: any) => [each.offset, each.timestamp, each.key, each.value].map(part => part && String(part))))
        .toEqual(once.map((each, index) => [String(7 + index), String(each.timestamp), each.key && String(Buffer.from(each.key)), each.value && String(Buffer.from(each.value))]))
      const base = records[0]!.timestamp
      const encoded = await encodeByKafkajs({
        firstOffset: Long.fromInt(3), firstTimestamp: base, maxTimestamp: base, lastOffsetDelta: records.length - 1,
        records: once.map(({ key, value, timestamp }, offsetDelta) => recordByKafkajs({
          offsetDelta, timestampDelta: timestamp - base, key: key && Buffer.from(key), value: value && Buffer.from(value), headers: { a: [Buffer.from('1'), Buffer.from('2')] },
        })),
      })
      expect(decode(encoded.buffer)).toEqual(once.map(({ key, value, timestamp }, index) =>
        new ConsumerRecord('t', 3, 3 + index, timestamp, 'CreateTime', key, value, [['a', text('1')], ['a', text('2')]])))
    }), { numRuns: 60 })
  })

  it('has the offsets that compaction has left', () => {
    const batch = encodeBatch([{ ...record('a'), offsetDelta: 2 }, { ...record('b'), offsetDelta: 9 }], { baseOffset: 100, lastOffsetDelta: 12 })
    expect(decode(batch).map(({ offset }) => offset)).toEqual([102, 109])
    expect(readHead(viewOf(batch), 0)).toMatchObject({ baseOffset: 100, lastOffset: 112, recordCount: 2 })
    expect(decode(encodeBatch([], { baseOffset: 5, lastOffsetDelta: 3 }))).toEqual([])
  })

  it('is moved in place', () => {
    const batch = encodeBatch([record('a')])
    writeBaseOffset(batch, 2 ** 33 + 1, 4)
    writeAppendTime(batch, 77_000)
    expect(decode(batch)).toMatchObject([{ offset: 2 ** 33 + 1, timestamp: 77_000, timestampType: 'LogAppendTime' }])
  })

  it('is read only where it is wanted', () => {
    const bytes = Buffer.concat([0, 3, 6].map(baseOffset => encodeBatch(['a', 'b', 'c'].map((letter, index) => record(`${letter}${baseOffset + index}`)), { baseOffset })))
    fc.assert(fc.property(fc.nat({ max: 10 }), fc.nat({ max: 10 }), (fromOffset, count) => {
      const offsets = decode(bytes, { fromOffset, untilOffset: fromOffset + count }).map(({ offset }) => offset)
      expect(offsets).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].filter(offset => offset >= fromOffset && offset < fromOffset + count))
    }))
    expect([...wholeBatches(bytes.subarray(0, bytes.length - 1))].map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset])).toEqual([[0, 2], [3, 5]])
  })

  it('shows times of its producer, of the broker, and none', () => {
    const kinds = [encodeBatch([record('a', -1)]), encodeBatch([record('a', 5)]), encodeBatch([record('a', 5)], { logAppendTime: 9 })]
    expect(kinds.flatMap(batch => decode(batch)).map(({ timestamp, timestampType }) => [timestamp, timestampType]))
      .toEqual([[-1, 'NoTimestampType'], [5, 'CreateTime'], [9, 'LogAppendTime']])
  })
})

describe('transactions', () => {
  const inside = (value: string, baseOffset: number, producerId: bigint): Uint8Array =>
    encodeBatch([record(value)], { baseOffset, producerId, producerEpoch: 0, baseSequence: 0, isTransactional: true })
  const marker = (outcome: 'commit' | 'abort', baseOffset: number, producerId: bigint): Uint8Array =>
    encodeEndMarker(outcome, { baseOffset, producerId, producerEpoch: 0, timestamp: 1 })

  const log = Buffer.concat([
    inside('lost', 0, 1n), inside('kept', 1, 2n), encodeBatch([record('plain')], { baseOffset: 2 }), marker('commit', 3, 2n), inside('lost too', 4, 1n),
    marker('abort', 5, 1n), inside('again', 6, 1n), marker('commit', 7, 1n), inside('second', 8, 2n), marker('abort', 9, 2n),
  ])

  it('hides what was aborted, and markers in any case', () => {
    const aborted = [{ producerId: 2n, firstOffset: 8 }, { producerId: 1n, firstOffset: 0 }]
    expect(values(decode(log, {}, aborted))).toEqual(['kept', 'plain', 'again'])
    expect(values(decode(log))).toEqual(['lost', 'kept', 'plain', 'lost too', 'again', 'second'])
  })

  it('goes by the markers before what is wanted', () => {
    expect(values(decode(log, { fromOffset: 6 }, [{ producerId: 1n, firstOffset: 0 }]))).toEqual(['again', 'second'])
  })
})

describe('damage', () => {
  it('is found wherever a bit is wrong', () => {
    const batch = encodeBatch([record('hello'), record('world')], { baseOffset: 4 })
    for (let bit = (headBytes - 40) * 8; bit < batch.length * 8; bit++) {
      const wrong = Buffer.from(batch)
      wrong[bit >>> 3]! ^= 1 << (bit & 7)
      expect(() => decode(wrong)).toThrow('What Kafka keeps at offset 4 of partition 3 of topic t is damaged: the checksum of a record batch is wrong')
    }
  })

  it('is found in what the checksum does not cover', () => {
    const batches = [encodeBatch([record('a'), record('b')], { baseOffset: 4 }), encodeBatch([record('c')], { baseOffset: 5 })]
    expect(() => decode(Buffer.concat(batches))).toThrow('What Kafka keeps at offset 5 of partition 3 of topic t is damaged: a record batch does not follow the one before')
    const short = Buffer.from(batches[0]!)
    short.writeInt32BE(20, 8)
    expect(() => decode(short)).toThrow('a record batch says that it has 32 bytes')
  })

  it('never hangs and never goes beyond a batch, with the right checksum over wrong bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.integer({ min: -5, max: 30 }), (body, count) => {
      const head = encodeBatch([record('x')]).subarray(0, headBytes)
      const batch = Buffer.concat([head, body])
      batch.writeInt32BE(batch.length - 12, 8)
      batch.writeInt32BE(count, 57)
      batch.writeUInt32BE(crc32c(batch, 21), 17)
      try {
        for (const each of decode(batch)) expect(Number.isSafeInteger(each.offset)).toBe(true)
      } catch (error) { expect(error).toMatchObject({ code: 'MR_INPUT_DAMAGED' }) }
    }), { numRuns: 800 })
  })

  it('is found in what cannot be decompressed', () => {
    for (const codec of codecs.slice(1)) {
      const batch = Buffer.from(encodeBatch([record('hello'.repeat(100))], { codec, baseOffset: 4 }))
      batch.fill(0xEE, headBytes)
      expect(() => decode(batch, { checkCrcs: false })).toThrow(`cannot be decompressed (${codec})`)
    }
  })

  it('is told from what is only too old or unknown', () => {
    const old = Buffer.from(encodeBatch([record('a')]))
    old[16] = 1
    expect(() => decode(old)).toThrow('partition 3 of topic t holds records in format 1, from a time before Kafka 0.11')
    const unknown = Buffer.from(encodeBatch([record('a')]))
    unknown[22] = 5
    expect(() => decode(unknown, { checkCrcs: false })).toThrow('compressed by codec 5, which is not known')
  })
})

describe('snappy of Java programs', () => {
  it('is read piece by piece', () => {
    const plain = encodeBatch(Array.from({ length: 50 }, (_, i) => record(`record ${i}`)), { baseOffset: 0 })
    const snappyjs = require('snappyjs')
    const body = plain.subarray(headBytes)
    const pieces = [body.subarray(0, 100), body.subarray(100)].map(piece => Buffer.from(snappyjs.compress(piece)))
    const framed = pieces.map(piece => Buffer.concat([Buffer.from(Uint32Array.of(piece.length).buffer).reverse(), piece]))
    const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
    const batch = Buffer.concat([plain.subarray(0, headBytes), magic, ...framed])
    batch.writeInt32BE(batch.length - 12, 8)
    batch[22] = 2
    batch.writeUInt32BE(crc32c(batch, 21), 17)
    expect(values(decode(batch))).toEqual(values(decode(plain)))
  })
})

it('crc32c is that of the standard', () => {
  expect(crc32c(Buffer.from('123456789'))).toBe(0xE3069283)
  expect(crc32c(Buffer.alloc(32))).toBe(0x8A9136AA)
})

it('a record is the same behind the codec', () => {
  const [before] = decode(encodeBatch([{ key: null, value: text('v'), timestamp: 1, headers: [['a', text('1')], ['a', null], ['b', text('2')]] }]), { value: Deserializers.string })
  const after = decodeValue(encodeValue(before)) as ConsumerRecord
  expect(after).toEqual(before)
  expect(after).toBeInstanceOf(ConsumerRecord)
  expect([after.lastHeader('a'), after.lastHeader('b'), after.lastHeader('c')]).toEqual([null, text('2'), undefined])
})
