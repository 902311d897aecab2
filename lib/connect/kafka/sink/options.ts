/** What saveToKafka can be told, and the checks of it. What goes to the tasks is plain data and the user's functions. */
import { types } from 'node:util'
import { describe, refuse } from '../../../rdd/arguments'
import { requireOptions, optionTable } from '../../support/option-table'
import type { KafkaParams } from '../client/kafka-params'
import { findInProcessKafka } from '../in-process'
import type { KafkaWritable } from '../producing'
import { codecNames } from '../records/batch-format'
import type { Codec } from '../records/compression'
import { requireProducerParams, type ClusterAddress } from './producer-params'

/** What a key, a value or a header may be: text (UTF-8), bytes or nothing. A record without a value is a tombstone. */
export type KafkaContent = string | Uint8Array | null | undefined

/** Headers of a record: an object or a Map, or, for names that are there more than once, a list of pairs. */
export type KafkaHeaders = Readonly<Record<string, KafkaContent>> | ReadonlyMap<string, KafkaContent> | readonly (readonly [name: string, value: KafkaContent])[]

/** What `saveToKafka` takes. Functions run in tasks, once a record, and cannot be async. */
export interface KafkaSaveOptions<T = any> {
  readonly servers?: string | readonly string[]
  readonly kafkaParams?: KafkaParams
  readonly key?: (element: T) => KafkaContent
  readonly value?: (element: T) => KafkaContent
  readonly headers?: (element: T) => KafkaHeaders | undefined
  readonly partition?: (element: T) => number | undefined
  readonly timestamp?: (element: T) => number | Date | undefined
  readonly acks?: 'all' | -1 | 0 | 1
  readonly compression?: Codec
  readonly transactional?: boolean
  readonly transactionalId?: string
  readonly transactionTimeoutMs?: number
  readonly batchBytes?: number
  readonly recordBytesMax?: number
  readonly client?: KafkaWritable
  /** Names the output for recovery, so that its place in the program may change. */
  readonly uid?: string
}

const isNotEmpty = (value: string): string | undefined => value === '' ? 'not be empty' : undefined

export const saveToKafkaOptions = optionTable('saveToKafka', {
  servers: {
    kind: 'any', doc: "The servers to begin with, as 'host:port,host:port' or a list: `bootstrap.servers` of kafkaParams.",
    check: value => typeof value === 'string' || Array.isArray(value) ? undefined : "be 'host:port' or a list of them",
  },
  kafkaParams: {
    kind: 'object', default: {},
    doc: "Kafka's own settings by the names that its Java clients know; options come before them.",
  },
  key: { kind: 'function', defaultText: 'the first of a pair; none for other elements', doc: 'The key of an element\'s record: a string, bytes, or null for none.' },
  value: {
    kind: 'function', defaultText: 'the second of a pair; the element itself, when it is a string or bytes',
    doc: "The value of an element's record: a string, bytes, or null for a tombstone.",
  },
  headers: { kind: 'function', doc: "The headers of an element's record: an object, a Map or a list of pairs." },
  partition: {
    kind: 'function', defaultText: "by the key, as Kafka's own clients choose it; records without a key fill a batch for one partition after another",
    doc: "The partition of an element's record, from 0.",
  },
  timestamp: { kind: 'function', defaultText: 'when it is written', doc: "The time of an element's record, as a Date or in milliseconds since 1970." },
  acks: {
    kind: 'any', defaultText: "'all'", check: value => ['all', -1, 0, 1].includes(value) ? undefined : "be 'all', 1 or 0",
    doc: "When a record counts as written: `'all'` replicas in sync have it, `1`: the leader has it, `0`: it was sent. With less than all, "
      + 'what is sent again after an error may be there twice.',
  },
  compression: {
    kind: 'string', values: codecNames, defaultText: "'none'",
    doc: '`gzip` is built in; `snappy`, `lz4` and `zstd` need the packages kafkajs-snappy, lz4-napi and, before Node 22.15, @bokuweb/zstd-wasm.',
  },
  transactional: {
    kind: 'boolean', default: false,
    doc: 'Every batch is there once and whole for consumers that read what is committed (`isolation.level` read_committed): one transaction a '
      + 'batch, with a note of the batch in it. It needs a checkpoint folder for that to hold when the program ends at any moment. '
      + 'For an RDD: all of it or nothing.',
  },
  transactionalId: {
    kind: 'string', defaultText: "the application's name and the output's uid", check: isNotEmpty,
    doc: 'The name of the transactions and of the group that holds the notes. A program that begins with the same name fences the one before.',
  },
  transactionTimeoutMs: {
    kind: 'integer', minimum: 1_000, unit: 'ms', defaultText: '300000',
    doc: "A transaction that is not ended for so long is aborted by Kafka. Must not be more than the brokers' `transaction.max.timeout.ms`.",
  },
  batchBytes: { kind: 'integer', minimum: 1_024, unit: 'bytes', default: 512 * 1024, doc: 'Records of a partition are sent together up to so much, before compression.' },
  recordBytesMax: {
    kind: 'integer', minimum: 1_024, unit: 'bytes', defaultText: '1048576',
    doc: 'A larger record is refused. Brokers have a limit of their own, `message.max.bytes`.',
  },
  client: {
    kind: 'any', doc: 'What to write to in place of a cluster: a client of your own, on the driver.',
    check: value => typeof value?.producing === 'function' ? undefined : 'have a method producing()',
  },
  uid: { kind: 'string', check: isNotEmpty, doc: 'Names the output for recovery, so that its place in the program may change.' },
})

