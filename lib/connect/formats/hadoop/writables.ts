/**
 * Hadoop's Writables as JavaScript values: which class a value is written as, and its bytes. What a class cannot hold is
 * refused, never rounded or cut.
 *
 *   Text          a length (vint), then UTF-8        BytesWritable   a length (4 bytes), then the bytes
 *   IntWritable   4 bytes                            LongWritable    8 bytes; all numbers largest byte first
 */
import { types } from 'node:util'
import { IllegalArgumentError } from '../../../base/errors'
import { describe, refuse, requireTaskFunction } from '../../../rdd/arguments'
import { nearestName } from '../../../conf/nearest'
import { lengthBytes, readLength, readVlong, vlongBytes } from './vints'

/** A class of Hadoop's keys and values, and what it is here. */
export interface Writable<T = any> {
  /** The name that stands in the file: `org.apache.hadoop.io.Text`. */
  readonly className: string
  /** The bytes that the class itself would write. Runs in tasks. */
  readonly encode: (value: T) => Uint8Array
  /** The value of such bytes. They are a view that must not be kept. Runs in tasks. */
  readonly decode: (bytes: Uint8Array) => T
}

const packageName = 'org.apache.hadoop.io.'

/** The names of the built-in Writables, without their package. */
export type WritableName = 'Text' | 'IntWritable' | 'LongWritable' | 'BytesWritable' | 'NullWritable' | 'DoubleWritable' | 'FloatWritable'
  | 'BooleanWritable' | 'ByteWritable' | 'ShortWritable' | 'VIntWritable' | 'VLongWritable'

/** How a class is named: without its package, with it, or, for one of your own, by how its bytes are made. */
export type WritableClass = WritableName | `org.apache.hadoop.io.${WritableName}` | Writable

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

class WrongValue extends IllegalArgumentError {
  constructor(name: string, value: unknown) {
    super(`${describe(value)} is no ${name}`, { hint: 'Name the classes of keys and values: { keyClass, valueClass }, or map the elements first.' })
  }
}

function integer(name: WritableName, sizeBytes: 1 | 2 | 4): Writable<number> {
  const bits = sizeBytes * 8
  const least = -(2 ** (bits - 1))
  return {
    className: packageName + name,
    encode(value) {
      const number: unknown = typeof value === 'bigint' ? Number(value) : value
      if (!Number.isInteger(number) || (number as number) < least || (number as number) >= -least) throw new WrongValue(name, value)
      const bytes = Buffer.allocUnsafe(sizeBytes)
      bytes.writeIntBE(number as number, 0, sizeBytes)
      return bytes
    },
    decode(bytes) {
      requireSize(name, bytes, sizeBytes)
      return bufferOf(bytes).readIntBE(0, sizeBytes)
    },
  }
}

function longOf(name: WritableName, value: unknown): bigint {
  const long = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof long !== 'bigint' || BigInt.asIntN(64, long) !== long) throw new WrongValue(name, value)
  return long
}

function numberOf(name: WritableName, value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value)
  throw new WrongValue(name, value)
}

function requireSize(name: string, bytes: Uint8Array, sizeBytes: number): void {
  if (bytes.length !== sizeBytes) throw new RangeError(`a ${name} has ${sizeBytes} bytes, not ${bytes.length}`)
}

const text: Writable<string> = {
  className: `${packageName}Text`,
  encode(value) {
    if (typeof value !== 'string') throw new WrongValue('Text', value)
    const sizeBytes = Buffer.byteLength(value)
    const length = lengthBytes(sizeBytes)
    const bytes = Buffer.allocUnsafe(length.length + sizeBytes)
    bytes.set(length)
    bytes.write(value, length.length)
    return bytes
  },
  decode(bytes) {
    const buffer = bufferOf(bytes)
    const length = readLength(buffer, 0)
    if (length === undefined || length.end + length.value !== bytes.length) throw new RangeError('the length of a Text is not that of its bytes')
    return buffer.toString('utf8', length.end)
  },
}

const long: Writable<bigint> = {
  className: `${packageName}LongWritable`,
  encode(value) {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeBigInt64BE(longOf('LongWritable', value))
    return bytes
  },
  decode(bytes) {
    requireSize('LongWritable', bytes, 8)
    return bufferOf(bytes).readBigInt64BE()
  },
}

const double: Writable<number> = {
  className: `${packageName}DoubleWritable`,
  encode(value) {
    const bytes = Buffer.allocUnsafe(8)
    bytes.writeDoubleBE(numberOf('DoubleWritable', value))
    return bytes
  },
  decode(bytes) {
    requireSize('DoubleWritable', bytes, 8)
    return bufferOf(bytes).readDoubleBE()
  },
}

