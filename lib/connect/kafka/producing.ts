/**
 * Kafka as its writers see it: whole record batches are appended to partitions, by producers whose batches are numbered, alone or
 * in transactions. A real cluster and the MemoryKafka of millrace/testing implement it. A method that can be tried again is tried
 * again inside, until the time for it is over; what it rejects with is final for the caller.
 */
import { MillraceError, type ErrorDetails } from '../../base/errors'
import type { TopicPartition } from './log'

/** Who numbers the batches. In each partition a producer's batches are numbered by their records, from 0 in each epoch. */
export interface ProducerIdentity { readonly producerId: bigint, readonly epoch: number }

/** A producer that has transactions, of which one at a time is open. */
export interface TransactionalProducer extends ProducerIdentity { readonly transactionalId: string }

/** How a transactional producer begins. */
export interface TransactionalStart {
  /** Whoever begins with the same id later fences this one. What was open is aborted before this one has begun. */
  readonly transactionalId: string
  /** A transaction that is open for longer is aborted by Kafka, and its producer fenced. */
  readonly timeoutMs: number
}

/** A whole record batch (format 2), its numbers and checksum included. */
export interface AppendRequest extends TopicPartition { readonly batch: Uint8Array }

/** An offset that a group has committed, with what is written beside it. */
export interface GroupOffset extends TopicPartition { readonly offset: number, readonly metadata: string }

/** Another producer with the same transactional id has begun: this one must not write any more. */
export class ProducerFencedError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_KAFKA_FENCED', message, details) }
}

/** Errors are MillraceErrors. */
export interface KafkaProducing {
  connect(): Promise<void>
  disconnect(): Promise<void>
  /** How many partitions topics have. One that does not exist is made where brokers make topics by themselves, else it is left out. */
  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** A producer, with transactions where it is told how. */
  initProducer(transactional?: TransactionalStart): Promise<ProducerIdentity>
  /**
   * Appends batches, each to another partition. Resolves when all have been acknowledged as `acks` says (-1: by all replicas in
   * sync; 1: by the leader; 0: sent). A batch that its partition has already is not appended again. In a transaction the
   * partitions must have been added to it.
   */
  append(batches: readonly AppendRequest[], options: { readonly acks: -1 | 0 | 1, readonly transactionalId?: string | undefined }): Promise<void>
  /** Makes partitions part of the producer's transaction, which the first of them opens. */
  addPartitions(producer: TransactionalProducer, partitions: readonly TopicPartition[]): Promise<void>
  /** Makes offsets of a group part of the transaction: they are committed with it. The partitions must exist. */
  addOffsets(producer: TransactionalProducer, group: string, offsets: readonly GroupOffset[]): Promise<void>
  /** Ends the open transaction. It may be called again when it is not known whether it has succeeded. */
  endTransaction(producer: TransactionalProducer, outcome: 'commit' | 'abort'): Promise<void>
  /** All that a group has committed, when no transaction that is ending can change it any more. */
  groupOffsets(group: string): Promise<GroupOffset[]>
}

/** What the option `client` of saveToKafka may be, in place of the servers: what it writes to lives in this process' main thread. */
export interface KafkaWritable { producing(): KafkaProducing }
