/**
 * Values to bytes (the form is in value-tags.ts). One pass, no copies of the value; objects met twice within
 * one value are written once. What cannot be data throws Unencodable, and the caller finds out where it is.
 */
import { ByteWriter } from './byte-writer'
import { classOf } from './classes'
import { SeenObjects } from './seen-objects'
import { forgetMisses, shapeOf, type Shape } from './shapes'
import { Unencodable } from './unencodable'
import { writeBuiltIn, type ValueSink } from './value-built-ins'
import {
  hasNamedProperties, isDomException, isIntrinsicPrototype, kindOf, namedKeys, type ValueKind,
} from './value-kinds'
import { flagReferences, shortString, shortStringMax, smallNumber, tags, valueVersion } from './value-tags'

/** Objects within objects, at most: what is encoded in a roomy stack must be decodable in a narrow one. */
export const depthMax = 1_000

const { hasOwnProperty } = Object.prototype
let messages = 0

export class ValueEncoder implements ValueSink {
  readonly writer = new ByteWriter()
  private readonly seen = new SeenObjects()
  private readonly classes = new Map<object, number>()
  private depth = 0
  private usesReferences = false
  private message = 0
  private shapes = 0

  /** One value. */
  one(value: unknown): Uint8Array {
    return this.run(() => this.value(value))
  }

  /** A batch of values, each with its own identities. */
  batch(values: ArrayLike<unknown>, from = 0, to = values.length): Uint8Array {
    return this.run(() => {
      this.writer.varint(to - from)
      for (let i = from; i < to; i++) this.value(values[i])
    })
  }

  private run(write: () => void): Uint8Array {
    this.message = ++messages
    this.usesReferences = false
    this.shapes = 0
    this.depth = 0
    this.classes.clear()
    forgetMisses()
    this.writer.clear()
    this.writer.byte(valueVersion)
    this.writer.byte(0)
    try {
      write()
      if (this.usesReferences) this.writer.buffer[1] = flagReferences
      return this.writer.finish()
    } finally {
      this.writer.clear()
      this.seen.forget()
    }
  }

  private value(value: unknown): void {
    this.seen.clear()
    this.any(value)
  }

  /** @internal The next part of a value. */
  any(value: unknown): void {
    switch (typeof value) {
      case 'string': return this.string(value)
      case 'number': return this.number(value)
      case 'object': return value === null ? this.writer.byte(tags.null) : this.object(value)
      case 'undefined': return this.writer.byte(tags.undefined)
      case 'boolean': return this.writer.byte(value ? tags.true : tags.false)
      case 'bigint': return this.bigint(value)
      default: throw new Unencodable()
    }
  }

  private string(text: string): void {
    const { writer } = this
    if (text.length <= shortStringMax) {
      const begin = writer.at
      writer.byte(shortString + text.length)
      if (writer.latin1(text)) return
      writer.at = begin
    }
    writer.byte(tags.string)
    this.text(text)
  }

  /** @internal A string without a tag. */
  text(text: string): void {
    const { writer } = this
    const begin = writer.at
    writer.varint(text.length * 2)
    if (writer.latin1(text)) return
    writer.at = begin
    writer.varint(text.length * 2 + 1)
    writer.utf16(text)
  }

  private number(value: number): void {
    const { writer } = this
    if ((value | 0) !== value || (value === 0 && Object.is(value, -0))) {
      writer.byte(tags.double)
      writer.float64(value)
    } else if (value >= 0 && value < 128) writer.byte(smallNumber + value)
    else {
      writer.byte(tags.integer)
      writer.varint((value << 1 ^ value >> 31) >>> 0)
    }
  }

  private bigint(value: bigint): void {
    const { writer } = this
    if (BigInt.asIntN(64, value) === value) {
      writer.byte(tags.bigint64)
      writer.int64(value)
    } else {
      writer.byte(tags.bigint)
      this.text(value.toString(16))
    }
  }

