/**
 * Bytes to values (the form is in value-tags.ts). Whatever the bytes are, the result is a value or an error:
 * nothing larger than the bytes allow is allocated, and no setter, constructor or other code of the user's
 * runs.
 */
import { ByteReader } from './byte-reader'
import { prototypeOf } from './classes'
import { errorFlags, shortString, smallNumber, tags } from './value-tags'

/** An object whose keys are known: made by a function that V8 compiles once it is used often. */
interface ReadShape {
  readonly keys: readonly string[]
  uses: number
  make: ((decoder: ValueDecoder) => object) | undefined
}

const usesBeforeCompiling = 16
const compiledMax = 4_096
const compiled = new Map<string, (decoder: ValueDecoder) => object>()

const views: Record<string, new (buffer: ArrayBuffer) => ArrayBufferView> = {
  Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
  BigInt64Array, BigUint64Array, DataView,
  ...('Float16Array' in globalThis ? { Float16Array: (globalThis as any).Float16Array } : {}),
}

const errorClasses: Record<string, new (message?: string) => Error> = {
  Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError,
  AggregateError: AggregateError.bind(undefined, []) as unknown as new () => Error,
}

export class ValueDecoder {
  private readonly reader: ByteReader
  private readonly shapes: ReadShape[] = []
  private readonly classes: { readonly prototype: object | undefined }[] = []
  private references: unknown[] = []
  /** True while the value that follows will get the prototype of a class. */
  private isClassKnown = false

  constructor(reader: ByteReader, private readonly usesReferences: boolean) { this.reader = reader }

  /** The next value, with identities of its own. */
  value(): unknown {
    if (this.usesReferences) this.references = []
    return this.any()
  }

  /** @internal For compiled shapes. */
  any(): unknown {
    const { reader } = this
    const tag = reader.byte()
    if (tag >= smallNumber) return tag - smallNumber
    if (tag >= shortString) return reader.latin1(tag - shortString)
    switch (tag) {
      case tags.undefined: return undefined
      case tags.null: return null
      case tags.true: return true
      case tags.false: return false
      case tags.integer: {
        const zigzag = reader.varint()
        return zigzag >>> 1 ^ -(zigzag & 1)
      }
      case tags.double: return reader.float64()
      case tags.bigint64: return reader.int64()
      case tags.bigint: return this.bigint()
      case tags.string: return this.text()
      case tags.array: return this.array()
      case tags.newShape: return this.newShape()
      case tags.shaped: return this.shaped(this.shapes[reader.varint()]!)
      case tags.reference: return this.reference()
      default: return this.rare(tag)
    }
  }

  private rare(tag: number): unknown {
    const { reader } = this
    switch (tag) {
      case tags.object: return this.props(this.met({}))
      case tags.nullObject: return this.props(this.met(Object.create(null) as object))
      case tags.map: return this.map()
      case tags.set: return this.set()
      case tags.date: return this.met(new Date(reader.float64()))
      case tags.regexp: {
        const expression = this.met(new RegExp(this.text(), this.text()))
        expression.lastIndex = this.any() as number
        return expression
      }
      case tags.error: return this.error()
      case tags.bytes: return this.met(this.bytes())
      case tags.arrayBuffer: return this.met(new Uint8Array(reader.raw(reader.varint())).buffer)
      case tags.boxed: return this.boxed()
      case tags.newClass: return this.newClass()
      case tags.instance: return this.instance(this.classes[reader.varint()]!)
      case tags.withProps: return this.props(this.any() as object)
      case tags.url: return this.met(new URL(this.text()))
      case tags.urlSearchParams: return this.met(new URLSearchParams(this.text()))
      default: throw new RangeError(`there is no tag ${tag}`)
    }
  }

  /** Numbers an object that begins, for references to it. */
  private met<T>(object: T): T {
    if (this.usesReferences) this.references.push(object)
    return object
  }

  private reference(): unknown {
    const number = this.reader.varint()
    if (number >= this.references.length) throw new RangeError(`there is no object ${number}`)
    return this.references[number]
  }

  private text(): string {
    const header = this.reader.varint()
    const length = Math.floor(header / 2)
    return header % 2 === 0 ? this.reader.latin1(length) : this.reader.utf16(length)
  }

