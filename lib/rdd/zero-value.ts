/**
 * The start value of an aggregation, copied for each partition or key, so that functions may change it in
 * place and hand it back. Who wants no copies gives a function that makes one.
 */
import { types } from 'node:util'
import { KeyMap } from '../base/key-map'

/** A start value, or a function that makes a new one each time. */
export type ZeroValue<Z> = Z | (() => Z)

/** What `zero` stands for: a fresh value at every call, the value itself where it cannot be changed. */
export function freshZero<Z>(zero: ZeroValue<Z>): Z {
  if (typeof zero === 'function') return (zero as () => Z)()
  return typeof zero === 'object' && zero !== null ? copyValue(zero) : zero
}

/**
 * A deep copy: arrays, plain objects, Maps, Sets, Dates, bytes and class instances, shared parts and cycles
 * as they were.
 */
export function copyValue<V>(value: V): V { return copyWithin(value, new Map()) }

function copyWithin(value: any, copies: Map<object, unknown>): any {
  if (typeof value !== 'object' || value === null) return value
  const known = copies.get(value)
  if (known !== undefined) return known
  if (Array.isArray(value)) {
    const copy: unknown[] = new Array(value.length)
    copies.set(value, copy)
    for (let index = 0; index < value.length; index++) copy[index] = copyWithin(value[index], copies)
    return copy
  }
  if (types.isDate(value)) return new Date(value.getTime())
  if (types.isTypedArray(value)) return Buffer.isBuffer(value) ? Buffer.from(value) : value.slice()
  if (types.isAnyArrayBuffer(value)) return value.slice(0)
  return copyObject(value, copies)
}

function copyObject(value: any, copies: Map<object, unknown>): unknown {
  if (types.isMap(value)) return fill(new Map(), value)
  if (value[Symbol.toStringTag] === 'KeyMap') return fill(new KeyMap(), value)
  if (types.isSet(value)) {
    const copy = new Set()
    copies.set(value, copy)
    for (const element of value) copy.add(copyWithin(element, copies))
    return copy
  }
  // A class that knows how to copy itself may hold what nobody outside can see.
  for (const method of ['copy', 'clone']) if (typeof value[method] === 'function') return value[method]()
  const copy = Object.create(Object.getPrototypeOf(value))
  copies.set(value, copy)
  for (const name of Reflect.ownKeys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, name)!
    if ('value' in property) property.value = copyWithin(property.value, copies)
    Object.defineProperty(copy, name, property)
  }
  return copy

  function fill<M extends { set(key: unknown, value: unknown): unknown }>(
    copy: M, entries: Iterable<[unknown, unknown]>,
  ): M {
    copies.set(value, copy)
    for (const [key, entry] of entries) copy.set(copyWithin(key, copies), copyWithin(entry, copies))
    return copy
  }
}
