/**
 * Records to columns (the form is in column-kinds.ts). Each column takes the narrowest form that gives every
 * value back exactly; what fits none is generic. Within a record, an object that is met twice in one generic
 * column stays one object; two parts of a record that are the same object make the whole record generic.
 */
import { MillraceError } from '../base/errors'
import { ByteWriter } from './byte-writer'
import {
  columnCountMax, columnDepthMax, columnKinds as kinds, columnsVersion, structKeysMax, tupleLengthMax,
} from './column-kinds'
import { hasSharedParts, isConstant, isPlainArray, pairParts, tupleParts, type Values } from './column-parts'
import { PrimitiveColumns } from './primitive-columns'
import { ValueEncoder } from './value-encoder'

export class ColumnEncoder {
  private readonly writer = new ByteWriter()
  private readonly primitives = new PrimitiveColumns(this.writer)
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
    if (count > columnCountMax) {
      throw new MillraceError('MR_LIMIT', `A batch of ${count} records is larger than columnCountMax, ${columnCountMax}`, {
        hint: 'Use more partitions.',
      })
    }
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
      case 'number': return this.primitives.numbers(values)
      case 'string': return this.primitives.strings(values)
      case 'boolean': return this.primitives.booleans(values)
      case 'bigint': return this.primitives.bigints(values)
      case 'object': break
      default: return false
    }
    if (first === null) return false
    if (first.constructor === Date) return this.primitives.dates(values)
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
    // Asked first: the keys of a typed array are as many strings as it has elements.
    if (Object.getPrototypeOf(first) !== Object.prototype) return false
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
    if (total > columnCountMax) return false
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
    this.primitives.lengths(lengths, longest)
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
