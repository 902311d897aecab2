/**
 * What kind of key an object is, and why it is none. Brands and internal slots decide, never instanceof,
 * since objects come from other realms. Refused is whatever has an identity or behaviour that a copy in
 * another process would lack.
 */
import { types } from 'node:util'
import { limits } from './limits'

/** How an object is hashed and compared; arrays are asked for before. */
export type KeyKind = 'plain' | 'instance' | 'date' | 'bytes' | 'numbers' | 'refused'

/** The subject of the sentence for a key that is nested without end, or as good as. */
export const tooDeep =
  `a value that contains itself, or is nested deeper than keyDepthMax = ${limits.keyDepthMax},`

/** The kind of an object that is not an array. */
export function keyKind(key: object): KeyKind {
  const prototype: object | null = Object.getPrototypeOf(key)
  // The root prototype of any realm: no constructor to compare, so `{}` of a test equals `{}` of the program.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) {
    return Object.prototype.toString.call(key) === '[object Object]' ? 'plain' : 'refused'
  }
  if (types.isDate(key)) return 'date'
  if (types.isUint8Array(key) || types.isArrayBuffer(key)) return 'bytes'
  if (types.isTypedArray(key)) return 'numbers'
  return hasIdentity(key) || Object.keys(key).length === 0 ? 'refused' : 'instance'
}

/** The bytes of an object of kind 'bytes'. */
export function bytesOf(key: object): Uint8Array {
  return types.isArrayBuffer(key) ? new Uint8Array(key) : key as Uint8Array
}

/** A native Map tells such keys apart rightly: strings, numbers, bigints, booleans, null and undefined. */
export function isPrimitiveKey(key: unknown): boolean {
  switch (typeof key) {
    case 'object': return key === null
    case 'function': case 'symbol': return false
    default: return true
  }
}

/** Why `key` cannot be a key, as the subject of a sentence; undefined when it can. */
export function refusalOf(key: unknown, path = '', depth = 0): string | undefined {
  if (typeof key === 'function' || typeof key === 'symbol') return within(path, kindName(key))
  if (typeof key !== 'object' || key === null) return undefined
  if (depth > limits.keyDepthMax) {
    return tooDeep
  }
  if (Array.isArray(key)) return refusalOfArray(key, path, depth)
  const kind = keyKind(key)
  if (kind === 'refused') {
    return within(path, hasIdentity(key) ? kindName(key) : `${kindName(key)} without fields to compare`)
  }
  if (kind === 'date' || kind === 'bytes' || kind === 'numbers') return undefined
  for (const name of Object.keys(key)) {
    const refusal = refusalOf((key as any)[name], `${path}.${name}`, depth + 1)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

function refusalOfArray(key: readonly unknown[], path: string, depth: number): string | undefined {
  for (let i = 0; i < key.length; i++) {
    const element = key[i]
    if (isPrimitiveKey(element)) continue
    const refusal = refusalOf(element, `${path}[${i}]`, depth + 1)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** What a value is, in words: `a function`, `a Socket`, `a Map`. */
export function kindName(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'undefined') return 'undefined'
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (typeof value !== 'object') return `a ${typeof value}`
  if (Array.isArray(value)) return 'an array'
  const name: unknown = value.constructor?.name
  if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object'
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
}

function hasIdentity(key: object): boolean {
  return types.isPromise(key) || types.isMap(key) || types.isSet(key) || types.isWeakMap(key)
    || types.isWeakSet(key) || types.isRegExp(key) || types.isNativeError(key) || types.isBoxedPrimitive(key)
    || types.isProxy(key) || types.isGeneratorObject(key) || types.isExternal(key)
    || types.isSharedArrayBuffer(key) || types.isDataView(key)
    || hasMethod(key, 'then') || hasMethod(key, 'subscribe')
    || (hasMethod(key, 'on') && hasMethod(key, 'emit'))
}

function hasMethod(key: object, name: string): boolean { return typeof (key as any)[name] === 'function' }

function within(path: string, kind: string): string {
  return path === '' ? kind : `a value that holds ${kind} (at ${path.replace(/^\./, '')})`
}