const float: Writable<number> = {
  className: `${packageName}FloatWritable`,
  encode(value) {
    const bytes = Buffer.allocUnsafe(4)
    bytes.writeFloatBE(numberOf('FloatWritable', value))
    return bytes
  },
  decode(bytes) {
    requireSize('FloatWritable', bytes, 4)
    return bufferOf(bytes).readFloatBE()
  },
}

const bytesWritable: Writable<Uint8Array> = {
  className: `${packageName}BytesWritable`,
  encode(value) {
    if (!types.isUint8Array(value)) throw new WrongValue('BytesWritable', value)
    const bytes = Buffer.allocUnsafe(4 + value.length)
    bytes.writeInt32BE(value.length)
    bytes.set(value, 4)
    return bytes
  },
  decode(bytes) {
    if (bytes.length < 4 || bufferOf(bytes).readInt32BE() !== bytes.length - 4) throw new RangeError('the length of a BytesWritable is not that of its bytes')
    return new Uint8Array(bytes.subarray(4))
  },
}

const nothing: Writable<null> = {
  className: `${packageName}NullWritable`,
  encode(value: unknown) {
    if (value !== null && value !== undefined) throw new WrongValue('NullWritable', value)
    return new Uint8Array(0)
  },
  decode(bytes) {
    requireSize('NullWritable', bytes, 0)
    return null
  },
}

const boolean: Writable<boolean> = {
  className: `${packageName}BooleanWritable`,
  encode(value) {
    if (typeof value !== 'boolean') throw new WrongValue('BooleanWritable', value)
    return Uint8Array.of(value ? 1 : 0)
  },
  decode(bytes) {
    requireSize('BooleanWritable', bytes, 1)
    return bytes[0] !== 0
  },
}

function variable<T>(name: 'VIntWritable' | 'VLongWritable', bits: 32 | 64, from: (value: bigint) => T): Writable<T> {
  return {
    className: packageName + name,
    encode(value) {
      const given = longOf(name, value)
      if (BigInt.asIntN(bits, given) !== given) throw new WrongValue(name, value)
      return vlongBytes(given)
    },
    decode(bytes) {
      const read = readVlong(bufferOf(bytes), 0)
      if (read === undefined || read.end !== bytes.length) throw new RangeError(`the length of a ${name} is not that of its bytes`)
      return from(read.value)
    },
  }
}

const builtIn = new Map<string, Writable>([
  text, integer('IntWritable', 4), long, bytesWritable, nothing, double, float, boolean, integer('ByteWritable', 1), integer('ShortWritable', 2),
  variable('VIntWritable', 32, Number), variable('VLongWritable', 64, value => value),
].map(each => [each.className, each]))

export const nullWritable: Writable = nothing

/** The built-in Writable of a class name, with or without the package. */
export function writableOf(name: string): Writable | undefined { return builtIn.get(name.includes('.') ? name : packageName + name) }

const known = (): string[] => [...builtIn.keys()].map(name => name.slice(packageName.length))

/** Checks a class that the user named. */
export function requireWritable(operator: string, given: unknown, what: string): Writable | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'string') {
    const found = writableOf(given)
    if (found !== undefined) return found
    const nearest = nearestName(given.slice(given.lastIndexOf('.') + 1), known())
    refuse(operator, `${what} ${describe(given)} is not known${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
      `Known are ${known().join(', ')}; a class of your own is { className, encode, decode }.`)
  }
  const own = given as Partial<Writable>
  if (typeof own !== 'object' || typeof own.className !== 'string' || own.className === '' || typeof own.encode !== 'function' || typeof own.decode !== 'function') {
    refuse(operator, `${what} must be the name of a Writable or { className, encode, decode }, got ${describe(given)}`)
  }
  const { className, encode, decode } = own as Writable
  return { className, encode: requireTaskFunction(operator, encode, `${what}.encode`), decode: requireTaskFunction(operator, decode, `${what}.decode`) }
}

/** The class that a value is written as where none is named; undefined where there is none. */
export function writableFor(value: unknown): Writable | undefined {
  switch (typeof value) {
    case 'string': return text
    case 'bigint': return long
    case 'boolean': return boolean
    case 'number': return builtIn.get(packageName + (Number.isInteger(value) && (value | 0) === value ? 'IntWritable' : 'DoubleWritable'))
    case 'undefined': return nothing
    case 'object': return value === null ? nothing : types.isUint8Array(value) ? bytesWritable : undefined
    default: return undefined
  }
}
