/**
 * Record batches (format 2) from records: whole, with checksum, ready to be appended. The layout of the head is in
 * batch-format.ts. All lengths and numbers of a record are zigzag varints, -1 is the length of null.
 *
 *   record = length of what follows | attributes i8 = 0 | timestamp delta | offset delta | key | value | header count | headers
 *   key, value = length, bytes     header = name, value
 */
import { MillraceError } from '../../../base/errors'
import { limits } from '../../../base/limits'
import { attributeBits, codecNames, currentMagic, fields, headBytes, lengthOverhead, viewOf, writeInt64 } from './batch-format'
import { compressionOf, type Codec } from './compression'
import { crc32c } from './crc32c'

/** A record as it is written. */
export interface NewRecord {
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  /** Milliseconds since 1970. */
  readonly timestamp: number
  /** In their order; a name may be there more than once. */
  readonly headers?: readonly (readonly [name: string, value: Uint8Array | null])[] | undefined
  /** From the batch's base offset; by default its place among the records. Gaps are what compaction leaves. */
  readonly offsetDelta?: number
}

export interface BatchOptions {
  /** Default 0, as producers say; whoever appends it to a log writes the real one (`writeBaseOffset`). */
  readonly baseOffset?: number
  /** Default 'none'. Await `loadCodec` before it is first used. */
  readonly codec?: Codec
  /** Default -1: a producer without an id. */
  readonly producerId?: bigint
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly isTransactional?: boolean
  /** The only record is a marker of Kafka's own. */
  readonly isControl?: boolean
  /** When it was appended, in milliseconds since 1970: this then is the time of all its records. */
  readonly logAppendTime?: number | undefined
  /** By default the delta of the last record. */
  readonly lastOffsetDelta?: number
}

/**
 * A batch of records. Throws MR_LIMIT for one that is larger than `limits.kafkaBatchBytesMax`.
 * Await `loadCodec(codec)` before zstd is first used.
 */
export function encodeBatch(records: readonly NewRecord[], options: BatchOptions = {}): Uint8Array {
  const { codec = 'none' } = options
  const baseTimestamp = records[0]?.timestamp ?? -1
  const sizes = records.map((record, index) => bodyBytes(record, index, baseTimestamp))
  const recordsBytes = sizes.reduce((sum, size) => sum + varintBytes(size) + size, 0)
  if (recordsBytes > limits.kafkaBatchBytesMax) throw tooLarge(recordsBytes)
  const isPlain = codec === 'none'
  const written = Buffer.allocUnsafeSlow(isPlain ? headBytes + recordsBytes : recordsBytes)
  writeRecords(written, isPlain ? headBytes : 0, records, sizes, baseTimestamp)
  if (isPlain) return finish(written, records, options)
  const compressed = compressionOf(codec).compress(written)
  const batch = Buffer.allocUnsafeSlow(headBytes + compressed.length)
  batch.set(compressed, headBytes)
  return finish(batch, records, options)
}

/** The marker that ends a transaction of a producer in a partition: a batch of its own. */
export function encodeEndMarker(outcome: 'commit' | 'abort', options: BatchOptions & { readonly timestamp: number }): Uint8Array {
  const key = Buffer.from([0, 0, 0, outcome === 'commit' ? 1 : 0])
  const record = { key, value: Buffer.alloc(6), timestamp: options.timestamp }
  return encodeBatch([record], { ...options, isTransactional: true, isControl: true })
}

/** Writes where in its partition a batch begins, in place: the checksum does not cover it. */
export function writeBaseOffset(batch: Uint8Array, baseOffset: number, leaderEpoch = 0): void {
  const view = viewOf(batch)
  writeInt64(view, fields.baseOffset, baseOffset)
  view.setInt32(fields.leaderEpoch, leaderEpoch)
}

/** Writes when a batch was appended, in place, as brokers do for topics with LogAppendTime. */
export function writeAppendTime(batch: Uint8Array, timestamp: number): void {
  const view = viewOf(batch)
  view.setInt16(fields.attributes, view.getInt16(fields.attributes) | attributeBits.logAppendTime)
  writeInt64(view, fields.maxTimestamp, timestamp)
  view.setUint32(fields.checksum, crc32c(batch, fields.attributes))
}