  private object(value: object): void {
    if (this.isReference(value)) return
    if (++this.depth > depthMax) throw new Unencodable()
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype) this.plain(value as Record<string, unknown>)
    else if (prototype === Array.prototype) this.array(value as unknown[])
    else this.special(value, prototype as object | null)
    this.depth--
  }

  /** Numbers the object; true when it was met before in this value, and a reference was written. */
  private isReference(value: object): boolean {
    const before = this.seen.numberOf(value)
    if (before === undefined) return false
    this.usesReferences = true
    this.writer.byte(tags.reference)
    this.writer.varint(before)
    return true
  }

  private plain(value: Record<string, unknown>): void {
    const keys = Object.keys(value)
    const shape = shapeOf(keys)
    if (shape === undefined) {
      this.writer.byte(tags.object)
      this.props(value, keys)
      return
    }
    this.shape(shape)
    for (let i = 0; i < keys.length; i++) this.any(value[keys[i]!])
  }

  private shape(shape: Shape): void {
    const { writer } = this
    if (shape.message === this.message) {
      writer.byte(tags.shaped)
      writer.varint(shape.number)
      return
    }
    shape.message = this.message
    shape.number = this.shapes++
    writer.byte(tags.newShape)
    writer.varint(shape.keys.length)
    for (const key of shape.keys) this.text(key)
  }

  private props(value: object, keys: readonly string[]): void {
    this.writer.varint(keys.length)
    for (const key of keys) {
      this.text(key)
      this.any((value as Record<string, unknown>)[key])
    }
  }

  private array(value: unknown[]): void {
    if (hasNamedProperties(value)) {
      this.writer.byte(tags.withProps)
      this.elements(value)
      this.props(value, namedKeys(value))
    } else this.elements(value)
  }

  private elements(value: unknown[]): void {
    const { length } = value
    this.writer.byte(tags.array)
    this.writer.varint(length)
    for (let i = 0; i < length; i++) {
      const element = value[i]
      if (element === undefined && !hasOwnProperty.call(value, i)) return this.sparse(value, i)
      this.any(element)
    }
  }

  /** The elements from the hole at `from` on, without touching each index: arrays may be mostly holes. */
  private sparse(value: unknown[], from: number): void {
    const { writer } = this
    let at = from
    const holes = (end: number) => {
      if (end === at) return
      writer.byte(tags.holes)
      writer.varint(end - at)
    }
    for (const key of Object.keys(value)) {
      const index = Number(key)
      if (!(index >= at && index < value.length)) continue
      holes(index)
      this.any(value[index])
      at = index + 1
    }
    holes(value.length)
  }

  /** Everything with another prototype than an object or array literal has here. */
  private special(value: object, prototype: object | null): void {
    const { writer } = this
    if (prototype === null) {
      writer.byte(tags.nullObject)
      return this.props(value, Object.keys(value))
    }
    const kind = kindOf(value)
    if (kind === 'refused') throw new Unencodable()
    if (!isIntrinsicPrototype(prototype)) {
      if (!isDomException(value)) this.instance(prototype, kind)
    } else if (kind === 'object' && prototype.constructor.name !== 'Object') throw new Unencodable()
    if (kind === 'object') return this.plain(value as Record<string, unknown>)
    if (kind === 'array') return this.array(value as unknown[])
    const named = kind === 'error' ? [] : kind === 'bytes' && isIntrinsicPrototype(prototype) ? [] : namedKeys(value)
    if (named.length > 0) writer.byte(tags.withProps)
    writeBuiltIn(this, value, kind)
    if (named.length > 0) this.props(value, named)
  }

  /** Writes of which class the value is that follows. */
  private instance(prototype: object, kind: ValueKind): void {
    const { writer, classes } = this
    const before = classes.get(prototype)
    if (before !== undefined) {
      writer.byte(tags.instance)
      return writer.varint(before)
    }
    const { name, thread, id, refusal, nativeBase } = classOf(prototype)
    if (refusal !== undefined || (nativeBase !== undefined && kind === 'object')) throw new Unencodable()
    classes.set(prototype, classes.size)
    writer.byte(tags.newClass)
    this.text(name)
    this.text(thread)
    writer.varint(id)
  }
}
