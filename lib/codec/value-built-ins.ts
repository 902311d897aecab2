/**
 * The built-in objects as bytes: what each holds inside, in the form of value-tags.ts. They may come from
 * another realm, and their methods may be overridden: only what the language itself gives is asked.
 */
import type { ByteWriter } from './byte-writer'
import { Unencodable } from './unencodable'
import { errorBaseOf, viewNameOf, type ValueKind } from './value-kinds'
import { errorFlags, tags } from './value-tags'

/** Where values are written. */
export interface ValueSink {
  readonly writer: ByteWriter
  any(value: unknown): void
  /** A string without a tag. */
  text(text: string): void
}

/** Writes a built-in object of any kind but arrays and plain objects. */
export function writeBuiltIn(sink: ValueSink, value: object, kind: ValueKind): void {
  const { writer } = sink
  switch (kind) {
    case 'map': return writeMap(sink, value as Map<unknown, unknown>)
    case 'set': return writeSet(sink, value as Set<unknown>)
    case 'date':
      writer.byte(tags.date)
      return writer.float64(Date.prototype.getTime.call(value))
    case 'regexp': {
      const { source, flags, lastIndex } = value as RegExp
      writer.byte(tags.regexp)
      sink.text(source)
      sink.text(flags)
      return sink.any(lastIndex)
    }
    case 'error': return writeError(sink, value as Error)
    case 'bytes': return writeBytes(sink, value as ArrayBufferView)
    case 'arrayBuffer':
      writer.byte(tags.arrayBuffer)
      writer.varint((value as ArrayBuffer).byteLength)
      return writer.raw(new Uint8Array(value as ArrayBuffer))
    case 'boxed':
      writer.byte(tags.boxed)
      return sink.any(value.valueOf())
    case 'url':
    case 'urlSearchParams':
      writer.byte(tags[kind])
      return sink.text(String(value))
    default: throw new Unencodable()
  }
}

function writeMap(sink: ValueSink, value: Map<unknown, unknown>): void {
  sink.writer.byte(tags.map)
  sink.writer.varint(value.size)
  Map.prototype.forEach.call(value, (item, key) => {
    sink.any(key)
    sink.any(item)
  })
}

function writeSet(sink: ValueSink, value: Set<unknown>): void {
  sink.writer.byte(tags.set)
  sink.writer.varint(value.size)
  Set.prototype.forEach.call(value, item => sink.any(item))
}

function writeBytes(sink: ValueSink, view: ArrayBufferView): void {
  sink.writer.byte(tags.bytes)
  sink.text(viewNameOf(view))
  sink.writer.varint(view.byteLength)
  sink.writer.raw(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
}

/**
 * An error's own properties: message, stack and cause are not enumerable, code is. What its class adds is
 * told too.
 */
function writeError(sink: ValueSink, value: Error): void {
  const { writer } = sink
  writer.byte(tags.error)
  sink.text(errorBaseOf(value))
  // Brands that mark errors across copies of a package are symbols of the registry.
  const brands = Object.getOwnPropertySymbols(value).filter(symbol => Symbol.keyFor(symbol) !== undefined)
  const keys = Object.getOwnPropertyNames(value)
  const inherited = ['name', 'message', 'stack', 'code'].filter(key => !keys.includes(key) && key in value)
  writer.varint(keys.length + brands.length + inherited.length)
  for (const key of [...keys, ...brands, ...inherited]) {
    const isEnumerable = Object.prototype.propertyIsEnumerable.call(value, key)
    const isBrand = typeof key === 'symbol'
    sink.text(isBrand ? Symbol.keyFor(key)! : key)
    writer.byte((isEnumerable ? errorFlags.enumerable : 0) + (isBrand ? errorFlags.symbol : 0)
      + (!isBrand && inherited.includes(key) ? errorFlags.inherited : 0))
    sink.any((value as any)[key])
  }
}
