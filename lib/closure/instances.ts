/**
 * Instances whose properties are not all of them: of Node's own classes, which keep handles and states of their own, and
 * of classes with #private fields. Decided once a prototype.
 */
import { findExport } from './exports'
import { intrinsicOfPrototype, isNativeFunction } from './globals'
import { placeOf } from './inspector'
import { scriptUrl } from './scripts'
import { readSource } from './source'
import { Refusal, refuseClassOfNode, refusePrivate } from './refuse'

/** Built-in classes whose instances are found by their kind, or have nothing that their properties do not show. */
const transparent: ReadonlySet<string> = new Set(`Object Array Map Set Date RegExp Error AggregateError EvalError RangeError
  ReferenceError SyntaxError TypeError URIError String Number Boolean BigInt ArrayBuffer DataView TypedArray Uint8Array
  Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array Uint8ClampedArray
  BigUint64Array BigInt64Array Buffer Function`.split(/\s+/))

/** Written into compiled classes in place of #private fields. */
const compiledPrivate = /\b(?:__classPrivateFieldGet|__privateGet|_classPrivateFieldGet|_class_private_field_get)\b/

/** What is wrong with the instances of one prototype. */
type Verdict = 'fine' | 'of Node' | 'an iterator' | 'private fields'

const verdicts = new WeakMap<object, Verdict>()

/** Refuses a value whose class keeps something that cannot be read. */
export function refuseHiddenState(value: object): void {
  const chain = prototypesOf(value)
  for (const prototype of chain) {
    let verdict = verdicts.get(prototype)
    if (verdict === undefined) verdicts.set(prototype, verdict = judge(prototype))
    if (verdict === 'of Node') refuseClassOfNode(chain.map(each => constructorOf(each)?.name ?? '').filter(name => name !== ''))
    if (verdict === 'private fields') refusePrivate(constructorOf(prototype)!.name)
    if (verdict === 'an iterator') throw new Refusal('an iterator', 'Pass an array of its values.')
  }
}

function judge(prototype: object): Verdict {
  const intrinsic = intrinsicOfPrototype(prototype)
  if (intrinsic !== undefined) return transparent.has(intrinsic) ? 'fine' : 'of Node'
  const tag: unknown = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.value
  if (typeof tag === 'string' && /(?:Iterator|Helper)$/.test(tag)) return 'an iterator'
  const constructor = constructorOf(prototype)
  if (constructor === undefined) return 'fine'
  return isFunctionOfNode(constructor) ? 'of Node' : hasPrivateFields(constructor) ? 'private fields' : 'fine'
}

function prototypesOf(value: object): object[] {
  const chain: object[] = []
  let next: object | null = Object.getPrototypeOf(value)
  for (; next !== null; next = Object.getPrototypeOf(next)) chain.push(next)
  return chain
}

function constructorOf(prototype: object): Function | undefined {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof constructor === 'function' ? constructor : undefined
}

/** A class of Node's own, exported or not. */
export function isFunctionOfNode(f: Function): boolean {
  const exported = findExport(f)
  if (exported !== undefined) return exported.module[0] === 'builtin'
  if (isNativeFunction(f)) return true
  const place = placeOf(f)
  return place !== undefined && scriptUrl(place.scriptId).startsWith('node:')
}

function hasPrivateFields(constructor: Function): boolean {
  const text = Function.prototype.toString.call(constructor)
  if (compiledPrivate.test(text)) return true
  return text.startsWith('class') && text.includes('#') && readSource(text).classFacts?.hasPrivateInstanceMembers === true
}
