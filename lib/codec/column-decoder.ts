/**
 * Columns to records (the form is in column-kinds.ts). Strings of a column are cut from one text where V8
 * copies them, and made by themselves where it would keep the whole text alive for one of them.
 */
import { ByteReader } from './byte-reader'
import { columnCountMax, columnDepthMax, columnKinds as kinds } from './column-kinds'
import { decodeValue, decodeValues } from './values'

/** The longest string that V8 copies out of another; a longer one is a view that keeps the other alive. */
const copiedCharactersMax = 12

interface TypedArrayClass<T> {
  new (buffer: ArrayBufferLike, offset: number, length: number): T
  readonly BYTES_PER_ELEMENT: number
}

export class ColumnDecoder {
  constructor(private readonly reader: ByteReader) {}

  /** The next column, of `count` values. */
  column(count: number, depth = 0): unknown[] {
    const { reader } = this
    // Each level may be nullable besides.
    if (depth > 3 * columnDepthMax) throw new RangeError('columns lie too deep')
    const kind = reader.byte()
    switch (kind) {
      case kinds.constant: return new Array<unknown>(requireCount(count)).fill(decodeValue(reader.raw(reader.varint())))
      case kinds.int8: return toArray(this.array(Int8Array, count))
      case kinds.int16: return toArray(this.array(Int16Array, count))
      case kinds.int32: return toArray(this.array(Int32Array, count))
      case kinds.float64: return toArray(this.array(Float64Array, count))
      case kinds.bigint64: return toArray(this.array(BigInt64Array, count))
      case kinds.date: return toArray(this.array(Float64Array, count)).map(time => new Date(time))
      case kinds.booleans: return this.booleans(count)
      case kinds.latin1: return this.latin1(count)
      case kinds.utf16: return this.utf16(count)
      case kinds.dictionary: return this.dictionary(count)
      case kinds.tuple: return this.tuples(count, depth)
      case kinds.struct: return this.structs(count, depth)
      case kinds.list: return this.lists(count, depth)
      case kinds.nullable: return this.nullable(count, depth)
      case kinds.generic: return this.generic(count)
      default: throw new RangeError(`there is no column kind ${kind}`)
    }
  }

  /** The columns of a tuple of two, or undefined, with nothing read, when the next column is another. */
  pair(count: number): { keys: unknown[], values: unknown[] } | undefined {
    const { reader } = this
    if (reader.buffer[reader.at] !== kinds.tuple || reader.buffer[reader.at + 1] !== 2) return undefined
    reader.at += 2
    return { keys: this.column(count, 1), values: this.column(count, 1) }
  }

  private array<T>(type: TypedArrayClass<T>, count: number): T {
    const { reader } = this
    reader.align()
    const size = count * type.BYTES_PER_ELEMENT
    const bytes = reader.raw(size)
    if (bytes.byteOffset % type.BYTES_PER_ELEMENT === 0) return new type(bytes.buffer, bytes.byteOffset, count)
    return new type(new Uint8Array(bytes).buffer, 0, count)
  }

  private lengths(count: number): Uint8Array | Uint16Array | Uint32Array {
    switch (this.reader.byte()) {
      case 1: return this.array(Uint8Array, count)
      case 2: return this.array(Uint16Array, count)
      case 4: return this.array(Uint32Array, count)
      default: throw new RangeError('lengths have one, two or four bytes')
    }
  }

  private booleans(count: number): boolean[] {
    const bits = this.reader.raw(Math.ceil(count / 8))
    const values = new Array<boolean>(count)
    for (let i = 0; i < count; i++) values[i] = (bits[i >> 3]! >> (i & 7) & 1) === 1
    return values
  }

  private latin1(count: number): string[] {
    const bytes = this.reader.raw(this.reader.raw(4).readUInt32LE(0))
    const lengths = this.lengths(count)
    const text = bytes.toString('latin1')
    const values = new Array<string>(count)
    let at = 0
    for (let i = 0; i < count; i++) {
      const end = at + lengths[i]!
      values[i] = end - at > copiedCharactersMax ? bytes.toString('latin1', at, end) : text.substring(at, end)
      at = end
    }
    if (at !== bytes.length) throw new RangeError('the lengths of strings do not fit')
    return values
  }