  private bigint(): bigint {
    const digits = this.text()
    return digits.startsWith('-') ? -BigInt(`0x${digits.slice(1)}`) : BigInt(`0x${digits}`)
  }

  private array(): unknown[] {
    const { reader } = this
    const length = reader.varint()
    const array: unknown[] = this.met([])
    for (let i = 0; i < length;) {
      if (reader.buffer[reader.at] === tags.holes) {
        reader.at++
        i += reader.varint()
      } else array[i++] = this.any()
    }
    if (array.length !== length) array.length = length
    return array
  }

  private newShape(): object {
    const keys: string[] = []
    for (let count = this.reader.count(1); count > 0; count--) keys.push(this.text())
    const shape: ReadShape = { keys, uses: 0, make: compiled.get(keys.join('\0')) }
    this.shapes.push(shape)
    return this.shaped(shape)
  }

  private shaped(shape: ReadShape): object {
    if (this.usesReferences) {
      const object = this.met({})
      for (const key of shape.keys) setOwn(object, key, this.any())
      return object
    }
    if (shape.make === undefined && ++shape.uses > usesBeforeCompiling) shape.make = compile(shape.keys)
    if (shape.make !== undefined) return shape.make(this)
    const object = {}
    for (const key of shape.keys) setOwn(object, key, this.any())
    return object
  }

  private props<T extends object>(object: T): T {
    for (let count = this.reader.count(2); count > 0; count--) setOwn(object, this.text(), this.any())
    return object
  }

  private map(): Map<unknown, unknown> {
    const map = this.met(new Map<unknown, unknown>())
    for (let count = this.reader.count(2); count > 0; count--) {
      const key = this.any()
      map.set(key, this.any())
    }
    return map
  }

  private set(): Set<unknown> {
    const set = this.met(new Set<unknown>())
    for (let count = this.reader.count(1); count > 0; count--) set.add(this.any())
    return set
  }

  private bytes(): ArrayBufferView {
    const name = this.text()
    const raw = this.reader.raw(this.reader.varint())
    if (name === 'Buffer') return Buffer.from(raw)
    const view = views[name]
    if (view === undefined) throw new RangeError(`there is no ${name}`)
    return new view(new Uint8Array(raw).buffer)
  }

  private boxed(): unknown {
    // The object form takes its number before what it holds is read, which is no object.
    const object: unknown = Object(this.any())
    return this.met(object)
  }

  private error(): Error {
    const base = errorClasses[this.text()] ?? Error
    const hasClass = this.isClassKnown
    this.isClassKnown = false
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    const error = this.met(new base())
    Error.stackTraceLimit = limit
    for (const key of Object.getOwnPropertyNames(error)) delete (error as any)[key]
    for (let count = this.reader.count(3); count > 0; count--) {
      const key = this.text()
      const flags = this.reader.byte()
      const value = this.any()
      if ((flags & errorFlags.inherited) !== 0 && (hasClass || (error as any)[key] === value)) continue
      Object.defineProperty(error, (flags & errorFlags.symbol) === 0 ? key : Symbol.for(key), {
        value, enumerable: (flags & errorFlags.enumerable) !== 0, writable: true, configurable: true,
      })
    }
    return error
  }

  private newClass(): object {
    const name = this.text()
    const thread = this.text()
    const known = { prototype: prototypeOf(name, thread, this.reader.varint()) }
    this.classes.push(known)
    return this.instance(known)
  }

  private instance({ prototype }: { readonly prototype: object | undefined }): object {
    this.isClassKnown = prototype !== undefined
    const object = this.any() as object
    this.isClassKnown = false
    return prototype === undefined ? object : Object.setPrototypeOf(object, prototype) as object
  }
}

/** Sets a property as a literal does: `__proto__` is a name like any other. */
function setOwn(object: object, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else (object as Record<string, unknown>)[key] = value
}

/** A function that reads the values of a shape into a literal. */
function compile(keys: readonly string[]): (decoder: ValueDecoder) => object {
  const id = keys.join('\0')
  // A computed key defines a property even when it is called __proto__.
  const body = keys.map(key => `[${JSON.stringify(key)}]: d.any()`).join(', ')
  const make = new Function('d', `return { ${body} }`) as (decoder: ValueDecoder) => object
  if (compiled.size >= compiledMax) compiled.clear()
  compiled.set(id, make)
  return make
}
