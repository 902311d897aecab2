/** Which partitions a stream reads, as whom, and where it begins. */
import { types } from 'node:util'
import { describe, refuse } from '../../rdd/arguments'
import type { KafkaParams } from './client/kafka-params'
import type { TopicPartition as Place } from './log'
import type { Deserializer } from './records/deserializers'
import { comparePlaces, offsetsByPlace, placeName, requireTopic, TopicPartition } from './topic-partition'

/** What keys are made into by these settings: text, unless they say otherwise. */
export type KeyOf<P> = P extends { readonly 'key.deserializer': Deserializer<infer K> } ? K : string
/** What values are made into by these settings: text, unless they say otherwise. */
export type ValueOf<P> = P extends { readonly 'value.deserializer': Deserializer<infer V> } ? V : string

/** Offsets to begin at, for the partitions that are named. */
export type StartingOffsets = Iterable<readonly [Place, number]>

/** What is to be read. */
export type Wanted =
  | { readonly kind: 'topics', readonly topics: readonly string[] }
  | { readonly kind: 'pattern', readonly pattern: RegExp, readonly text: string }
  | { readonly kind: 'partitions', readonly partitions: readonly TopicPartition[] }

/** One of `ConsumerStrategies`. */
export interface ConsumerStrategy<K = unknown, V = unknown> {
  readonly kafkaParams: KafkaParams
  /** Internal. */
  readonly wanted: Wanted
  /** Internal: by the names of partitions. */
  readonly offsets: ReadonlyMap<string, number>
  /** For the types only. */
  readonly gives?: readonly [K, V]
}

interface Subscribe {
  <const P extends KafkaParams>(topics: Iterable<string>, kafkaParams: P, offsets?: StartingOffsets): ConsumerStrategy<KeyOf<P>, ValueOf<P>>
  <K, V>(topics: Iterable<string>, kafkaParams: KafkaParams, offsets?: StartingOffsets): ConsumerStrategy<K, V>
}
interface SubscribePattern {
  <const P extends KafkaParams>(pattern: RegExp | string, kafkaParams: P, offsets?: StartingOffsets): ConsumerStrategy<KeyOf<P>, ValueOf<P>>
  <K, V>(pattern: RegExp | string, kafkaParams: KafkaParams, offsets?: StartingOffsets): ConsumerStrategy<K, V>
}
interface Assign {
  <const P extends KafkaParams>(topicPartitions: Iterable<Place>, kafkaParams: P, offsets?: StartingOffsets): ConsumerStrategy<KeyOf<P>, ValueOf<P>>
  <K, V>(topicPartitions: Iterable<Place>, kafkaParams: KafkaParams, offsets?: StartingOffsets): ConsumerStrategy<K, V>
}

function subscribe(given: Iterable<string>, kafkaParams: KafkaParams, offsets: StartingOffsets = []): ConsumerStrategy<any, any> {
  const topics = [...new Set(listOf('Subscribe', 'the topics', given, "['words']").map(topic => requireTopic('Subscribe', topic)))].sort()
  const wanted = { kind: 'topics', topics } as const
  return strategy('Subscribe', wanted, kafkaParams, offsets, name => topics.some(topic => name.slice(0, name.lastIndexOf('-')) === topic))
}

function subscribePattern(given: RegExp | string, kafkaParams: KafkaParams, offsets: StartingOffsets = []): ConsumerStrategy<any, any> {
  const isPattern = types.isRegExp(given) || typeof given === 'string'
  if (!isPattern || given === '') refuse('SubscribePattern', `the pattern must be a regular expression, got ${describe(given)}`, '/clicks-\\d+/')
  return strategy('SubscribePattern', { kind: 'pattern', pattern: wholeNames(given), text: String(given) }, kafkaParams, offsets, () => true)
}

/** As Java matches topics: the whole name. */
function wholeNames(given: RegExp | string): RegExp {
  const [source, flags] = typeof given === 'string' ? [given, ''] : [given.source, given.flags.replace(/[gy]/g, '')]
  try { return new RegExp(`^(?:${source})$`, flags) } catch (error) {
    return refuse('SubscribePattern', `the pattern cannot be read: ${(error as Error).message}`)
  }
}

