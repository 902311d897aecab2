/**
 * The requests of writers that kafkajs does not have in this form: record batches as they are, and a group's offsets once they are
 * stable. kafkajs' connections put the head before them.
 *
 *   Produce v7 request      => transactionalId:string acks:int16 timeoutMs:int32 topics:[name:string partitions:[partition:int32 batch:bytes]]
 *   Produce v7 response     => [name:string [partition:int32 error:int16 baseOffset:int64 appendTime:int64 startOffset:int64]] throttleMs:int32
 *   OffsetFetch v7 request  => tags group:string topics:[] requireStable:boolean tags
 *   OffsetFetch v7 response => tags throttleMs:int32
 *                              [name:string [partition:int32 offset:int64 leaderEpoch:int32 metadata:string error:int16 tags] tags] error:int16 tags
 *
 *   Produce:     string => length:int16 (-1: null) utf8      bytes => length:int32 content   array => count:int32 ...
 *   OffsetFetch: string => length + 1:uvarint (0: null) utf8                                 array => count + 1:uvarint (0: null) ...
 */
import type { RawRequest } from '../client/kafkajs'
import type { AppendRequest, GroupOffset } from '../producing'

export interface AppendAnswer { readonly topic: string, readonly partition: number, readonly errorCode: number }

const emptyTags = 0

export function produceRequest(
  batches: readonly AppendRequest[], { acks, timeoutMs, transactionalId }: { acks: number, timeoutMs: number, transactionalId: string | undefined },
): RawRequest {
  return { version: 7, body: encodeProduce(batches, acks, timeoutMs, transactionalId), isAnswered: acks !== 0 }
}

function encodeProduce(batches: readonly AppendRequest[], acks: number, timeoutMs: number, transactionalId: string | undefined): Buffer {
  const topics = new Map<string, AppendRequest[]>()
  for (const batch of batches) topics.set(batch.topic, [...topics.get(batch.topic) ?? [], batch])
  const parts: Buffer[] = [shortString(transactionalId), int16(acks), int32(timeoutMs), int32(topics.size)]
  for (const [topic, partitions] of topics) {
    parts.push(shortString(topic), int32(partitions.length))
    for (const { partition, batch } of partitions) {
      parts.push(int32(partition), int32(batch.length), Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength))
    }
  }
  return Buffer.concat(parts)
}

/** What a broker answers to a Produce request. */
export function readProduced(bytes: Buffer): AppendAnswer[] {
  const answers: AppendAnswer[] = []
  let at = 4
  for (let topics = bytes.readInt32BE(0); topics > 0; topics--) {
    const nameEnd = at + 2 + bytes.readInt16BE(at)
    const topic = bytes.toString('utf8', at + 2, nameEnd)
    at = nameEnd + 4
    for (let partitions = bytes.readInt32BE(nameEnd); partitions > 0; partitions--) {
      answers.push({ topic, partition: bytes.readInt32BE(at), errorCode: bytes.readInt16BE(at + 4) })
      at += 30
    }
  }
  return answers
}

/** All offsets of a group. The broker answers with an error while a transaction that is ending may still change them. */
export function offsetFetchRequest(group: string): RawRequest {
  const name = Buffer.from(group)
  const body = Buffer.concat([Buffer.from([emptyTags]), uvarint(name.length + 1), name, Buffer.from([0, 1, emptyTags])])
  return { version: 7, body, isAnswered: true }
}

export interface GroupAnswer { readonly errorCode: number, readonly offsets: readonly GroupOffset[] }

/** What a broker answers to an OffsetFetch request. */
export function readGroupOffsets(bytes: Buffer): GroupAnswer {
  let at = 1 + 4
  const uvarintAt = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const string = (): string => {
    const length = Math.max(0, uvarintAt() - 1)
    return bytes.toString('utf8', at, at += length)
  }
  const offsets: GroupOffset[] = []
  let errorCode = 0
  for (let topics = uvarintAt() - 1; topics > 0; topics--) {
    const topic = string()
    for (let partitions = uvarintAt() - 1; partitions > 0; partitions--) {
      const partition = bytes.readInt32BE(at)
      const offset = Number(bytes.readBigInt64BE(at + 4))
      at += 16
      const metadata = string()
      errorCode ||= bytes.readInt16BE(at)
      at += 3
      if (offset >= 0) offsets.push({ topic, partition, offset, metadata })
    }
    at++
  }
  return { errorCode: errorCode || bytes.readInt16BE(at), offsets }
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(value)
  return bytes
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function shortString(value: string | undefined): Buffer {
  if (value === undefined) return int16(-1)
  const content = Buffer.from(value)
  return Buffer.concat([int16(content.length), content])
}

function uvarint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest])
    bytes.push(rest & 0x7f | 0x80)
  }
}
