/**
 * The head of a record batch of format 2, the only one that brokers from 0.11 on write and from 4.0 on keep. Numbers are
 * big-endian; the checksum covers all that follows it, so that brokers can write offset and epoch without it.
 *
 *   batch = base offset i64 | length of what follows i32 | leader epoch i32 | magic i8 = 2 | CRC-32C u32
 *           | attributes i16 | last offset delta i32 | base timestamp i64 | max timestamp i64
 *           | producer id i64 | producer epoch i16 | base sequence i32 | record count i32 | records
 *   attributes = 0..2: codec | 3: timestamps are when it was appended | 4: transactional | 5: control | 6: has a delete horizon
 */
import type { Codec } from './compression'

/** Where each field of the head is. */
export const fields = {
  baseOffset: 0, length: 8, leaderEpoch: 12, magic: 16, checksum: 17, attributes: 21, lastOffsetDelta: 23,
  baseTimestamp: 27, maxTimestamp: 35, producerId: 43, producerEpoch: 51, baseSequence: 53, recordCount: 57, records: 61,
} as const

/** Base offset and length: what `length` does not count. */
export const lengthOverhead = 12
export const headBytes = fields.records
export const currentMagic = 2

export const attributeBits = { codec: 7, logAppendTime: 8, transactional: 16, control: 32 } as const

/** In the order of their numbers. */
export const codecNames: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** What a batch says of itself. */
export interface BatchHead {
  readonly baseOffset: number
  /** Of the whole batch. */
  readonly sizeBytes: number
  readonly magic: number
  readonly checksum: number
  /** The number of the codec. */
  readonly codec: number
  readonly isLogAppendTime: boolean
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** Also when records are missing because of compaction, this is the last offset that the batch stands for. */
  readonly lastOffset: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
}

export function viewOf(bytes: Uint8Array): DataView { return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }

/** An i64 that is a safe integer, as offsets and times are. */
export function readInt64(view: DataView, at: number): number { return view.getInt32(at) * 0x100000000 + view.getUint32(at + 4) }

export function writeInt64(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 0x100000000))
  view.setUint32(at + 4, value >>> 0)
}

/** The head of the batch at `start`, of which `headBytes` bytes at least are there. */
export function readHead(view: DataView, start: number): BatchHead {
  const attributes = view.getInt16(start + fields.attributes)
  const baseOffset = readInt64(view, start + fields.baseOffset)
  return {
    baseOffset,
    sizeBytes: lengthOverhead + view.getInt32(start + fields.length),
    magic: view.getInt8(start + fields.magic),
    checksum: view.getUint32(start + fields.checksum),
    codec: attributes & attributeBits.codec,
    isLogAppendTime: (attributes & attributeBits.logAppendTime) !== 0,
    isTransactional: (attributes & attributeBits.transactional) !== 0,
    isControl: (attributes & attributeBits.control) !== 0,
    lastOffset: baseOffset + view.getInt32(start + fields.lastOffsetDelta),
    baseTimestamp: readInt64(view, start + fields.baseTimestamp),
    maxTimestamp: readInt64(view, start + fields.maxTimestamp),
    producerId: view.getBigInt64(start + fields.producerId),
    producerEpoch: view.getInt16(start + fields.producerEpoch),
    baseSequence: view.getInt32(start + fields.baseSequence),
    recordCount: view.getInt32(start + fields.recordCount),
  }
}

/** What a log of batches needs to know of each, without a look at its checksum or its records. */
export interface BatchPlace {
  readonly start: number
  readonly end: number
  readonly baseOffset: number
  readonly lastOffset: number
}

/** The whole batches in `bytes`, one after another. What is cut off at the end, as brokers do, is left out. */
export function* wholeBatches(bytes: Uint8Array): Generator<BatchPlace> {
  const view = viewOf(bytes)
  for (let start = 0; start + headBytes <= bytes.length;) {
    const sizeBytes = lengthOverhead + view.getInt32(start + fields.length)
    if (sizeBytes < headBytes || start + sizeBytes > bytes.length) return
    const baseOffset = readInt64(view, start)
    const lastOffset = baseOffset + view.getInt32(start + fields.lastOffsetDelta)
    yield { start, end: start + sizeBytes, baseOffset, lastOffset }
    start += sizeBytes
  }
}
