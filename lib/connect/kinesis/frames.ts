/**
 * Records of Kinesis as bytes: what is fetched is kept and sent to tasks in this form, and read there. A frame is records one
 * after another, so that a piece of it that begins and ends with one is a frame too. Numbers are little-endian.
 *
 *   record = size of all of it u32 | flags u8 | arrival in milliseconds f64 | sequence number u8 + digits
 *            | partition key u16 + UTF-8 | with flag 1: first and last hash key of the shard, 16 bytes each, big-endian | data
 */
import { allocateShared, sharedBytesMin } from '../../base/shared-bytes'
import { countAggregated, deaggregate, looksAggregated, type HashKeyRange } from './aggregated'

/** A record as Kinesis gives it. */
export interface FetchedRecord {
  readonly sequenceNumber: string
  readonly partitionKey: string
  readonly arrivalMs: number
  readonly data: Uint8Array
}

/**
 * A record, as `buildWithMessageHandler` gives it to its function. Counterpart: UserRecord of the Kinesis Client Library.
 */
export interface KinesisRecord {
  readonly data: Uint8Array
  readonly partitionKey: string
  readonly sequenceNumber: string
  /** The place of the record among those that its producer has aggregated into one; else 0. */
  readonly subSequenceNumber: number
  /** Where the producer has aggregated it and given it one. */
  readonly explicitHashKey: string | undefined
  /** When it came to Kinesis, about. */
  readonly approximateArrivalTimestamp: Date
}

/** A frame as it was made: where each of its records ends, and how many elements there are up to there. */
export interface Frame {
  readonly bytes: Uint8Array
  readonly ends: readonly number[]
  readonly counts: readonly number[]
}

const fixedBytes = 4 + 1 + 8 + 1 + 2
const hashKeysBytes = 32
const aggregatedFlag = 1
const arrivalAt = 5
const sequenceAt = 13

export function encodeFrame(records: readonly FetchedRecord[], shard: HashKeyRange): Frame {
  const sizes = records.map(({ sequenceNumber, partitionKey, data }) =>
    fixedBytes + sequenceNumber.length + Buffer.byteLength(partitionKey) + (looksAggregated(data) ? hashKeysBytes : 0) + data.length)
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0)
  // Threads see it without a copy.
  const bytes = sizeBytes < sharedBytesMin ? new Uint8Array(sizeBytes) : allocateShared(sizeBytes)
  const buffer = bufferOf(bytes)
  const ends: number[] = []
  const counts: number[] = []
  let at = 0
  let count = 0
  records.forEach((record, i) => {
    write(buffer, at, sizes[i]!, record, shard)
    at += sizes[i]!
    count += looksAggregated(record.data) ? countAggregated(record.data) : 1
    ends.push(at)
    counts.push(count)
  })
  return { bytes, ends, counts }
}

function write(buffer: Buffer, start: number, size: number, record: FetchedRecord, shard: HashKeyRange): void {
  const { sequenceNumber, partitionKey, arrivalMs, data } = record
  const isAggregated = looksAggregated(data)
  buffer.writeUInt32LE(size, start)
  buffer[start + 4] = isAggregated ? aggregatedFlag : 0
  buffer.writeDoubleLE(arrivalMs, start + arrivalAt)
  let at = buffer.writeUInt8(sequenceNumber.length, start + sequenceAt)
  at += buffer.write(sequenceNumber, at, 'latin1')
  const keyBytes = buffer.write(partitionKey, at + 2, 'utf8')
  at = buffer.writeUInt16LE(keyBytes, at) + keyBytes
  if (isAggregated) {
    for (const key of [shard.start, shard.end]) at += buffer.write(key.toString(16).padStart(32, '0'), at, 'hex')
  }
  buffer.set(data, at)
}

/** The sequence number and the arrival of the record that begins at `start`. */
export function headOf(bytes: Uint8Array, start: number): Pick<FetchedRecord, 'sequenceNumber' | 'arrivalMs'> {
  const buffer = bufferOf(bytes)
  const digitsAt = start + sequenceAt + 1
  return {
    sequenceNumber: buffer.toString('latin1', digitsAt, digitsAt + buffer[start + sequenceAt]!),
    arrivalMs: buffer.readDoubleLE(start + arrivalAt),
  }
}

/** The data of every record, each a copy: a record that is kept must not keep its whole frame alive. */
export function decodeData(bytes: Uint8Array): Uint8Array[] {
  const all: Uint8Array[] = []
  eachRecord(bytes, (buffer, start, end) => {
    const data = dataOf(buffer, start, end)
    for (const part of partsOf(buffer, start, data)) all.push(copyOf(part.data))
  })
  return all
}

/** Every record whole, those that were aggregated one by one. */
export function decodeRecords(bytes: Uint8Array): KinesisRecord[] {
  const all: KinesisRecord[] = []
  eachRecord(bytes, (buffer, start, end) => {
    const { sequenceNumber, arrivalMs } = headOf(buffer, start)
    partsOf(buffer, start, dataOf(buffer, start, end)).forEach(({ data, partitionKey, explicitHashKey }, subSequenceNumber) => {
      all.push({
        data: copyOf(data), partitionKey: partitionKey ?? keyOf(buffer, start), sequenceNumber, subSequenceNumber, explicitHashKey,
        approximateArrivalTimestamp: new Date(arrivalMs),
      })
    })
  })
  return all
}

interface Part { readonly data: Uint8Array, readonly partitionKey?: string, readonly explicitHashKey?: string | undefined }

/** What a record is made of: those that it has aggregated, else it alone. */
function partsOf(buffer: Buffer, start: number, data: Uint8Array): readonly Part[] {
  if (buffer[start + 4] !== aggregatedFlag) return [{ data }]
  const keysAt = keyEnd(buffer, start)
  const keyAt = (at: number): bigint => BigInt(`0x${buffer.toString('hex', at, at + hashKeysBytes / 2)}`)
  return deaggregate(data, { start: keyAt(keysAt), end: keyAt(keysAt + hashKeysBytes / 2) }) ?? [{ data }]
}

function eachRecord(bytes: Uint8Array, take: (buffer: Buffer, start: number, end: number) => void): void {
  const buffer = bufferOf(bytes)
  for (let start = 0; start < buffer.length;) {
    const end = start + buffer.readUInt32LE(start)
    take(buffer, start, end)
    start = end
  }
}

function keyStart(buffer: Buffer, start: number): number { return start + sequenceAt + 1 + buffer[start + sequenceAt]! + 2 }
function keyEnd(buffer: Buffer, start: number): number {
  const from = keyStart(buffer, start)
  return from + buffer.readUInt16LE(from - 2)
}

function keyOf(buffer: Buffer, start: number): string { return buffer.toString('utf8', keyStart(buffer, start), keyEnd(buffer, start)) }

function dataOf(buffer: Buffer, start: number, end: number): Uint8Array {
  return buffer.subarray(keyEnd(buffer, start) + (buffer[start + 4] === aggregatedFlag ? hashKeysBytes : 0), end)
}

/** Bytes that are their own whole buffer, and no Node Buffer. */
function copyOf(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length)
  copy.set(bytes)
  return copy
}

function bufferOf(bytes: Uint8Array): Buffer { return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
