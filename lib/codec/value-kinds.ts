/**
 * What kind of thing an object is for the codec. Values may come from another realm, where every built-in has
 * another prototype: kinds are found by what an object is inside, never by instanceof.
 */
import { types } from 'node:util'

/** How an object is written; `refused` where it is not data. */
export type ValueKind = 'object' | 'array' | 'map' | 'set' | 'date' | 'regexp' | 'error' | 'bytes' | 'arrayBuffer' | 'boxed'
  | 'url' | 'urlSearchParams' | 'refused'

const tagOf = Object.prototype.toString

/** The kind of an object. */
export function kindOf(value: object): ValueKind {
  if (Array.isArray(value)) return 'array'
  // Nearly every instance of a class answers so, and needs no further questions.
  if (tagOf.call(value) === '[object Object]' && !types.isProxy(value)) return 'object'
  if (types.isMap(value)) return 'map'
  if (types.isSet(value)) return 'set'
  if (types.isDate(value)) return 'date'
  if (types.isRegExp(value)) return 'regexp'
  if (types.isNativeError(value) || isDomException(value)) return 'error'
  if (ArrayBuffer.isView(value)) return types.isSharedArrayBuffer(value.buffer) ? 'refused' : 'bytes'
  if (types.isArrayBuffer(value)) return 'arrayBuffer'
  if (types.isBoxedPrimitive(value)) return types.isSymbolObject(value) ? 'refused' : 'boxed'
  if (value instanceof URL) return 'url'
  if (value instanceof URLSearchParams) return 'urlSearchParams'
  return types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value) || types.isSharedArrayBuffer(value)
    || types.isGeneratorObject(value) || types.isModuleNamespaceObject(value) || types.isExternal(value)
    || types.isKeyObject(value) || types.isCryptoKey(value) || tagOf.call(value).endsWith('Iterator]') ? 'refused' : 'object'
}

const intrinsic = new WeakMap<object, boolean>([
  [Buffer.prototype, true], [URL.prototype, true], [URLSearchParams.prototype, true],
])

/** True for the prototype that a built-in has by itself, in whichever realm: no class of the user's. */
export function isIntrinsicPrototype(prototype: object): boolean {
  let found = intrinsic.get(prototype)
  if (found === undefined) {
    const constructor: unknown = Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined
    found = typeof constructor === 'function' && constructor.prototype === prototype && isNative(constructor)
    intrinsic.set(prototype, found)
  }
  return found
}

/** True for functions of the runtime itself. */
export function isNative(constructor: Function): boolean {
  return Function.prototype.toString.call(constructor).endsWith('{ [native code] }')
}

/** True for the errors of web interfaces, such as AbortError: all they hold is inherited. */
export function isDomException(value: object): boolean { return tagOf.call(value) === '[object DOMException]' }

/** The name of a built-in error's own class: `TypeError`, also for subclasses of it. */
export function errorBaseOf(error: object): string {
  for (let at = Object.getPrototypeOf(error) as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (isIntrinsicPrototype(at) && at.constructor.name !== 'Object') return at.constructor.name
  }
  return 'Error'
}

/** True for the keys of elements: 0 to 2^32 - 2. */
function isIndex(key: string): boolean { return /^(?:0|[1-9]\d{0,9})$/.test(key) && Number(key) < 0xFFFFFFFF }

/** The enumerable properties of an array or built-in besides its elements or characters. */
export function namedKeys(value: object): string[] {
  const keys = Object.keys(value)
  const hasElements = Array.isArray(value) || ArrayBuffer.isView(value) || types.isStringObject(value)
  return hasElements ? keys.filter(key => !isIndex(key)) : keys
}

/** True when an array has properties besides its elements. */
export function hasNamedProperties(value: readonly unknown[]): boolean {
  const keys = Object.keys(value)
  // Elements come first: the last key tells.
  return keys.length > 0 && !isIndex(keys[keys.length - 1]!)
}

const tagOfView = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!

/** `Buffer`, `Uint8Array`, `DataView` and so on. */
export function viewNameOf(view: ArrayBufferView): string {
  return Buffer.isBuffer(view) ? 'Buffer' : tagOfView.call(view) as string | undefined ?? 'DataView'
}