function assign(given: Iterable<Place>, kafkaParams: KafkaParams, offsets: StartingOffsets = []): ConsumerStrategy<any, any> {
  const list = listOf('Assign', 'the partitions', given, "[new TopicPartition('words', 0)]")
  const byName = new Map(list.map(place => {
    const { topic, partition } = (place ?? {}) as Partial<Place>
    const own = new TopicPartition(topic!, partition!)
    return [placeName(own), own] as const
  }))
  const wanted = { kind: 'partitions', partitions: [...byName.values()].sort(comparePlaces) } as const
  return strategy('Assign', wanted, kafkaParams, offsets, name => byName.has(name))
}

function listOf<T>(operator: string, what: string, given: Iterable<T>, example: string): T[] {
  const isList = typeof given !== 'string' && typeof (given as Iterable<T> | undefined)?.[Symbol.iterator] === 'function'
  const list = isList ? [...given] : []
  if (list.length === 0) refuse(operator, `${what} must be an array with one at least, got ${describe(given)}`, example)
  return list
}

function strategy(operator: string, wanted: Wanted, kafkaParams: KafkaParams, offsets: StartingOffsets, isRead: (name: string) => boolean): ConsumerStrategy {
  if (typeof kafkaParams !== 'object' || kafkaParams === null) {
    refuse(operator, `kafkaParams must be an object, got ${describe(kafkaParams)}`, "{ 'bootstrap.servers': 'localhost:9092' }")
  }
  const byName = offsetsByPlace(operator, offsets)
  for (const name of byName.keys()) if (!isRead(name)) refuse(operator, `there is an offset for ${name}, which is not read`)
  return Object.freeze({ kafkaParams, wanted, offsets: byName })
}

/**
 * What a direct stream reads: topics, topics whose whole name a pattern matches, or certain partitions; Kafka's settings; and offsets to begin
 * at. A partition without an offset here begins where its group has committed, else where `auto.offset.reset` says. Keys and
 * values are typed by their deserializers. They are null where a record has none: say `Subscribe<string | null, string | null>(...)` where that
 * may be. Throw IllegalArgumentError for what cannot be. Counterpart: org.apache.spark.streaming.kafka010.ConsumerStrategies.
 * @example
 * ```ts
 * import { ConsumerStrategies, Deserializers, TopicPartition } from 'millrace'
 * const kafkaParams = { 'bootstrap.servers': 'localhost:9092', 'group.id': 'words', 'value.deserializer': Deserializers.json }
 * const topics = ConsumerStrategies.Subscribe(['words', 'names'], kafkaParams, new Map([[new TopicPartition('words', 0), 100]]))
 * const all = ConsumerStrategies.SubscribePattern(/clicks-.+/, kafkaParams)
 * const one = ConsumerStrategies.Assign([new TopicPartition('words', 0)], kafkaParams)
 * ```
 */
export const ConsumerStrategies = Object.freeze({
  Subscribe: subscribe as Subscribe,
  SubscribePattern: subscribePattern as SubscribePattern,
  Assign: assign as Assign,
})

/** Throws IllegalArgumentError for what is none. Internal to the connector. */
export function requireConsumerStrategy(operator: string, given: unknown): ConsumerStrategy {
  const { wanted, kafkaParams, offsets } = (given ?? {}) as Partial<ConsumerStrategy>
  if (typeof wanted?.kind === 'string' && typeof kafkaParams === 'object' && offsets !== undefined) return given as ConsumerStrategy
  return refuse(operator, `the consumer strategy must be one of ConsumerStrategies, got ${describe(given)}`, 'ConsumerStrategies.Subscribe(topics, kafkaParams)')
}

/** Whether a strategy reads a partition. */
export function isWanted(wanted: Wanted, { topic, partition }: Place): boolean {
  switch (wanted.kind) {
    case 'topics': return wanted.topics.includes(topic)
    case 'pattern': return wanted.pattern.test(topic)
    case 'partitions': return wanted.partitions.some(place => place.topic === topic && place.partition === partition)
  }
}

/** `topics words, names`, for people. */
export function wantedText(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'topics': return `topic${wanted.topics.length === 1 ? '' : 's'} ${wanted.topics.join(', ')}`
    case 'pattern': return `topics like ${wanted.text}`
    case 'partitions': return `partitions ${wanted.partitions.map(placeName).join(', ')}`
  }
}
