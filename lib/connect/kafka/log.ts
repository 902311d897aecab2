/**
 * Kafka as its connector sees it: partitions of topics, each a log of record batches that can be read from any offset. A real
 * cluster and the MemoryKafka of millrace/testing implement it; everything above knows only this. Record batches are the
 * bytes that brokers keep (format 2, as compressed as they are), so that nothing is decoded before a task wants it.
 */

/** Counterpart: org.apache.kafka.common.TopicPartition. */
export interface TopicPartition { readonly topic: string, readonly partition: number }

/** Which records a reader sees. Kafka's `isolation.level`. */
export type IsolationLevel = 'read_uncommitted' | 'read_committed'

/** A place in time or at an end of a partition. */
export type OffsetAt = 'earliest' | 'latest' | { readonly timestampMs: number }

/** What to read of a partition: from the batch that holds `from` on, about `maxBytes`, one batch at least. */
export interface FetchRequest extends TopicPartition {
  readonly from: number
  readonly maxBytes: number
}

/** An aborted transaction among record batches: what its producer wrote from `firstOffset` on, up to the abort marker, is not to be seen. */
export interface AbortedTransaction { readonly producerId: bigint, readonly firstOffset: number }

/** What was read of a partition. */
export interface Fetched extends TopicPartition {
  /** Whole record batches in the order of their offsets. The first may begin before what was asked for. Empty where nothing was there. */
  readonly bytes: Uint8Array
  /** Of read_committed: those that concern `bytes`. */
  readonly aborted: readonly AbortedTransaction[]
  /** The offset behind the last batch in `bytes`; what was asked for where there is none. */
  readonly nextOffset: number
  /** The end of what the isolation level lets see, when it was read. */
  readonly endOffset: number
}

/**
 * Errors are MillraceErrors: `retriable` says whether trying again can help. An offset that is not there (any more) is
 * a KafkaOffsetOutOfRangeError.
 */
export interface KafkaLog {
  connect(): Promise<void>
  disconnect(): Promise<void>
  /** The names of all topics but Kafka's own. */
  topics(): Promise<string[]>
  /** The partitions of topics, in order. A topic that does not exist has none. */
  partitions(topics: readonly string[]): Promise<TopicPartition[]>
  /**
   * An offset for each partition, in their order. `latest` is the end as `isolation` sees it; for a time it is the first record at or after
   * it, and the latest where there is none.
   */
  offsets(partitions: readonly TopicPartition[], at: OffsetAt, isolation: IsolationLevel): Promise<number[]>
  /** What a group has committed, in the order of `partitions`; undefined where it has nothing. */
  committed(group: string, partitions: readonly TopicPartition[]): Promise<(number | undefined)[]>
  commit(group: string, offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void>
  /**
   * Reads partitions at the same time. Waits up to `maxWaitMs` for something to be there. One answer a request, in their order.
   */
  fetch(requests: readonly FetchRequest[], options: { readonly isolation: IsolationLevel, readonly maxWaitMs: number }): Promise<Fetched[]>
}
