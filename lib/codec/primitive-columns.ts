/**
 * Columns of one kind of primitive (the form is in column-kinds.ts), each in the narrowest form that is
 * exact. Every method returns false as soon as a value is of another kind; what it wrote until then is to be
 * taken back.
 */
import type { ByteWriter } from './byte-writer'
import { columnKinds as kinds } from './column-kinds'
import { seemsRepeated, type Values } from './column-parts'
import { writeLatin1, writeUtf16 } from './column-text'

const textHeaderBytes = 5

export class PrimitiveColumns {
  constructor(private readonly writer: ByteWriter) {}

  numbers(values: Values): boolean {
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

  bigints(values: Values): boolean {
    const array = new BigInt64Array(values.length)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) return false
      array[i] = value
    }
    this.array(kinds.bigint64, array)
    return true
  }

  booleans(values: Values): boolean {
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

  dates(values: Values): boolean {
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

  strings(values: Values): boolean {
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
    this.textHeader(kinds.latin1)
    if (!writeLatin1(writer, strings, total)) {
      writer.at = begin
      this.textHeader(kinds.utf16)
      writeUtf16(writer, strings)
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

  /** Numbers up to `greatest`, as narrow as that allows. */
  lengths(lengths: Uint32Array, greatest: number): void {
    const width = greatest < 0x100 ? 1 : greatest < 0x10000 ? 2 : 4
    this.writer.byte(width)
    this.aligned(width === 1 ? new Uint8Array(lengths) : width === 2 ? new Uint16Array(lengths) : lengths)
  }
}

function fill<T extends { [index: number]: number }>(array: T, values: ArrayLike<number>): T {
  for (let i = 0; i < values.length; i++) array[i] = values[i]!
  return array
}
