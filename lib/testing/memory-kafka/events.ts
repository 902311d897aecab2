/**
 * What can happen to a MemoryKafka, as data: its state is what its events amount to, by the same code when they happen and when
 * they are read back from a folder. An event that has bytes is written as
 *
 *   frame = length of the JSON u32 | JSON of all but the bytes | bytes
 */
import type { GroupOffset } from '../../connect/kafka/producing'
import type { TopicPartition } from '../../connect/kafka/log'

export type KafkaEvent =
  /** A topic is made, or has got more partitions. */
  | { readonly kind: 'topic', readonly topic: string, readonly partitions: number }
  | { readonly kind: 'topicDeleted', readonly topic: string }
  | { readonly kind: 'appended', readonly topic: string, readonly partition: number, readonly bytes: Uint8Array }
  | { readonly kind: 'recordsDeleted', readonly topic: string, readonly partition: number, readonly before: number }
  /** All batches of a partition after compaction, one after another. */
  | { readonly kind: 'compacted', readonly topic: string, readonly partition: number, readonly bytes: Uint8Array }
  | { readonly kind: 'committed', readonly group: string, readonly offsets: readonly GroupOffset[] }
  | { readonly kind: 'producer', readonly producerId: number, readonly epoch: number, readonly transactionalId?: string | undefined, readonly timeoutMs?: number | undefined }
  /** Partitions or offsets become part of a producer's transaction, which the first of them opens. */
  | {
    readonly kind: 'enlisted', readonly producerId: number, readonly atMs: number, readonly partitions: readonly TopicPartition[]
    readonly group?: string, readonly offsets?: readonly GroupOffset[]
  }
  | { readonly kind: 'ended', readonly producerId: number, readonly outcome: 'commit' | 'abort', readonly atMs: number }

const lengthBytes = 4

export function encodeEvent(event: KafkaEvent): Uint8Array {
  const { bytes = new Uint8Array(0), ...rest } = event as KafkaEvent & { readonly bytes?: Uint8Array }
  const json = Buffer.from(JSON.stringify(rest))
  const frame = Buffer.alloc(lengthBytes + json.length + bytes.length)
  frame.writeUInt32BE(json.length)
  frame.set(json, lengthBytes)
  frame.set(bytes, lengthBytes + json.length)
  return frame
}

export function decodeEvent(frame: Uint8Array): KafkaEvent {
  const buffer = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)
  const jsonEnd = lengthBytes + buffer.readUInt32BE(0)
  const event = JSON.parse(buffer.toString('utf8', lengthBytes, jsonEnd)) as KafkaEvent
  const isWithBytes = event.kind === 'appended' || event.kind === 'compacted'
  return isWithBytes ? { ...event, bytes: new Uint8Array(buffer.subarray(jsonEnd)) } : event
}
