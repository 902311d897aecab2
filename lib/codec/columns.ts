/**
 * Batches of records as columns: what shuffles and blocks move between threads and hosts. Several times
 * faster than node:v8 on the pairs, strings and numbers that keyed operators deal in, and exact for
 * everything that values.ts takes. The bytes mean the same in every process.
 */
import { IllegalArgumentError } from '../base/errors'
import { ByteReader } from './byte-reader'
import { ColumnDecoder } from './column-decoder'
import { ColumnEncoder } from './column-encoder'
import { columnsVersion } from './column-kinds'
import { Unencodable } from './unencodable'
import { damagedBytes, refused } from './values'

const encoders: ColumnEncoder[] = [new ColumnEncoder()]

function encode(records: () => unknown, write: (encoder: ColumnEncoder) => Uint8Array): Uint8Array {
  const encoder = encoders.pop() ?? new ColumnEncoder()
  try {
    return write(encoder)
  } catch (error) {
    if (error instanceof Unencodable) throw refused(records())
    throw error
  } finally { encoders.push(encoder) }
}

/**
 * The bytes of a batch of records. They own their ArrayBuffer, which may be transferred to another thread.
 * @throws IllegalArgumentError that names the path to what is not data
 * @example
 * ```
 * decodeColumns(encodeColumns([['a', 1], ['b', 2]])) // [ [ 'a', 1 ], [ 'b', 2 ] ]
 * ```
 */
export function encodeColumns(records: readonly unknown[]): Uint8Array {
  return encode(() => records, encoder => encoder.records(records))
}

/** The records that encodeColumns or encodePairColumns was given. Throws MR_INPUT_DAMAGED for other bytes. */
export function decodeColumns(bytes: Uint8Array): unknown[] {
  return decode(bytes, (decoder, count) => decoder.column(count))
}

/** As encodeColumns of the pairs `[keys[i], values[i]]`, without making them. */
export function encodePairColumns(keys: readonly unknown[], values: readonly unknown[]): Uint8Array {
  if (keys.length !== values.length) {
    throw new IllegalArgumentError(`pairs need as many keys as values, but got ${keys.length} and ${values.length}`)
  }
  return encode(() => keys.map((key, i) => [key, values[i]]), encoder => encoder.pairs(keys, values))
}

/** The keys and values of pairs, without making the pairs; undefined when the records are not all pairs. */
export function decodePairColumns(bytes: Uint8Array): { keys: unknown[], values: unknown[] } | undefined {
  return decode(bytes, (decoder, count) => decoder.pair(count) ?? splitPairs(decoder.column(count)))
}

/** How many records there are, without reading them. */
export function countRecords(bytes: Uint8Array): number {
  return read(bytes, reader => readHeader(reader))
}

function splitPairs(records: unknown[]): { keys: unknown[], values: unknown[] } | undefined {
  if (!records.every(record => Array.isArray(record) && record.length === 2)) return undefined
  const pairs = records as [unknown, unknown][]
  return { keys: pairs.map(pair => pair[0]), values: pairs.map(pair => pair[1]) }
}

function decode<T>(bytes: Uint8Array, run: (decoder: ColumnDecoder, count: number) => T): T {
  return read(bytes, reader => {
    const count = readHeader(reader)
    const decoded = run(new ColumnDecoder(reader), count)
    if (reader.at !== reader.length) throw new RangeError('bytes follow its end')
    return decoded
  })
}

function readHeader(reader: ByteReader): number {
  const version = reader.byte()
  if (version !== columnsVersion) throw new RangeError(`its version is ${version}, not ${columnsVersion}`)
  return reader.varint()
}

function read<T>(bytes: Uint8Array, run: (reader: ByteReader) => T): T {
  const reader = new ByteReader(bytes)
  try { return run(reader) } catch (error) {
    throw damagedBytes('A batch of records', reader, error)
  }
}
