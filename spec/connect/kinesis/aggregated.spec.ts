/** Aggregated records: bytes of Amazon's own aggregator, every kind of damage, and messages of random records. */
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { countAggregated, deaggregate, looksAggregated, type HashKeyRange } from '../../../lib/connect/kinesis/aggregated'

const whole: HashKeyRange = { start: 0n, end: 2n ** 128n - 1n }
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
/** Made by aws_kinesis_agg 1.2 for Python. */
const withHashKeys = Buffer.from('f3899ac20a026b310a026b3212013012273137303134313138333436303436393233313733313638373330333731353838343130353732381a09080010001a036f6e65'
  + '1a0c080110011a0674776f20c3bc1a0408001a00c37daa7a9056ef543fa7648e04ae7a37', 'hex')
const plain = Buffer.from('f3899ac20a046b6579300a046b6579310a046b6579321a0b08001a07706c61696e20301a0b08011a07706c61696e20311a0b08021a07706c61696e20329fed20122240cae8be5195e4e4adbd60', 'hex')

test('records of the Kinesis Producer Library come one by one', () => {
  expect(deaggregate(withHashKeys, whole)!.map(({ data, ...rest }) => ({ ...rest, data: text(data) }))).toEqual([
    { partitionKey: 'k1', explicitHashKey: '0', data: 'one' },
    { partitionKey: 'k2', explicitHashKey: '170141183460469231731687303715884105728', data: 'two ü' },
    { partitionKey: 'k1', explicitHashKey: undefined, data: '' },
  ])
  expect(deaggregate(plain, whole)!.map(({ partitionKey, data }) => [partitionKey, text(data)])).toEqual([['key0', 'plain 0'], ['key1', 'plain 1'], ['key2', 'plain 2']])
  expect(countAggregated(withHashKeys)).toBe(3)
})

test('one that holds a record of another shard is left out whole, for its producer has sent it again', () => {
  const half = 2n ** 127n
  expect(deaggregate(withHashKeys, { start: 0n, end: half - 1n })).toEqual([])
  expect(deaggregate(withHashKeys, { start: half, end: whole.end })).toEqual([])
  const keys = ['key0', 'key1', 'key2'].map(key => BigInt(`0x${createHash('md5').update(key).digest('hex')}`)).sort((a, b) => a < b ? -1 : 1)
  expect(deaggregate(plain, { start: keys[0]!, end: keys[2]! })).toHaveLength(3)
  expect(deaggregate(plain, { start: keys[0]!, end: keys[2]! - 1n })).toEqual([])
})

test('what is damaged anywhere is a record like any other', () => {
  for (let at = 0; at < plain.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const damaged = Buffer.from(plain)
      damaged[at]! ^= 1 << bit
      expect(deaggregate(damaged, whole)).toBeUndefined()
    }
  }
  for (let length = 0; length < plain.length; length++) expect(deaggregate(plain.subarray(0, length), whole)).toBeUndefined()
})

/** A message with the right checksum. */
function sealed(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0xF3, 0x89, 0x9A, 0xC2]), message, createHash('md5').update(message).digest()])
}

test('any message with the right checksum is read to its end or is a record like any other', () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), message => {
    const data = sealed(message)
    expect(looksAggregated(data)).toBe(true)
    const records = deaggregate(data, whole)
    expect(records === undefined || Array.isArray(records)).toBe(true)
    expect(countAggregated(data)).toBeGreaterThanOrEqual(1)
  }))
})

const varint = (value: number): number[] => value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))]
const field = (number: number, bytes: Uint8Array): Buffer => Buffer.from([number * 8 + 2, ...varint(bytes.length), ...bytes])

test('random records come back as they went in', () => {
  const records = fc.array(fc.record({ key: fc.nat({ max: 9 }), data: fc.uint8Array({ maxLength: 300 }) }), { minLength: 1, maxLength: 20 })
  fc.assert(fc.property(records, given => {
    const keys = Array.from({ length: 10 }, (_, i) => field(1, Buffer.from(`key ${i}`)))
    const bodies = given.map(({ key, data }) => field(3, Buffer.concat([Buffer.from([8, ...varint(key)]), field(3, data), field(4, Buffer.from([10, 1, 65]))])))
    const data = sealed(Buffer.concat([...keys, ...bodies]))
    expect(deaggregate(data, whole)!.map(({ partitionKey, data }) => [partitionKey, [...data]])).toEqual(given.map(({ key, data }) => [`key ${key}`, [...data]]))
    expect(countAggregated(data)).toBe(given.length)
  }))
})