function finish(batch: Buffer, records: readonly NewRecord[], options: BatchOptions): Uint8Array {
  const last = records.length - 1
  const view = viewOf(batch)
  writeInt64(view, fields.baseOffset, options.baseOffset ?? 0)
  view.setInt32(fields.length, batch.length - lengthOverhead)
  view.setInt32(fields.leaderEpoch, 0)
  view.setInt8(fields.magic, currentMagic)
  view.setInt16(fields.attributes, attributesOf(options))
  view.setInt32(fields.lastOffsetDelta, options.lastOffsetDelta ?? Math.max(0, records[last]?.offsetDelta ?? last))
  writeInt64(view, fields.baseTimestamp, records[0]?.timestamp ?? -1)
  writeInt64(view, fields.maxTimestamp, options.logAppendTime ?? records.reduce((max, { timestamp }) => Math.max(max, timestamp), -1))
  view.setBigInt64(fields.producerId, options.producerId ?? -1n)
  view.setInt16(fields.producerEpoch, options.producerEpoch ?? -1)
  view.setInt32(fields.baseSequence, options.baseSequence ?? -1)
  view.setInt32(fields.recordCount, records.length)
  view.setUint32(fields.checksum, crc32c(batch, fields.attributes))
  return new Uint8Array(batch.buffer, batch.byteOffset, batch.byteLength)
}

function attributesOf({ codec = 'none', isTransactional = false, isControl = false, logAppendTime }: BatchOptions): number {
  return codecNames.indexOf(codec) | (isTransactional ? attributeBits.transactional : 0) | (isControl ? attributeBits.control : 0)
    | (logAppendTime === undefined ? 0 : attributeBits.logAppendTime)
}

/** What a record takes without its length. */
function bodyBytes({ key, value, timestamp, headers, offsetDelta }: NewRecord, index: number, baseTimestamp: number): number {
  let bytes = 1 + varintBytes(timestamp - baseTimestamp) + varintBytes(offsetDelta ?? index) + sizedBytes(key) + sizedBytes(value)
  if (headers === undefined) return bytes + 1
  bytes += varintBytes(headers.length)
  for (const [name, content] of headers) {
    const nameBytes = Buffer.byteLength(name)
    bytes += varintBytes(nameBytes) + nameBytes + sizedBytes(content)
  }
  return bytes
}

function sizedBytes(content: Uint8Array | null): number {
  return content === null ? 1 : varintBytes(content.length) + content.length
}

/** Doubles below this can be doubled, and stay exact. */
const exactMax = 2 ** 51

/** How long `value`, a whole number, is as a zigzag varint. */
function varintBytes(value: number): number {
  if (Math.abs(value) > exactMax) return hugeVarint(value).length
  let zigzag = value < 0 ? -2 * value - 1 : 2 * value
  let bytes = 1
  for (; zigzag > 0x7fffffff; zigzag = Math.floor(zigzag / 128)) bytes++
  for (; zigzag >= 128; zigzag >>>= 7) bytes++
  return bytes
}

function writeRecords(
  out: Buffer, start: number, records: readonly NewRecord[], sizes: readonly number[], baseTimestamp: number,
): void {
  let at = start
  for (let index = 0; index < records.length; index++) {
    const { key, value, timestamp, headers, offsetDelta } = records[index]!
    at = writeVarint(out, at, sizes[index]!)
    out[at++] = 0
    at = writeVarint(out, at, timestamp - baseTimestamp)
    at = writeVarint(out, at, offsetDelta ?? index)
    at = writeSized(out, at, key)
    at = writeSized(out, at, value)
    at = writeVarint(out, at, headers?.length ?? 0)
    for (const [name, content] of headers ?? []) {
      at = writeVarint(out, at, Buffer.byteLength(name))
      at += out.write(name, at, 'utf8')
      at = writeSized(out, at, content)
    }
  }
}

function writeSized(out: Buffer, at: number, content: Uint8Array | null): number {
  if (content === null) return writeVarint(out, at, -1)
  const next = writeVarint(out, at, content.length)
  out.set(content, next)
  return next + content.length
}

function writeVarint(out: Buffer, start: number, value: number): number {
  if (Math.abs(value) > exactMax) return start + hugeVarint(value).copy(out, start)
  let at = start
  let zigzag = value < 0 ? -2 * value - 1 : 2 * value
  // Shifts take 32 bits.
  for (; zigzag > 0x7fffffff; zigzag = Math.floor(zigzag / 128)) out[at++] = zigzag % 128 | 128
  for (; zigzag >= 128; zigzag >>>= 7) out[at++] = zigzag & 127 | 128
  out[at++] = zigzag
  return at
}

function hugeVarint(value: number): Buffer {
  const bytes: number[] = []
  let zigzag = BigInt.asUintN(64, BigInt(value) << 1n ^ BigInt(value) >> 63n)
  for (; zigzag >= 128n; zigzag >>= 7n) bytes.push(Number(zigzag & 127n) | 128)
  return Buffer.from([...bytes, Number(zigzag)])
}

function tooLarge(bytes: number): MillraceError {
  return new MillraceError('MR_LIMIT', `A record batch would be ${bytes} bytes: more than kafkaBatchBytesMax, ${limits.kafkaBatchBytesMax}`, {
    hint: 'Write fewer records at a time.',
  })
}