  private utf16(count: number): string[] {
    const bytes = this.reader.raw(this.reader.raw(4).readUInt32LE(0))
    const lengths = this.lengths(count)
    const text = bytes.toString('utf16le')
    const values = new Array<string>(count)
    let at = 0
    for (let i = 0; i < count; i++) {
      const end = at + lengths[i]!
      values[i] = end - at > copiedCharactersMax ? bytes.toString('utf16le', at * 2, end * 2) : text.substring(at, end)
      at = end
    }
    if (at * 2 !== bytes.length) throw new RangeError('the lengths of strings do not fit')
    return values
  }

  private dictionary(count: number): unknown[] {
    const words = this.column(this.reader.count(1), columnDepthMax)
    const indexes = this.lengths(count)
    const values = new Array<unknown>(count)
    for (let i = 0; i < count; i++) values[i] = words[indexes[i]!]
    return values
  }

  private tuples(count: number, depth: number): unknown[][] {
    const size = this.reader.count(1)
    const columns = Array.from({ length: size }, () => this.column(count, depth + 1))
    const tuples = new Array<unknown[]>(count)
    const [first, second] = columns
    if (size === 2) for (let i = 0; i < count; i++) tuples[i] = [first![i], second![i]]
    else for (let i = 0; i < count; i++) tuples[i] = columns.map(column => column[i])
    return tuples
  }

  private structs(count: number, depth: number): object[] {
    const size = this.reader.count(1)
    const keys = Array.from({ length: size }, () => this.reader.utf16(this.reader.varint()))
    const columns = keys.map(() => this.column(count, depth + 1))
    const make = structMaker(keys)
    const objects = new Array<object>(count)
    for (let i = 0; i < count; i++) objects[i] = make(columns, i)
    return objects
  }

  private lists(count: number, depth: number): unknown[][] {
    const lengths = this.lengths(count)
    let total = 0
    for (let i = 0; i < count; i++) total += lengths[i]!
    const elements = this.column(total, depth + 1)
    const lists = new Array<unknown[]>(count)
    let at = 0
    for (let i = 0; i < count; i++) lists[i] = elements.slice(at, at += lengths[i]!)
    return lists
  }

  private nullable(count: number, depth: number): unknown[] {
    const presentCount = this.reader.varint()
    const states = this.reader.raw(Math.ceil(count / 4))
    const present = this.column(presentCount, depth + 1)
    const values = new Array<unknown>(count)
    let next = 0
    for (let i = 0; i < count; i++) {
      const state = states[i >> 2]! >> (i & 3) * 2 & 3
      values[i] = state === 0 ? present[next++] : state === 1 ? undefined : null
    }
    if (next !== presentCount) throw new RangeError('values and their states do not fit')
    return values
  }

  private generic(count: number): unknown[] {
    const values = decodeValues(this.reader.raw(this.reader.varint()))
    if (values.length !== count) throw new RangeError('a column has another number of values')
    return values
  }
}

/** Array.from asks for an iterator first, which costs several times as much. */
function toArray<T>(typed: ArrayLike<T>): T[] {
  const { length } = typed
  const values = new Array<T>(length)
  for (let i = 0; i < length; i++) values[i] = typed[i]!
  return values
}

/** A count that is not backed by bytes must not make the process fall over. */
function requireCount(count: number): number {
  if (count > columnCountMax) throw new RangeError('there cannot be so many values')
  return count
}

const makersMax = 1_024
const makers = new Map<string, (columns: readonly unknown[][], index: number) => object>()

/**
 * A function that makes an object of these keys from the values of columns; compiled, so that all have one
 * hidden class.
 */
function structMaker(keys: readonly string[]): (columns: readonly unknown[][], index: number) => object {
  const id = keys.join('\0')
  let make = makers.get(id)
  if (make === undefined) {
    // A computed key defines a property even when it is called __proto__.
    const body = keys.map((key, i) => `[${JSON.stringify(key)}]: c[${i}][i]`).join(', ')
    make = new Function('c', 'i', `return { ${body} }`) as (columns: readonly unknown[][], index: number) => object
    if (makers.size >= makersMax) makers.clear()
    makers.set(id, make)
  }
  return make
}
