/**
 * What every Node process has by name: the standard global names, and functions and objects reached from them
 * (`Math.max`, `Array.prototype`). These travel as their names. Values of other realms, such as Jest's, are found by the
 * same names in the realm they come from.
 */

const language = `Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise
  RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis JSON Math Intl
  ArrayBuffer Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array
  Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap WeakSet Proxy Reflect
  FinalizationRegistry WeakRef decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite
  isNaN SharedArrayBuffer WebAssembly`
const host = `console process global Buffer clearImmediate setImmediate URL URLSearchParams DOMException AbortController
  AbortSignal Event EventTarget TextEncoder TextDecoder TransformStream TransformStreamDefaultController WritableStream
  WritableStreamDefaultController WritableStreamDefaultWriter ReadableStream ReadableStreamDefaultReader
  ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController ReadableStreamDefaultController
  ByteLengthQueuingStrategy CountQueuingStrategy TextEncoderStream TextDecoderStream CompressionStream DecompressionStream
  clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa BroadcastChannel
  MessageChannel MessagePort Blob Performance PerformanceEntry PerformanceMark PerformanceMeasure PerformanceObserver
  PerformanceObserverEntryList PerformanceResourceTiming performance fetch FormData Headers Request Response
  MessageEvent crypto Crypto CryptoKey SubtleCrypto CustomEvent`
/** Globals of some of the versions only: standard where this process has them. */
const sometimes = `Iterator File WebSocket Navigator navigator URLPattern CloseEvent SuppressedError DisposableStack
  AsyncDisposableStack Float16Array`

const names = (text: string): string[] => text.split(/\s+/)
const languageNames: ReadonlySet<string> = new Set(names(language))
const standardNames: ReadonlySet<string> = new Set([...names(language), ...names(host), ...names(sometimes)])
/** Reading these makes Node load them. */
const lazyNames: ReadonlySet<string> = new Set(names('crypto fetch navigator WebSocket CustomEvent File CloseEvent'))
/** What no global names, by the expression that finds it. */
const unnamed: Record<string, (realm: any) => unknown> = {
  TypedArray: realm => Object.getPrototypeOf(realm.Uint8Array),
  AsyncFunction: realm => realm.Function('return async function(){}')().constructor,
  GeneratorFunction: realm => realm.Function('return function*(){}')().constructor,
  AsyncGeneratorFunction: realm => realm.Function('return async function*(){}')().constructor,
}

/** True for a name that means the same in every thread: it needs no carrying. */
export function isStandardGlobal(name: string): boolean { return standardNames.has(name) }

const indexes = new WeakMap<object, Map<unknown, string>>()

/** The name of a built-in value, as `Math.max`, `Array.prototype` or `Array.prototype.slice`; undefined for others. */
export function globalNameOf(value: object): string | undefined {
  const name = indexOf(globalThis).get(value)
  return name !== undefined || isPlain(value) ? name : otherRealmName(value)
}

// Under Jest every mention of a global name is slow.
const [arrayPrototype, objectPrototype] = [Array.prototype, Object.prototype]

/** Made in this realm by a literal: nothing that another realm has a name for. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === arrayPrototype || prototype === objectPrototype
}

/** The built-in value of that name in this realm; undefined when this Node has none. */
export function globalNamed(name: string): unknown {
  const [first, ...rest] = name.split('.') as [string, ...string[]]
  let value: any = Object.hasOwn(unnamed, first) ? unnamed[first]!(globalThis) : (globalThis as any)[first]
  for (const step of rest) {
    if (value === undefined || value === null) return undefined
    const [key, part] = step.split('!') as [string, 'get' | 'set' | undefined]
    const name = key.startsWith('@@') ? (Symbol as any)[key.slice(2)] : key
    value = part === undefined ? value[name] : Object.getOwnPropertyDescriptor(value, name)?.[part]
  }
  return value
}

/** The name of the built-in class whose prototype this is, as `Map`; undefined for other objects. */
export function intrinsicOfPrototype(prototype: object): string | undefined {
  const name = globalNameOf(prototype)
  return name !== undefined && name.endsWith('.prototype') ? name.slice(0, -'.prototype'.length) : undefined
}

