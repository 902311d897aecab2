/**
 * Any JavaScript data as bytes, and back exactly as it was: the generic codec under object files, caches,
 * checkpoints and the columns that no special form fits. What is kept: NaN, -0, undefined, bigint, holes,
 * lone surrogates, `__proto__` keys, Map, Set, Date, RegExp, URL, typed arrays and Buffers, errors with cause
 * and code, objects without a prototype, cycles and objects met twice, and classes by the rule of
 * registerClass. What is not data: symbol keys, properties that are not enumerable, getters (their values
 * are), and whether an object is frozen. The bytes mean the same in every process and version of Node.
 */
import { IllegalArgumentError, MillraceError } from '../base/errors'
import { ByteReader } from './byte-reader'
import { Unencodable } from './unencodable'
import { ValueDecoder } from './value-decoder'
import { ValueEncoder } from './value-encoder'
import { refusalOf } from './value-refusal'
import { flagReferences, valueVersion } from './value-tags'

export { registerClass } from './classes'
export { refusalOf } from './value-refusal'

const encoders: ValueEncoder[] = [new ValueEncoder()]

function encode(value: unknown, write: (encoder: ValueEncoder) => Uint8Array): Uint8Array {
  // A getter or proxy may encode something itself while it is read.
  const encoder = encoders.pop() ?? new ValueEncoder()
  try {
    return write(encoder)
  } catch (error) {
    if (error instanceof Unencodable) throw refused(value)
    throw error
  } finally { encoders.push(encoder) }
}

/** The error for a value that has no form as bytes, with the path to the reason. */
export function refused(value: unknown): MillraceError {
  const refusal = refusalOf(value)
  const message = refusal === undefined ? 'a value changed while it was encoded'
    : `${refusal.path} is ${refusal.what}: it cannot be stored or sent`
  return new IllegalArgumentError(message, {
    hint: 'Keep plain data, Map, Set, Date, bytes and instances of classes with public fields in records.',
  })
}

/**
 * The bytes of any data. They own their ArrayBuffer, which may be transferred to another thread.
 * @throws IllegalArgumentError that names the path to what is not data: functions, symbols, promises, sockets
 *   and the like
 * @example
 * ```
 * decodeValue(encodeValue(new Map([[[1, 'a'], -0]]))) // Map(1) { [ 1, 'a' ] => -0 }
 * encodeValue({ a: [{ client: socket }] }) // value.a[0].client is a Socket: it emits events to those who listen here ...
 * ```
 */
export function encodeValue(value: unknown): Uint8Array { return encode(value, encoder => encoder.one(value)) }

/** The value that encodeValue was given. Throws MR_INPUT_DAMAGED for other bytes. */
export function decodeValue(bytes: Uint8Array): unknown { return decode(bytes, (_, decoder) => decoder.value()) }

/** As encodeValue for many values. An object that is part of two of them is two objects afterwards. */
export function encodeValues(values: readonly unknown[]): Uint8Array {
  return encode(values, encoder => encoder.batch(values))
}

/** The values that encodeValues was given. Throws MR_INPUT_DAMAGED for other bytes. */
export function decodeValues(bytes: Uint8Array): unknown[] {
  return decode(bytes, (reader, decoder) => {
    const count = reader.count(1)
    const values = new Array<unknown>(count)
    for (let i = 0; i < count; i++) values[i] = decoder.value()
    return values
  })
}

function decode<T>(bytes: Uint8Array, read: (reader: ByteReader, decoder: ValueDecoder) => T): T {
  const reader = new ByteReader(bytes)
  try {
    const version = reader.byte()
    if (version !== valueVersion) throw new RangeError(`its version is ${version}, not ${valueVersion}`)
    const decoded = read(reader, new ValueDecoder(reader, reader.byte() === flagReferences))
    if (reader.at !== reader.length) throw new RangeError('bytes follow its end')
    return decoded
  } catch (error) {
    throw damagedBytes('An encoded value', reader, error)
  }
}

/** The error for bytes that are not what was encoded. */
export function damagedBytes(what: string, { at, length }: ByteReader, error: unknown): MillraceError {
  const { message } = error as Error
  return new MillraceError('MR_INPUT_DAMAGED', `${what} is damaged at byte ${at} of ${length}: ${message}`, {
    cause: error,
    hint: 'Bytes that reach a disk or a network need a checksum; these had none, or another program wrote them.',
  })
}
