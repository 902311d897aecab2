/**
 * Record batches into records: the layout is in batch-format.ts and encode-batch.ts. What a batch says of itself is checked
 * before it is believed, and a record never reads beyond its own end: damaged bytes are an error that names topic, partition
 * and offset, never a wrong record.
 */
import { MillraceError, UnsupportedOperationError } from '../../../base/errors'
import type { AbortedTransaction } from '../log'
import { AbortedBatches } from './aborted-batches'
import { codecNames, currentMagic, fields, headBytes, readHead, viewOf, type BatchHead } from './batch-format'
import { compressionOf } from './compression'
import { ConsumerRecord, type RecordHeader, type TimestampType } from './consumer-record'
import { crc32c } from './crc32c'
import type { Deserializer, RecordPlace } from './deserializers'
import { readerOf, type Reader } from './readers'
import { Slab } from './slab'

/** What is wanted of the batches of a partition. */
export interface DecodeOptions {
  readonly topic: string
  readonly partition: number
  /** The first offset, and the one behind the last. */
  readonly fromOffset: number
  readonly untilOffset: number
  readonly key: Deserializer<any>
  readonly value: Deserializer<any>
  /** Kafka's `check.crcs`. Default true. */
  readonly checkCrcs?: boolean
}

/** Records of several batches come together up to about so many. */
const chunkRecords = 1_024

/** Seven bytes of a varint are exact as a double. */
const exactScaleMax = 2 ** 42

const noHeaders: readonly RecordHeader[] = Object.freeze([])

export class BatchDecoder {
  private readonly slab = new Slab()
  private readonly key: Reader
  private readonly value: Reader
  private readonly checkCrcs: boolean
  /** Where the decoder is in the records of a batch, and where the record ends that it reads. */
  private at = 0
  private end = 0
  private fromOffset = 0
  /** Of the record that is being read. */
  private offset = 0
  private timestamp = 0
  private readonly place = (): RecordPlace => (
    { topic: this.options.topic, partition: this.options.partition, offset: this.offset, timestamp: this.timestamp }
  )

  constructor(private readonly options: DecodeOptions) {
    this.key = readerOf(options.key, this.slab)
    this.value = readerOf(options.value, this.slab)
    this.checkCrcs = options.checkCrcs ?? true
  }

  /**
   * The records of whole batches, some at a time, and none before `fromOffset`. `loadCodec` must have been awaited for the
   * codecs in them.
   */
  * decode(bytes: Uint8Array, aborted: readonly AbortedTransaction[], fromOffset = this.options.fromOffset): Generator<ConsumerRecord[], void> {
    const { untilOffset } = this.options
    this.fromOffset = Math.max(fromOffset, this.options.fromOffset)
    const hidden = new AbortedBatches(aborted)
    const view = viewOf(bytes)
    let chunk: ConsumerRecord[] = []
    let lastOffset = -1
    for (let start = 0; start < bytes.length;) {
      const head = this.head(view, start)
      const end = start + head.sizeBytes
      // What the checksum does not cover.
      if (head.baseOffset <= lastOffset) throw this.damaged('a record batch does not follow the one before', head.baseOffset)
      if (head.baseOffset >= untilOffset) break
      // Before anything in it is believed, also that it is of no interest.
      if (this.checkCrcs && crc32c(bytes, start + fields.attributes, end) !== head.checksum) {
        throw this.damaged('the checksum of a record batch is wrong', head.baseOffset)
      }
      lastOffset = head.lastOffset
      if (!hidden.hides(head) && head.lastOffset >= this.fromOffset) {
        this.batch(bytes, start, head, chunk)
        if (chunk.length >= chunkRecords) {
          yield chunk
          chunk = []
        }
      }
      start = end
    }
    if (chunk.length > 0) yield chunk
  }

  private head(view: DataView, start: number): BatchHead {
    const left = view.byteLength - start
    if (left <= fields.magic) throw this.damaged('a record batch is cut off', undefined)
    const magic = view.getInt8(start + fields.magic)
    if (magic !== currentMagic) throw this.unknownFormat(magic)
    if (left < headBytes) throw this.damaged('a record batch is cut off', undefined)
    const head = readHead(view, start)
    if (head.sizeBytes < headBytes || head.sizeBytes > left) throw this.damaged(`a record batch says that it has ${head.sizeBytes} bytes`, head.baseOffset)
    return head
  }

  private batch(bytes: Uint8Array, start: number, head: BatchHead, into: ConsumerRecord[]): void {
    const end = start + head.sizeBytes
    const records = this.records(bytes.subarray(start + headBytes, end), head)
    this.at = 0
    for (let left = head.recordCount; left > 0; left--) if (!this.record(records, head, into)) return
    if (this.at !== records.length) throw this.damaged('a record batch has more bytes than its records', head.baseOffset)
  }

  private records(bytes: Uint8Array, head: BatchHead): Buffer {
    const codec = codecNames[head.codec]
    if (codec === undefined) {
      throw new UnsupportedOperationError(`The batch at offset ${head.baseOffset} of ${this.name} is compressed by codec ${head.codec}, which is not known`)
    }
    const { decompress } = compressionOf(codec)
    try {
      const records = decompress(bytes)
      return Buffer.from(records.buffer, records.byteOffset, records.byteLength)
    } catch (error) {
      if (MillraceError.is(error)) throw error
      throw this.damaged(`a record batch cannot be decompressed (${codec}): ${(error as Error).message}`, head.baseOffset, error)
    }
  }