function otherRealmName(value: object): string | undefined {
  const realm = realmOf(value)
  return realm === undefined || realm === globalThis ? undefined : indexOf(realm).get(value)
}

const realms = new WeakMap<Function, object | undefined>()

/** The global object of the realm that a value was made in; undefined when it does not show. No user code runs. */
export function realmOf(value: object): object | undefined {
  const made = typeof value === 'function' ? value : ownConstructor(value) ?? ownConstructor(Object.getPrototypeOf(value))
  let holder: object | null = typeof made === 'function' ? made : null
  // Every function inherits from its realm's Function.prototype, whose constructor makes code in that realm.
  for (; holder !== null; holder = Object.getPrototypeOf(holder)) {
    const constructor = ownConstructor(holder)
    if (typeof constructor === 'function' && constructor.name === 'Function') return realmOfFunction(constructor)
  }
  return undefined
}

function realmOfFunction(makeFunction: Function): object | undefined {
  if (!realms.has(makeFunction)) {
    let realm: object | undefined
    // A realm may forbid making code from text.
    try {
      realm = isNativeFunction(makeFunction) ? makeFunction('return globalThis')() : undefined
    } catch { realm = undefined }
    realms.set(makeFunction, realm)
  }
  return realms.get(makeFunction)
}

function ownConstructor(value: object | null): unknown {
  return value === null ? undefined : Object.getOwnPropertyDescriptor(value, 'constructor')?.value
}

/** True for functions that the engine itself provides, bound ones too. */
export function isNativeFunction(f: Function): boolean {
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(f))
}

function indexOf(realm: any): Map<unknown, string> {
  let index = indexes.get(realm)
  if (index === undefined) {
    index = buildIndex(realm)
    indexes.set(realm, index)
  }
  return index
}

function buildIndex(realm: any): Map<unknown, string> {
  const index = new Map<unknown, string>()
  const add = (value: unknown, name: string): void => {
    if (isReferable(value) && !index.has(value)) index.set(value, name)
  }
  const own: [string, unknown][] = []
  for (const name of standardNames) {
    const property = Object.getOwnPropertyDescriptor(realm, name)
    if (property !== undefined && !lazyNames.has(name)) own.push([name, property.value ?? realm[name]])
  }
  for (const [name, find] of Object.entries(unnamed)) own.push([name, find(realm)])
  // Jest gives its realm some of the typed arrays of another, in front of its own.
  own.push(['TypedArray', Object.getPrototypeOf(realm.Float64Array)])
  own.push(['ArrayBuffer', new realm.Float64Array(0).buffer.constructor])
  for (const [name, value] of own) add(value, name === 'global' ? 'globalThis' : name)
  for (const [name, value] of own) {
    if (!isReferable(value) || value === realm) continue
    addProperties(value, name, (part, path) => { if (isProvided(name, part)) add(part, path) })
  }
  return index
}

// What a user hung on a built-in of the language, and what changes with the process, is not the same elsewhere.
function isProvided(name: string, part: unknown): boolean {
  if (languageNames.has(name) || name in unnamed) return typeof part !== 'function' || isNativeFunction(part)
  return name !== 'process' || typeof part === 'function'
}

function addProperties(holder: object, name: string, add: (value: unknown, name: string) => void): void {
  for (const [key, property] of propertiesOf(holder)) {
    const path = `${name}.${key}`
    add(property.value, path)
    add(property.get, `${path}!get`)
    add(property.set, `${path}!set`)
    if (isReferable(property.value) && (key === 'prototype' || name === 'Intl')) addProperties(property.value, path, add)
  }
}

function propertiesOf(holder: object): [string, PropertyDescriptor][] {
  const found: [string, PropertyDescriptor][] = []
  for (const key of Reflect.ownKeys(holder)) {
    const name = typeof key === 'string' ? key : wellKnownName(key)
    if (name === undefined || name === 'constructor' || /[.!]/.test(name)) continue
    found.push([name, Object.getOwnPropertyDescriptor(holder, key)!])
  }
  return found
}

function wellKnownName(key: symbol): string | undefined {
  const name = key.description?.startsWith('Symbol.') === true ? key.description.slice('Symbol.'.length) : undefined
  return name !== undefined && (Symbol as any)[name] === key ? `@@${name}` : undefined
}

function isReferable(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}
