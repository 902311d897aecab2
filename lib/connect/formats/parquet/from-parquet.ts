/**
 * What hyparquet decodes as the values that elements have: null where nothing is, whole numbers of 64 bits as bigints and
 * decimals as text (or both as numbers), maps as Map. It is told not to touch what it would round.
 */
import { types } from 'node:util'
import { describe } from '../../../rdd/arguments'
import type { FileMetaData, SchemaElement, SchemaTree } from './packages'

export type Numbers = 'exact' | 'number'

const millisecond = 1_000n

/** hyparquet's own conversions of microseconds cut towards zero, which is a millisecond late before 1970. */
export const parsers = {
  timestampFromMilliseconds: (ms: bigint): Date => new Date(Number(ms)),
  timestampFromMicroseconds: (us: bigint): Date => new Date(Number(floorDivide(us, millisecond))),
  timestampFromNanoseconds: (ns: bigint): Date => new Date(Number(floorDivide(ns, millisecond * millisecond))),
  dateFromDays: (days: number): Date => new Date(days * 86_400_000),
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient
}

const isDecimal = ({ converted_type, logical_type }: SchemaElement): boolean => converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL'
const isMap = ({ converted_type, logical_type }: SchemaElement): boolean => converted_type === 'MAP' || converted_type === 'MAP_KEY_VALUE' || logical_type?.type === 'MAP'

/** The metadata with which decimals come as they are stored, and maps as lists of keys and values. */
export function withoutConversions(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map(element => {
    if (!isDecimal(element) && !isMap(element)) return element
    const { converted_type: _converted, logical_type: _logical, ...rest } = element
    return rest
  })
  return { ...metadata, schema }
}

type Convert = (value: any) => unknown

/** What remains to be done with the values of a column. Undefined: nothing but null for undefined. */
export function fromParquet(node: SchemaTree, numbers: Numbers, path = node.element.name): Convert | undefined {
  const inner = node.element.repetition_type === 'REPEATED' && !isWrapped(node) ? listOf(conversionOf(node, numbers, path)) : conversionOf(node, numbers, path)
  if (inner === undefined) return undefined
  return value => value === null || value === undefined ? null : inner(value)
}

/** A repeated field that is no part of a list is a list itself. */
const isWrapped = (node: SchemaTree): boolean => node.children.length > 0 && node.element.name === 'list'

function conversionOf(node: SchemaTree, numbers: Numbers, path: string): Convert | undefined {
  const { element, children } = node
  if (children.length === 0) return leafConversion(element, numbers, path)
  if (isMap(element)) return mapConversion(node, numbers, path)
  if (element.converted_type === 'LIST' || element.logical_type?.type === 'LIST') {
    const repeated = children[0]!
    const item = repeated.children.length === 1 ? repeated.children[0]! : { element: { ...repeated.element, repetition_type: 'OPTIONAL' as const }, children: repeated.children }
    return listOf(fromParquet(item, numbers, path))
  }
  const fields = children.map(child => [child.element.name, fromParquet(child, numbers, `${path}.${child.element.name}`)] as const)
  return value => Object.fromEntries(fields.map(([name, convert]) => {
    const field: unknown = Object.hasOwn(value, name) ? value[name] : undefined
    return [name, field === undefined || field === null ? null : convert === undefined ? field : convert(field)]
  }))
}

function listOf(convert: Convert | undefined): Convert {
  return value => Array.from(value as ArrayLike<unknown>, item => item === undefined || item === null ? null : convert === undefined ? item : convert(item))
}

function mapConversion({ children: [entries] }: SchemaTree, numbers: Numbers, path: string): Convert {
  const [key, value] = entries!.children
  const [toKey, toValue] = [key, value].map(child => child === undefined ? undefined : fromParquet(child, numbers, path))
  const [keyName, valueName] = [key?.element.name, value?.element.name]
  return map => {
    const list = map[entries!.element.name] as readonly any[] | undefined
    return new Map((list ?? []).map(entry => {
      const [each, item] = [entry[keyName!], valueName === undefined ? null : entry[valueName]]
      return [toKey === undefined ? each : toKey(each), item === undefined || item === null ? null : toValue === undefined ? item : toValue(item)]
    }))
  }
}

function leafConversion(element: SchemaElement, numbers: Numbers, path: string): Convert | undefined {
  if (isDecimal(element)) return decimalConversion(element.scale ?? Number(element.logical_type?.scale ?? 0), numbers)
  if (element.type === 'INT64' && numbers === 'number' && !/TIMESTAMP|TIME/.test(`${element.converted_type} ${element.logical_type?.type}`)) {
    return value => {
      if (typeof value !== 'bigint') return value
      if (Number.isSafeInteger(Number(value))) return Number(value)
      throw new RangeError(`the column ${describe(path)} has ${value}, which no number holds exactly: read it with numbers: 'exact'`)
    }
  }
  // Views of the file would keep all of it.
  return element.type === 'BYTE_ARRAY' || element.type === 'FIXED_LEN_BYTE_ARRAY' ? value => types.isUint8Array(value) ? new Uint8Array(value) : value : undefined
}

function decimalConversion(scale: number, numbers: Numbers): Convert {
  return value => {
    const digits = types.isUint8Array(value) ? signedOf(value) : BigInt(value as number | bigint)
    const text = decimalText(digits, scale)
    return numbers === 'exact' ? text : Number(text)
  }
}

function signedOf(bytes: Uint8Array): bigint {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  return hex === '' ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`))
}

function decimalText(digits: bigint, scale: number): string {
  const plain = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  const text = scale <= 0 ? plain + '0'.repeat(-scale) : `${plain.slice(0, -scale)}.${plain.slice(-scale)}`
  return digits < 0n ? `-${text}` : text
}
