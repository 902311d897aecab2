/** What tests send, as record batches: one for each partition, in which records have the order in which they were given. */
import { IllegalArgumentError } from '../../base/errors'
import { describe } from '../../rdd/arguments'
import { encodeBatch, type NewRecord } from '../../connect/kafka/records/encode-batch'
import { loadCodec, type Codec } from '../../connect/kafka/records/compression'
import { partitionOfKey } from '../../connect/kafka/sink/murmur2'

/** What keys, values and headers are given as; text is written as UTF-8. */
export type MemoryContent = string | Uint8Array | null

/** A record to send: its value alone, or with what belongs to it. */
export type MemoryRecordToSend = MemoryContent | {
  readonly key?: MemoryContent
  readonly value: MemoryContent
  readonly headers?: Readonly<Record<string, MemoryContent>> | readonly (readonly [name: string, value: MemoryContent])[]
  /** Milliseconds since 1970. Default: now. */
  readonly timestamp?: number
  /** Default: as Kafka's own clients choose it by the key; in turns where there is none. */
  readonly partition?: number
}

/** One record or several. */
export type MemoryRecords = MemoryRecordToSend | readonly MemoryRecordToSend[]

interface Placed { readonly record: NewRecord, readonly partition: number | undefined }

export class RecordsToSend {
  private readonly placed: readonly Placed[]

  constructor(records: MemoryRecords, nowMs: number) {
    const list = Array.isArray(records) ? records as readonly MemoryRecordToSend[] : [records as MemoryRecordToSend]
    this.placed = list.map(record => placed(record, nowMs))
  }

  /** Batches by partition. `turn` is where records without a key go, from one to the next. */
  async batches(partitionCount: number, turn: () => number, codec: Codec): Promise<Map<number, Uint8Array>> {
    await loadCodec(codec)
    const byPartition = new Map<number, NewRecord[]>()
    for (const { record, partition } of this.placed) {
      const where = partition ?? (record.key === null ? turn() % partitionCount : partitionOfKey(record.key, partitionCount))
      if (where >= partitionCount) throw new IllegalArgumentError(`send: there is no partition ${where}; the topic has ${partitionCount}`)
      const records = byPartition.get(where)
      if (records === undefined) byPartition.set(where, [record])
      else records.push(record)
    }
    return new Map(Array.from(byPartition, ([partition, records]) => [partition, encodeBatch(records, { codec })]))
  }
}

function placed(given: MemoryRecordToSend, nowMs: number): Placed {
  if (given === null || typeof given === 'string' || ArrayBuffer.isView(given)) {
    return { record: { key: null, value: bytesOf(given), timestamp: nowMs }, partition: undefined }
  }
  if (typeof given !== 'object') throw new IllegalArgumentError(`send: a record must be text, bytes, null or { key, value }, got ${describe(given)}`)
  const { key = null, value, headers = {}, timestamp = nowMs, partition } = given
  const entries = Array.isArray(headers) ? headers as readonly (readonly [string, MemoryContent])[] : Object.entries(headers)
  const record = { key: bytesOf(key), value: bytesOf(value), timestamp, headers: entries.map(([name, content]) => [name, bytesOf(content)] as const) }
  return { record, partition }
}

function bytesOf(content: MemoryContent): Uint8Array | null { return typeof content === 'string' ? Buffer.from(content) : content }
