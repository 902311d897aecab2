/**
 * Records to columns (the form is in column-kinds.ts). Each column takes the narrowest form that gives every value back
 * exactly; what fits none is generic. Within a record, an object that is met twice in one generic column stays one
 * object; two parts of a record that are the same object make the whole record generic.
 */
import { ByteWriter } from './byte-writer'
import { columnDepthMax, columnKinds as kinds, columnsVersion, structKeysMax, tupleLengthMax } from './column-kinds'
import { ValueEncoder } from './value-encoder'
import { hasNamedProperties } from './value-kinds'

type Values = ArrayLike<unknown>

/** A column that is not worth a dictionary below so many strings. */
const dictionaryCountMin = 32
const sampleMax = 1_024
const textHeaderBytes = 5
/** Strings that are longer on average are joined before they are written, so many at a time. */
const joinedLengthMin = 14
const joinedCount = 1_024

export class ColumnEncoder {
  private readonly writer = new ByteWriter()
  private readonly values = new ValueEncoder()

  /** Records as they are. */
  records(records: Values): Uint8Array {
    return this.run(records.length, () => this.column(records, 0))
  }

  /** The records `[keys[i], values[i]]`. */
  pairs(keys: Values, values: Values): Uint8Array {
    return this.run(keys.length, () => {
      if (keys.length === 0) return this.generic([])
      this.writer.byte(kinds.tuple)
      this.writer.varint(2)
      this.column(keys, 1)
      this.column(values, 1)
    })
  }

  private run(count: number, write: () => void): Uint8Array {
    const { writer } = this
    writer.clear()
    writer.byte(columnsVersion)
    writer.varint(count)
    try {
      write()
      return writer.finish()
    } finally { writer.clear() }
  }

  private column(values: Values, depth: number): void {
    const { length } = values
    if (length === 0) return this.generic(values)
    const first = values[0]
    const begin = this.writer.at
    if (this.ofType(values, first, depth)) return
    this.writer.at = begin
    if (this.nullable(values, depth)) return
    this.writer.at = begin
    this.generic(values)
  }

  /** Writes the column in the form that its first value suggests; false when another value does not fit. */
  private ofType(values: Values, first: unknown, depth: number): boolean {
    if (isConstant(values, first)) return this.constant(first)
    switch (typeof first) {
      case 'number': return this.numbers(values)
      case 'string': return this.strings(values)
      case 'boolean': return this.booleans(values)
      case 'bigint': return this.bigints(values)
      case 'object': break
      default: return false
    }
    if (first === null) return false
    if (first.constructor === Date) return this.dates(values)
    if (depth >= columnDepthMax) return false
    if (Array.isArray(first)) return this.tuples(values, first.length, depth) || this.lists(values, depth)
    return this.structs(values, first, depth)
  }

  private constant(value: unknown): boolean {
    const bytes = this.values.one(value)
    this.writer.byte(kinds.constant)
    this.writer.varint(bytes.length)
    this.writer.raw(bytes)
    return true
  }

  private generic(values: Values): void {
    const bytes = this.values.batch(values)
    this.writer.byte(kinds.generic)
    this.writer.varint(bytes.length)
    this.writer.raw(bytes)
  }

  private numbers(values: Values): boolean {
    const { length } = values
    let least = 0
    let greatest = 0
    let isWhole = true
    for (let i = 0; i < length; i++) {
      const value = values[i]
      if (typeof value !== 'number') return false
      if (!isWhole) continue
      if ((value | 0) !== value || (value === 0 && Object.is(value, -0))) isWhole = false
      else if (value < least) least = value
      else if (value > greatest) greatest = value
    }
    const numbers = values as ArrayLike<number>
    if (!isWhole) this.array(kinds.float64, fill(new Float64Array(length), numbers))
    else if (least >= -128 && greatest <= 127) this.array(kinds.int8, fill(new Int8Array(length), numbers))
    else if (least >= -32_768 && greatest <= 32_767) this.array(kinds.int16, fill(new Int16Array(length), numbers))
    else this.array(kinds.int32, fill(new Int32Array(length), numbers))
    return true
  }

  private array(kind: number, array: NodeJS.TypedArray): void {
    this.writer.byte(kind)
    this.aligned(array)
  }