  /** Reads the next record. False when it is behind the last that is wanted. */
  private record(bytes: Buffer, head: BatchHead, into: ConsumerRecord[]): boolean {
    this.end = bytes.length
    const length = this.varint(bytes)
    const end = this.at + length
    if (length <= 0 || end > bytes.length) throw this.damaged('a record is cut off', head.baseOffset)
    this.end = end
    this.at++
    const timestampDelta = this.varint(bytes)
    const offset = this.offset = head.baseOffset + this.varint(bytes)
    if (offset >= this.options.untilOffset) return false
    if (offset < this.fromOffset) {
      this.at = end
      return true
    }
    const timestamp = this.timestamp = head.isLogAppendTime ? head.maxTimestamp : head.baseTimestamp + timestampDelta
    const timestampType: TimestampType = head.isLogAppendTime ? 'LogAppendTime' : timestamp < 0 ? 'NoTimestampType' : 'CreateTime'
    const key = this.part(bytes, this.key, 'key')
    const value = this.part(bytes, this.value, 'value')
    const headers = this.headers(bytes)
    if (this.at !== end) throw this.damaged('a record is not as long as it says', offset)
    if (key !== undefined && value !== undefined) {
      into.push(new ConsumerRecord(this.options.topic, this.options.partition, offset, timestamp, timestampType, key, value, headers))
    }
    return true
  }

  /** What the reader makes of the next bytes; null where there are none. */
  private part(bytes: Buffer, reader: Reader, what: string): unknown {
    const length = this.varint(bytes)
    if (length < 0) return null
    const start = this.at
    this.at += length
    if (this.at > this.end) throw this.damaged(`the ${what} of a record is cut off`, this.offset)
    try {
      return reader(bytes, start, this.at, this.place)
    } catch (error) {
      throw new MillraceError('MR_INPUT_DAMAGED', `The ${what} of the record at offset ${this.offset} of ${this.name} cannot be decoded: ${messageOf(error)}`, {
        cause: error, hint: `A function as ${what}.deserializer that returns undefined for what it cannot read leaves such records out.`,
      })
    }
  }

  private headers(bytes: Buffer): readonly RecordHeader[] {
    const count = this.varint(bytes)
    if (count === 0) return noHeaders
    // Each has two bytes at least.
    if (count < 0 || count * 2 > this.end - this.at) throw this.damaged('the headers of a record are cut off', this.offset)
    const headers: RecordHeader[] = []
    for (let left = count; left > 0; left--) {
      const nameStart = this.header(bytes, 0)
      const name = bytes.toString('utf8', nameStart, this.at)
      const start = this.header(bytes, -1)
      headers.push([name, start < 0 ? null : this.slab.copy(bytes, start, this.at)])
    }
    return headers
  }

  /** Where the next name or value of a header begins, with `at` behind it; -1 where it is null. */
  private header(bytes: Buffer, lengthMin: number): number {
    const length = this.varint(bytes)
    const start = this.at
    if (length < lengthMin || start + length > this.end) throw this.damaged('a header of a record is cut off', this.offset)
    if (length < 0) return -1
    this.at += length
    return start
  }

  /** A zigzag varint, which ends before the record does. */
  private varint(bytes: Buffer): number {
    const first = bytes[this.at]!
    if (first < 128 && this.at < this.end) {
      this.at++
      return first >>> 1 ^ -(first & 1)
    }
    return this.longVarint(bytes)
  }

  private longVarint(bytes: Buffer): number {
    let value = 0
    const start = this.at
    for (let scale = 1; this.at < this.end && scale <= exactScaleMax; scale *= 128) {
      const byte = bytes[this.at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
    this.at = start
    return this.hugeVarint(bytes)
  }

  /** More than 49 bits: doubles in between would not be exact. */
  private hugeVarint(bytes: Buffer): number {
    let value = 0n
    for (let shift = 0n; this.at < this.end && shift < 70n; shift += 7n) {
      const byte = bytes[this.at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(value >> 1n ^ -(value & 1n))
    }
    throw this.damaged('a number in a record is cut off', this.offset)
  }

  private get name(): string { return `partition ${this.options.partition} of topic ${this.options.topic}` }

  private damaged(what: string, offset: number | undefined, cause?: unknown): MillraceError {
    const at = offset === undefined ? `near offset ${this.offset}` : `at offset ${offset}`
    return new MillraceError('MR_INPUT_DAMAGED', `What Kafka keeps ${at} of ${this.name} is damaged: ${what}`, {
      cause, hint: 'Another replica may be whole. To go on, begin behind it: with the offsets of a ConsumerStrategy, or with deleteRecords.',
    })
  }

  private unknownFormat(magic: number): UnsupportedOperationError {
    return new UnsupportedOperationError(`${this.name} holds records in format ${magic}, from a time before Kafka 0.11`, {
      hint: 'Have a broker of version 3 or earlier copy them to a new topic.',
    })
  }
}

function messageOf(error: unknown): string { return String((error as Error | null | undefined)?.message ?? error) }