/** How elements become record batches: what the tasks are told. */
export interface RecordPlan {
  readonly topic: string | ((element: any) => string)
  readonly key: ((element: any) => KafkaContent) | undefined
  readonly value: ((element: any) => KafkaContent) | undefined
  readonly headers: ((element: any) => KafkaHeaders | undefined) | undefined
  readonly partition: ((element: any) => number | undefined) | undefined
  readonly timestamp: ((element: any) => number | Date | undefined) | undefined
  readonly codec: Codec
  readonly batchBytes: number
  readonly recordBytesMax: number
}

export interface CheckedSave {
  readonly plan: RecordPlan
  /** Undefined where a client of the driver's own takes its place. */
  readonly cluster: ClusterAddress | undefined
  readonly client: KafkaWritable | undefined
  readonly acks: -1 | 0 | 1
  readonly isTransactional: boolean
  readonly transactionalId: string | undefined
  readonly transactionTimeoutMs: number
  readonly uid: string | undefined
}

const operator = 'saveToKafka'

export function requireSave(topic: unknown, given: unknown): CheckedSave {
  if (typeof topic !== 'function') requireTopic(topic)
  const options = requireOptions<KafkaSaveOptions & { batchBytes: number, kafkaParams: KafkaParams, transactional: boolean }>(operator, saveToKafkaOptions, given)
  const { kafkaParams, transactional, key, value, headers, partition, timestamp } = options
  const servers = options.servers === undefined ? {} : { 'bootstrap.servers': options.servers }
  const settings = { ...kafkaParams, ...servers }
  if (options.client !== undefined && settings['bootstrap.servers'] !== undefined) refuse(operator, 'it takes servers or a client, not both')
  const client = options.client ?? findInProcessKafka(settings['bootstrap.servers'])
  for (const [name, f] of Object.entries({ topic, key, value, headers, partition, timestamp })) requireSynchronous(name, f)
  const params = requireProducerParams(operator, settings)
  const acks = requireAcks(options.acks ?? params.acks)
  if (transactional && acks !== -1) refuse(operator, "a transaction needs acks: 'all'")
  return {
    plan: {
      topic: topic as RecordPlan['topic'], key, value, headers, partition, timestamp, codec: requireCodec(options.compression ?? params.compression),
      batchBytes: options.batchBytes, recordBytesMax: options.recordBytesMax ?? params.recordBytesMax,
    },
    cluster: client === undefined ? params.cluster() : undefined, client, acks, isTransactional: transactional, uid: options.uid,
    transactionalId: options.transactionalId ?? params.transactionalId,
    transactionTimeoutMs: options.transactionTimeoutMs ?? params.transactionTimeoutMs,
  }
}

function requireAcks(acks: unknown): -1 | 0 | 1 {
  switch (String(acks)) {
    case 'all': case '-1': return -1
    case '1': return 1
    case '0': return 0
    default: return refuse(operator, `acks must be 'all', 1 or 0, got ${describe(acks)}`)
  }
}

function requireCodec(codec: unknown): Codec {
  const found = codecNames.find(name => name === codec)
  return found ?? refuse(operator, `compression.type must be one of ${codecNames.join(', ')}, got ${describe(codec)}`)
}

function requireSynchronous(name: string, f: unknown): void {
  if (types.isAsyncFunction(f)) refuse(operator, `${name} is an async function, so what it gives would be promises`, 'Use mapAsync(f, { concurrency }) before.')
}

const topicName = /^[A-Za-z0-9._-]{1,249}$/

/** Throws IllegalArgumentError for what Kafka does not take as the name of a topic. */
export function requireTopic(topic: unknown): string {
  if (typeof topic === 'string' && topicName.test(topic) && topic !== '.' && topic !== '..') return topic
  refuse(operator, `a topic must be a name of letters, digits, '.', '_' and '-', or a function that gives one, got ${describe(topic)}`)
}
