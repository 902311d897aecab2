/** A record as programs see it. Instances are plain data: they travel from thread to thread and come back as instances. */
import { registerClass } from '../../../codec/classes'

/** Which clock a record's timestamp is of: its producer's, or the broker's when it was appended. */
export type TimestampType = 'CreateTime' | 'LogAppendTime' | 'NoTimestampType'

/** A header. Names may be there more than once; what is in a header is bytes, or null. */
export type RecordHeader = readonly [name: string, value: Uint8Array | null]

/**
 * A record of a Kafka topic. Counterpart: org.apache.kafka.clients.consumer.ConsumerRecord, with properties for its methods.
 * @example
 * ```ts
 * import type { ConsumerRecord, RDD } from 'millrace'
 * declare const records: RDD<ConsumerRecord<string, string>>
 * const traced = records.map(r => [r.value, Buffer.from(r.lastHeader('trace') ?? []).toString()] as const)
 * ```
 */
export class ConsumerRecord<K = unknown, V = unknown> {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly offset: number,
    /** Milliseconds since 1970; -1 where the record has none. */
    readonly timestamp: number,
    readonly timestampType: TimestampType,
    /** Null where the record has none. */
    readonly key: K,
    /** Null in a tombstone, which says of a compacted topic that the key is deleted. */
    readonly value: V,
    /** In the order in which they were written. */
    readonly headers: readonly RecordHeader[],
  ) {}

  /** What the last header of that name holds; undefined where there is none. Counterpart: Headers.lastHeader. */
  lastHeader(name: string): Uint8Array | null | undefined { return this.headers.findLast(header => header[0] === name)?.[1] }
}

registerClass('millrace.ConsumerRecord', ConsumerRecord)