  private aligned(array: NodeJS.TypedArray): void {
    this.writer.align()
    this.writer.raw(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
  }

  private bigints(values: Values): boolean {
    const array = new BigInt64Array(values.length)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) return false
      array[i] = value
    }
    this.array(kinds.bigint64, array)
    return true
  }

  private booleans(values: Values): boolean {
    const bits = new Uint8Array(Math.ceil(values.length / 8))
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (typeof value !== 'boolean') return false
      if (value) bits[i >> 3]! |= 1 << (i & 7)
    }
    this.writer.byte(kinds.booleans)
    this.writer.raw(bits)
    return true
  }

  private dates(values: Values): boolean {
    const array = new Float64Array(values.length)
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as Date
      if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Date.prototype) return false
      if (Object.prototype.toString.call(value) !== '[object Date]' || Object.keys(value).length > 0) return false
      array[i] = value.getTime()
    }
    this.array(kinds.date, array)
    return true
  }

  private strings(values: Values): boolean {
    if (seemsRepeated(values) && this.dictionary(values)) return true
    return this.text(values)
  }

  private dictionary(values: Values): boolean {
    const { length } = values
    const numbers = new Map<unknown, number>()
    const indexes = new Uint32Array(length)
    const distinctMax = length >> 1
    for (let i = 0; i < length; i++) {
      const value = values[i]
      let number = numbers.get(value)
      if (number === undefined) {
        if (typeof value !== 'string' || numbers.size >= distinctMax) return false
        number = numbers.size
        numbers.set(value, number)
      }
      indexes[i] = number
    }
    this.writer.byte(kinds.dictionary)
    this.writer.varint(numbers.size)
    this.text([...numbers.keys()])
    this.lengths(indexes, numbers.size)
    return true
  }

  /** All strings one after the other, one byte a character where that suffices. */
  private text(values: Values): boolean {
    const { writer } = this
    const { length } = values
    const lengths = new Uint32Array(length)
    let longest = 0
    let total = 0
    for (let i = 0; i < length; i++) {
      const value = values[i]
      if (typeof value !== 'string') return false
      lengths[i] = value.length
      total += value.length
      if (value.length > longest) longest = value.length
    }
    const begin = writer.at
    const strings = values as ArrayLike<string>
    const write = total > joinedLengthMin * length ? writeJoined : writeEach
    this.textHeader(kinds.latin1)
    if (!write(writer, strings)) {
      writer.at = begin
      this.textHeader(kinds.utf16)
      for (let i = 0; i < length; i += joinedCount) writer.utf16(join(strings, i))
    }
    writer.buffer.writeUInt32LE(writer.at - begin - textHeaderBytes, begin + 1)
    this.lengths(lengths, longest)
    return true
  }

  /** The kind, and room for how many bytes follow. */
  private textHeader(kind: number): void {
    this.writer.byte(kind)
    this.writer.reserve(4)
    this.writer.at += 4
  }

  private lengths(lengths: Uint32Array, greatest: number): void {
    const width = greatest < 0x100 ? 1 : greatest < 0x10000 ? 2 : 4
    this.writer.byte(width)
    this.aligned(width === 1 ? new Uint8Array(lengths) : width === 2 ? new Uint16Array(lengths) : lengths)
  }

  private tuples(values: Values, size: number, depth: number): boolean {
    if (size === 0 || size > tupleLengthMax) return false
    const columns = size === 2 ? pairParts(values) : tupleParts(values, size)
    if (columns === undefined || hasSharedParts(values, columns)) return false
    this.writer.byte(kinds.tuple)
    this.writer.varint(size)
    for (const column of columns) this.column(column, depth + 1)
    return true
  }

  private structs(values: Values, first: object, depth: number): boolean {
    const keys = Object.keys(first)
    const size = keys.length
    if (size === 0 || size > structKeysMax) return false
    const { length } = values
    for (let i = 0; i < length; i++) {
      const value = values[i]
      if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
      const own = i === 0 ? keys : Object.keys(value)
      if (own.length !== size) return false
      for (let j = 0; j < size; j++) if (own[j] !== keys[j]) return false
    }
    const columns = keys.map(key => {
      const column = new Array<unknown>(length)
      for (let i = 0; i < length; i++) column[i] = (values[i] as Record<string, unknown>)[key]
      return column
    })
    if (hasSharedParts(values, columns)) return false
    this.writer.byte(kinds.struct)
    this.writer.varint(size)
    for (const key of keys) this.key(key)
    for (const column of columns) this.column(column, depth + 1)
    return true
  }

  private key(key: string): void {
    this.writer.varint(key.length)
    this.writer.utf16(key)
  }

  /** Arrays of any length, as long as their elements are not objects. */
  private lists(values: Values, depth: number): boolean {
    const { length } = values
    const lengths = new Uint32Array(length)
    let longest = 0
    let total = 0
    for (let i = 0; i < length; i++) {
      const list = values[i]
      if (!isPlainArray(list, i, length)) return false
      lengths[i] = list.length
      total += list.length
      if (list.length > longest) longest = list.length
    }
    const elements = new Array<unknown>(total)
    let at = 0
    for (let i = 0; i < length; i++) {
      const list = values[i] as unknown[]
      for (let j = 0; j < list.length; j++) {
        const element = list[j]
        if (typeof element === 'object' ? element !== null : element === undefined && !Object.hasOwn(list, j)) return false
        elements[at++] = element
      }
    }
    this.writer.byte(kinds.list)
    this.lengths(lengths, longest)
    this.column(elements, depth + 1)
    return true
  }

  /** A column in which some values are null or undefined. */
  private nullable(values: Values, depth: number): boolean {
    const { length } = values
    const states = new Uint8Array(Math.ceil(length / 4))
    const present: unknown[] = []
    for (let i = 0; i < length; i++) {
      const value = values[i]
      if (value !== undefined && value !== null) present.push(value)
      else states[i >> 2]! |= (value === undefined ? 1 : 2) << (i & 3) * 2
    }
    if (present.length === length) return false
    this.writer.byte(kinds.nullable)
    this.writer.varint(present.length)
    this.writer.raw(states)
    this.column(present, depth)
    return true
  }
}

