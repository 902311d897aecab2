/**
 * Records that the Kinesis Producer Library has aggregated: many records of a user's in one of Kinesis. What only looks like
 * one, by its checksum or its form, is a record like any other, as in the Kinesis Client Library.
 *
 *   aggregated = F3 89 9A C2, message, MD5 of message (16 bytes)
 *   message    = protobuf: { 1: partition keys, 2: explicit hash keys, 3: records }, each repeated
 *   record     = protobuf: { 1: index of partition key, 2: index of explicit hash key?, 3: data, 4: tags }
 */
import { createHash } from 'node:crypto'

const magic = [0xF3, 0x89, 0x9A, 0xC2] as const
const checksumBytes = 16

/** The hash keys that a shard takes, both ends included. */
export interface HashKeyRange { readonly start: bigint, readonly end: bigint }

/** A record of the user's. */
export interface UserRecord {
  readonly partitionKey: string
  readonly explicitHashKey: string | undefined
  readonly data: Uint8Array
}

/** True for what begins as aggregated records do. */
export function looksAggregated(data: Uint8Array): boolean {
  return data.length > magic.length + checksumBytes && magic.every((byte, i) => data[i] === byte)
}

/**
 * The records in `data`; undefined when it is none of the aggregated ones. None at all where one of them does not belong to
 * the shard: the producer, which saw that the shard had changed, has sent all of them again.
 */
export function deaggregate(data: Uint8Array, shard: HashKeyRange): UserRecord[] | undefined {
  if (!looksAggregated(data)) return undefined
  const message = data.subarray(magic.length, data.length - checksumBytes)
  const checksum = data.subarray(data.length - checksumBytes)
  if (Buffer.compare(createHash('md5').update(message).digest(), checksum) !== 0) return undefined
  const records = readMessage(message)
  return records?.every(record => isWithin(hashKeyOf(record), shard)) === false ? [] : records
}

/** How many records aggregated `data` has, without a look at what is in them; 1 for what has no such form. */
export function countAggregated(data: Uint8Array): number {
  let count = 0
  const isRead = readFields(data.subarray(magic.length, data.length - checksumBytes), field => { if (field === 3) count++ })
  return isRead && count > 0 ? count : 1
}

function readMessage(message: Uint8Array): UserRecord[] | undefined {
  const partitionKeys: string[] = []
  const hashKeys: string[] = []
  const bodies: Uint8Array[] = []
  const isRead = readFields(message, (field, value) => {
    if (typeof value === 'number') return
    if (field === 1) partitionKeys.push(textOf(value))
    else if (field === 2) hashKeys.push(textOf(value))
    else if (field === 3) bodies.push(value)
  })
  if (!isRead) return undefined
  const records: UserRecord[] = []
  for (const body of bodies) {
    const record = readRecord(body, partitionKeys, hashKeys)
    if (record === undefined) return undefined
    records.push(record)
  }
  return records
}

function readRecord(body: Uint8Array, partitionKeys: readonly string[], hashKeys: readonly string[]): UserRecord | undefined {
  let keyIndex: number | undefined
  let hashIndex: number | undefined
  let data: Uint8Array | undefined
  const isRead = readFields(body, (field, value) => {
    if (field === 1 && typeof value === 'number') keyIndex = value
    else if (field === 2 && typeof value === 'number') hashIndex = value
    else if (field === 3 && typeof value !== 'number') data = value
  })
  const partitionKey = partitionKeys[keyIndex ?? -1]
  const explicitHashKey = hashIndex === undefined ? undefined : hashKeys[hashIndex]
  if (!isRead || partitionKey === undefined || data === undefined) return undefined
  if (hashIndex !== undefined && (explicitHashKey === undefined || !/^\d{1,39}$/.test(explicitHashKey))) return undefined
  return { partitionKey, explicitHashKey, data }
}

/** Calls `take` with every field of a protobuf message. False when it is none. */
function readFields(message: Uint8Array, take: (field: number, value: number | Uint8Array) => void): boolean {
  const { length } = message
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; at < length && scale < 2 ** 63; scale *= 128) {
      const byte = message[at++]!
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    return Number.NaN
  }
  while (at < length) {
    const tag = varint()
    const field = Math.floor(tag / 8)
    const kind = tag % 8
    if (kind === 0) {
      const value = varint()
      if (Number.isNaN(value)) return false
      take(field, value)
      continue
    }
    const size = kind === 2 ? varint() : kind === 1 ? 8 : kind === 5 ? 4 : Number.NaN
    // Also what is NaN.
    if (!(at + size <= length)) return false
    if (kind === 2) take(field, message.subarray(at, at + size))
    at += size
  }
  return true
}

function textOf(bytes: Uint8Array): string { return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') }

function hashKeyOf({ partitionKey, explicitHashKey }: UserRecord): bigint {
  return BigInt(explicitHashKey ?? `0x${createHash('md5').update(partitionKey, 'utf8').digest('hex')}`)
}

function isWithin(key: bigint, { start, end }: HashKeyRange): boolean { return key >= start && key <= end }
