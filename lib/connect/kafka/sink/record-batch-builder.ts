/**
 * A record batch while records are added to it: each is written once, from strings or bytes, straight to where it is sent from.
 * encode-batch.ts, which makes batches of lists of records, has the same form. The producer, the number and the checksum are
 * filled in when it is the batch's turn (seal-batch.ts).
 */
import { codecNames, currentMagic, fields, headBytes, lengthOverhead, viewOf, writeInt64 } from '../records/batch-format'
import { compressionOf, type Codec } from '../records/compression'

/** What a key, a value or a header is written as. */
export type Content = string | Uint8Array | null

export type Header = readonly [name: string, value: Content]

const firstBytes = 4_096
/** ASCII that is shorter is written faster here than by a call into Node. */
const shortLength = 24

export class RecordBatchBuilder {
  private bytes: Buffer
  private at: number = headBytes
  private baseTimestamp = 0
  private maxTimestamp = 0
  count = 0

  /** `expectedBytes`: how long it may become, where that is known. */
  constructor(expectedBytes = firstBytes) { this.bytes = Buffer.allocUnsafeSlow(Math.max(expectedBytes, firstBytes)) }

  /** Its length so far, header included. */
  get sizeBytes(): number { return this.at }

  /** Adds a record unless the batch would become longer than `bytesMax`. Returns how many bytes it took, 0 when it was not added. */
  add(key: Content, value: Content, headers: readonly Header[], timestampMs: number, bytesMax: number): number {
    const keyBytes = lengthOf(key)
    const valueBytes = lengthOf(value)
    const delta = this.count === 0 ? 0 : timestampMs - this.baseTimestamp
    let size = 1 + varlongBytes(delta) + varintBytes(this.count) + contentBytes(keyBytes) + contentBytes(valueBytes) + varintBytes(headers.length)
    for (const [name, content] of headers) size += contentBytes(lengthOf(name)) + contentBytes(lengthOf(content))
    const total = varintBytes(size) + size
    if (this.at + total > bytesMax) return 0
    this.reserve(total)
    if (this.count === 0) this.baseTimestamp = this.maxTimestamp = timestampMs
    else if (timestampMs > this.maxTimestamp) this.maxTimestamp = timestampMs
    this.varint(size)
    this.bytes[this.at++] = 0
    this.varlong(delta)
    this.varint(this.count)
    this.content(key, keyBytes)
    this.content(value, valueBytes)
    this.varint(headers.length)
    for (const [name, content] of headers) {
      this.content(name, lengthOf(name))
      this.content(content, lengthOf(content))
    }
    this.count++
    return total
  }

  /** The whole batch, its records compressed; nothing can be added after it. */
  finish(codec: Codec): Uint8Array {
    const batch = codec === 'none' ? this.bytes.subarray(0, this.at) : this.compressed(codec)
    const view = viewOf(batch)
    writeInt64(view, fields.baseOffset, 0)
    view.setInt32(fields.length, batch.length - lengthOverhead)
    view.setInt32(fields.leaderEpoch, -1)
    view.setInt8(fields.magic, currentMagic)
    view.setUint32(fields.checksum, 0)
    view.setInt16(fields.attributes, codecNames.indexOf(codec))
    view.setInt32(fields.lastOffsetDelta, this.count - 1)
    writeInt64(view, fields.baseTimestamp, this.baseTimestamp)
    writeInt64(view, fields.maxTimestamp, this.maxTimestamp)
    view.setBigInt64(fields.producerId, -1n)
    view.setInt16(fields.producerEpoch, -1)
    view.setInt32(fields.baseSequence, -1)
    view.setInt32(fields.recordCount, this.count)
    return batch
  }

  private compressed(codec: Codec): Uint8Array {
    const records = compressionOf(codec).compress(this.bytes.subarray(headBytes, this.at))
    const batch = Buffer.allocUnsafeSlow(headBytes + records.length)
    batch.set(records, headBytes)
    return batch
  }

  private reserve(more: number): void {
    const needed = this.at + more
    if (needed <= this.bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }

  private content(content: Content, lengthBytes: number): void {
    this.varint(lengthBytes)
    if (content === null || lengthBytes === 0) return
    const { bytes, at } = this
    this.at = at + lengthBytes
    if (typeof content !== 'string') bytes.set(content, at)
    else if (content.length !== lengthBytes) bytes.write(content, at, lengthBytes, 'utf8')
    else if (lengthBytes > shortLength) bytes.write(content, at, lengthBytes, 'latin1')
    else for (let i = 0; i < lengthBytes; i++) bytes[at + i] = content.charCodeAt(i)
  }

  private varint(value: number): void {
    let rest = (value << 1 ^ value >> 31) >>> 0
    while (rest > 0x7f) {
      this.bytes[this.at++] = rest & 0x7f | 0x80
      rest >>>= 7
    }
    this.bytes[this.at++] = rest
  }

  private varlong(value: number): void {
    if (value >= -0x40000000 && value < 0x40000000) return this.varint(value)
    let rest = zigzag64(value)
    while (rest > 0x7fn) {
      this.bytes[this.at++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.bytes[this.at++] = Number(rest)
  }
}

/** In bytes; -1 for null. */
function lengthOf(content: Content): number {
  if (content === null) return -1
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length
}

function contentBytes(lengthBytes: number): number { return varintBytes(lengthBytes) + (lengthBytes > 0 ? lengthBytes : 0) }

function varintBytes(value: number): number {
  const rest = (value << 1 ^ value >> 31) >>> 0
  if (rest < 0x80) return 1
  if (rest < 0x4000) return 2
  if (rest < 0x20_0000) return 3
  return rest < 0x1000_0000 ? 4 : 5
}

function varlongBytes(value: number): number {
  if (value >= -0x40000000 && value < 0x40000000) return varintBytes(value)
  let count = 1
  for (let rest = zigzag64(value); rest > 0x7fn; rest >>= 7n) count++
  return count
}

function zigzag64(value: number): bigint { return BigInt.asUintN(64, BigInt(value) << 1n ^ BigInt(value) >> 63n) }