/** Writes the characters as one byte each; false when one does not fit. */
function writeEach(writer: ByteWriter, strings: ArrayLike<string>): boolean {
  for (let i = 0; i < strings.length; i++) if (!writer.latin1(strings[i]!)) return false
  return true
}

/** As writeEach, many strings at a time: less than half the cost for long ones. */
function writeJoined(writer: ByteWriter, strings: ArrayLike<string>): boolean {
  for (let i = 0; i < strings.length; i += joinedCount) {
    if (!writer.latin1(join(strings, i))) return false
  }
  return true
}

/** So many strings from `from` on, as one. */
function join(strings: ArrayLike<string>, from: number): string {
  return (Array.prototype.slice.call(strings, from, from + joinedCount) as string[]).join('')
}

function fill<T extends { [index: number]: number }>(array: T, values: ArrayLike<number>): T {
  for (let i = 0; i < values.length; i++) array[i] = values[i]!
  return array
}

/** True when all values are the same primitive. */
function isConstant(values: Values, first: unknown): boolean {
  if (typeof first === 'object' ? first !== null : typeof first === 'function' || typeof first === 'symbol') return false
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false
  return true
}

/**
 * True for an array that is nothing but its elements. Asking each for its other properties costs more than all the rest,
 * so that every array is asked for those of a RegExp match or a template, and a few for any.
 */
function isPlainArray(value: unknown, index: number, count: number): value is unknown[] {
  if (!Array.isArray(value) || value.constructor !== Array) return false
  const array: unknown[] & { index?: unknown, raw?: unknown } = value
  if (array.index !== undefined || array.raw !== undefined) return false
  return (index > 8 && index % 1_024 !== 0 && index !== count - 1) || !hasNamedProperties(array)
}

/** The columns of arrays of two, or undefined when there is another value. */
function pairParts(values: Values): [unknown[], unknown[]] | undefined {
  const { length } = values
  const firsts = new Array<unknown>(length)
  const seconds = new Array<unknown>(length)
  for (let i = 0; i < length; i++) {
    const pair = values[i]
    if (!isPlainArray(pair, i, length) || pair.length !== 2) return undefined
    const first = pair[0]
    const second = pair[1]
    if ((first === undefined && !Object.hasOwn(pair, 0)) || (second === undefined && !Object.hasOwn(pair, 1))) return undefined
    firsts[i] = first
    seconds[i] = second
  }
  return [firsts, seconds]
}

/** As pairParts, for arrays of `size`. */
function tupleParts(values: Values, size: number): unknown[][] | undefined {
  const { length } = values
  const columns = Array.from({ length: size }, () => new Array<unknown>(length))
  for (let i = 0; i < length; i++) {
    const tuple = values[i]
    if (!isPlainArray(tuple, i, length) || tuple.length !== size) return undefined
    for (let j = 0; j < size; j++) {
      const part = tuple[j]
      if (part === undefined && !Object.hasOwn(tuple, j)) return undefined
      columns[j]![i] = part
    }
  }
  return columns
}

/** True when a record is part of itself, or two parts of one are the same object: columns would make two of it. */
function hasSharedParts(records: Values, columns: readonly unknown[][]): boolean {
  const earlier: Values[] = [records]
  for (const column of columns) {
    let hasObjects = false
    for (let i = 0; i < column.length; i++) {
      const part = column[i]
      if (typeof part !== 'object' || part === null) continue
      hasObjects = true
      for (let j = 0; j < earlier.length; j++) if (earlier[j]![i] === part) return true
    }
    if (hasObjects) earlier.push(column)
  }
  return false
}

/**
 * True when strings come so often that naming each once should pay. With D different ones, n drawn hold about n²/2D
 * that were drawn before: from how many a sample holds follows D.
 */
function seemsRepeated(values: Values): boolean {
  const { length } = values
  if (length < dictionaryCountMin) return false
  const step = Math.max(1, Math.floor(length / sampleMax))
  const sample = new Set<unknown>()
  let count = 0
  for (let i = 0; i < length && count < sampleMax; i += step, count++) sample.add(values[i])
  const repeated = count - sample.size
  return repeated > 0 && count * count / (2 * repeated) < length / 3
}
