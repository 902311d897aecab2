/** Exact sameness of data: kinds, prototypes, key order, holes, -0, NaN, and which objects are one object. */
import { types } from 'node:util'

/** Where two values differ, as a path; undefined when they do not. */
export function difference(a: unknown, b: unknown, path = 'value', met = new Map<unknown, unknown>()): string | undefined {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b) ? undefined : path
  if (met.has(a) || met.has(b)) return met.get(a) === b ? undefined : `${path} (identity)`
  met.set(a, b)
  met.set(b, a)
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path} (prototype)`
  if (Array.isArray(a) !== Array.isArray(b)) return `${path} (array)`
  const inner = insideDifference(a, b, path, met)
  if (inner !== undefined) return inner
  const keysA = types.isNativeError(a) ? Object.getOwnPropertyNames(a) : Object.keys(a)
  const keysB = types.isNativeError(b) ? Object.getOwnPropertyNames(b) : Object.keys(b)
  if (keysA.join('\0') !== keysB.join('\0')) return `${path} (keys ${keysA.join()} and ${keysB.join()})`
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return `${path} (length)`
  if (ArrayBuffer.isView(a)) return undefined
  for (const key of keysA) {
    const found = difference((a as any)[key], (b as any)[key], `${path}[${JSON.stringify(key)}]`, met)
    if (found !== undefined) return found
  }
  return undefined
}

function insideDifference(a: object, b: object, path: string, met: Map<unknown, unknown>): string | undefined {
  if (types.isMap(a) || types.isSet(a)) {
    return types.isMap(b) || types.isSet(b) ? difference([...a as Set<unknown>], [...b as Set<unknown>], `${path} (items)`, met) : `${path} (kind)`
  }
  if (ArrayBuffer.isView(a)) {
    const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength)
    return ArrayBuffer.isView(b) && bytes(a).equals(bytes(b)) ? undefined : `${path} (bytes)`
  }
  if (types.isAnyArrayBuffer(a)) return Buffer.from(a).equals(Buffer.from(b as ArrayBuffer)) ? undefined : `${path} (bytes)`
  if (types.isDate(a)) return types.isDate(b) && Object.is(a.getTime(), b.getTime()) ? undefined : `${path} (time)`
  if (types.isRegExp(a)) return String(a) === String(b) && a.lastIndex === (b as RegExp).lastIndex ? undefined : `${path} (expression)`
  if (types.isBoxedPrimitive(a)) return types.isBoxedPrimitive(b) && Object.is(a.valueOf(), b.valueOf()) ? undefined : `${path} (boxed)`
  if (a instanceof URL || a instanceof URLSearchParams) return String(a) === String(b) ? undefined : `${path} (text)`
  return undefined
}
