/**
 * What keys and values are made into. Deserializers are plain data or functions, so that they travel to the tasks, where they
 * become readers (readers.ts). Names of Kafka's own Java classes are understood too.
 */
import { nearestName } from '../../../conf/nearest'
import { describe, refuse } from '../../../rdd/arguments'
import { travelling } from '../../../rdd/travel'
import { avroType, type AvroOptions } from './avro'

/** Which record a function deserializes a part of. */
export interface RecordPlace {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since 1970; -1 where the record has none. */
  readonly timestamp: number
}

/** Runs in the tasks. What it returns `undefined` for is left out, record and all; null has no bytes and stays null without a call. */
export type DeserializeFunction<T> = (bytes: Uint8Array, place: RecordPlace) => T | undefined

/** One of `Deserializers`. */
export interface BuiltInDeserializer<T> {
  readonly kind: BuiltInKind
  /** Of Avro: the schema as JSON, and what is before the data. */
  readonly schema?: string
  readonly isFramed?: boolean
  /** For the type only. */
  readonly gives?: T
}

export type BuiltInKind = 'string' | 'json' | 'bytes' | 'long' | 'bigint' | 'integer' | 'short' | 'double' | 'float' | 'uuid' | 'avro'

/** How bytes of a key or of a value become what a program works with. */
export type Deserializer<T> = BuiltInDeserializer<T> | DeserializeFunction<T>

function builtIn<T>(kind: BuiltInKind): BuiltInDeserializer<T> { return Object.freeze({ kind }) }

/**
 * The deserializers that there are; a function is one too. Counterpart: org.apache.kafka.common.serialization.
 * @example
 * ```ts
 * import { Deserializers } from 'millrace'
 * const kafkaParams = {
 *   'bootstrap.servers': 'localhost:9092',
 *   'key.deserializer': Deserializers.long,
 *   'value.deserializer': (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').split(','),
 * }
 * ```
 */
export const Deserializers = Object.freeze({
  /** UTF-8. */
  string: builtIn<string>('string'),
  /** JSON in UTF-8. What is no JSON, or nests deeper than `limits.receivedDepthMax`, fails the task. */
  json: builtIn<any>('json'),
  /** A copy of the bytes. */
  bytes: builtIn<Uint8Array>('bytes'),
  /** Eight bytes as a number; beyond 2^53 it fails the task, there use `bigint`. */
  long: builtIn<number>('long'),
  /** Eight bytes as a bigint. */
  bigint: builtIn<bigint>('bigint'),
  /** Four bytes. */
  integer: builtIn<number>('integer'),
  /** Two bytes. */
  short: builtIn<number>('short'),
  double: builtIn<number>('double'),
  float: builtIn<number>('float'),
  /** A UUID, which Kafka's own serializer writes as text. */
  uuid: builtIn<string>('uuid'),
  /**
   * Avro without a container, by a schema. `framing: 'confluent'` says that five bytes are before it: 0 and the number of a schema in a
   * registry, which is not asked: the schema given is the one that was written with. Needs the package avsc.
   */
  avro<T = any>(schema: string | object, options: AvroOptions = {}): BuiltInDeserializer<T> {
    const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
    avroType(text)
    return Object.freeze({ kind: 'avro', schema: text, isFramed: options.framing === 'confluent' })
  },
})

const javaClasses: ReadonlyMap<string, Deserializer<any>> = new Map<string, Deserializer<any>>([
  ['StringDeserializer', Deserializers.string], ['ByteArrayDeserializer', Deserializers.bytes], ['BytesDeserializer', Deserializers.bytes],
  ['ByteBufferDeserializer', Deserializers.bytes], ['LongDeserializer', Deserializers.long], ['IntegerDeserializer', Deserializers.integer],
  ['ShortDeserializer', Deserializers.short], ['DoubleDeserializer', Deserializers.double], ['FloatDeserializer', Deserializers.float],
  ['UUIDDeserializer', Deserializers.uuid],
])

/**
 * What was given as `name` ('key.deserializer'), ready to travel. Undefined is text. Throws IllegalArgumentError for what is none.
 * Internal to the connector.
 */
export function requireDeserializer(operator: string, name: string, given: unknown): Deserializer<any> {
  if (given === undefined) return Deserializers.string
  if (typeof given === 'function') return travelling(operator, given as DeserializeFunction<any>)
  if (isBuiltIn(given)) return given
  if (typeof given !== 'string') refuse(operator, `${name} must be one of Deserializers or a function, got ${describe(given)}`, 'Deserializers.string')
  const known = javaClasses.get((given as string).replace(/^org\.apache\.kafka\.common\.serialization\./, ''))
  if (known !== undefined) return known
  const nearest = nearestName(given as string, [...javaClasses.keys()])
  return refuse(operator, `${name} is a class that is not there: ${describe(given)}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
    'Give one of Deserializers, or a function (bytes, { topic, partition, offset }) => value.')
}

const kinds: ReadonlySet<unknown> = new Set(['string', 'json', 'bytes', 'long', 'bigint', 'integer', 'short', 'double', 'float', 'uuid', 'avro'])

function isBuiltIn(value: unknown): value is BuiltInDeserializer<any> {
  return typeof value === 'object' && value !== null && kinds.has((value as { kind?: unknown }).kind)
}
