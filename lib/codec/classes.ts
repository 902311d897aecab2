/**
 * Which class an instance comes back as. The rule: a class that was registered comes back as the class
 * registered under its name, in any process. Another comes back as itself in the thread that encoded it, and
 * as a plain object with the same data anywhere else. What a class keeps in `#private` fields cannot be read,
 * so that its instances are refused.
 */
import { randomUUID } from 'node:crypto'
import { parse } from 'acorn'
import * as errors from '../base/errors'
import { IllegalArgumentError } from '../base/errors'
import { isNative } from './value-kinds'

/** A class as encoded values name it. */
export interface KnownClass {
  readonly name: string
  /** '' for registered classes, else the thread that gave out `id`. */
  readonly thread: string
  readonly id: number
  /** Why its instances cannot be encoded, if so. */
  readonly refusal: string | undefined
  /** A built-in that it extends, whose instances are more than their properties. */
  readonly nativeBase: string | undefined
}

const thisThread = randomUUID().slice(0, 8)
const registered = new Map<string, object>()
const known = new WeakMap<object, KnownClass>()
const prototypes: object[] = []

/**
 * Makes instances of a class come back as instances when they are decoded in another thread or process, which
 * must have registered its own under the same name. Fields are set on an object with the class's prototype;
 * no constructor runs.
 * @example
 * ```
 * class Point { constructor(readonly x: number, readonly y: number) {} }
 * registerClass('Point', Point)
 * (decodeValue(encodeValue(new Point(1, 2))) as Point) instanceof Point // true
 * ```
 * @throws IllegalArgumentError when `constructor` is not a class
 */
export function registerClass(name: string, constructor: Function): void {
  const prototype: unknown = typeof constructor === 'function' ? constructor.prototype : undefined
  if (typeof prototype !== 'object' || prototype === null) {
    throw new IllegalArgumentError(`registerClass needs a class, but got ${String(constructor)} for '${name}'`)
  }
  registered.set(name, prototype)
  known.set(prototype, { name, thread: '', id: 0, refusal: refusalOf(prototype), nativeBase: nativeBaseOf(prototype) })
}

/** The class whose prototype this is. */
export function classOf(prototype: object): KnownClass {
  let found = known.get(prototype)
  if (found === undefined) {
    const refusal = refusalOf(prototype)
    const nativeBase = nativeBaseOf(prototype)
    found = { name: nameOf(prototype), thread: thisThread, id: prototypes.length, refusal, nativeBase }
    if (refusal === undefined) prototypes.push(prototype)
    known.set(prototype, found)
  }
  return found
}

/** The prototype that instances of a class get here; undefined when it is not known here. */
export function prototypeOf(name: string, thread: string, id: number): object | undefined {
  if (thread === '') return registered.get(name)
  return thread === thisThread ? prototypes[id] : undefined
}

/** The name of the class that a prototype belongs to, for messages. */
export function nameOf(prototype: object): string {
  const constructor: unknown = (prototype as { constructor?: unknown }).constructor
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'a class without a name'
}

function* chainOf(prototype: object): Generator<object> {
  for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at) as object | null) yield at
}

function constructorOf(prototype: object): Function | undefined {
  const constructor: unknown = Object.hasOwn(prototype, 'constructor') ? prototype.constructor : undefined
  return typeof constructor === 'function' && constructor.prototype === prototype ? constructor : undefined
}

/** Why instances with this prototype cannot be encoded, if so. */
function refusalOf(prototype: object): string | undefined {
  const methods = prototype as Record<string, unknown>
  if (typeof methods.emit === 'function' && typeof methods.on === 'function') {
    return 'it emits events to those who listen here'
  }
  if (typeof methods.dispatchEvent === 'function') return 'it sends events to those who listen here'
  for (const at of chainOf(prototype)) {
    const constructor = constructorOf(at)
    const source = constructor === undefined ? '' : Function.prototype.toString.call(constructor)
    const member = source.includes('#') ? privateMemberOf(source) : undefined
    if (member === undefined) continue
    return `its class ${constructor!.name} has the private member ${member}, which only its constructor can make`
  }
  return undefined
}

/** What can be extended without internal state. */
const openBases = /^(?:Object|Array|.*Error)$/

function nativeBaseOf(prototype: object): string | undefined {
  for (const at of chainOf(prototype)) {
    const constructor = constructorOf(at)
    if (constructor !== undefined && isNative(constructor) && !openBases.test(constructor.name)) return constructor.name
  }
  return undefined
}

/** The first `#private` member that instances of a class have. */
function privateMemberOf(source: string): string | undefined {
  let program: any
  try { program = parse(`(${source})`, { ecmaVersion: 'latest' }) } catch { return undefined }
  const expression = program.body[0].expression
  if (expression.type !== 'ClassExpression') return undefined
  const found = expression.body.body.find((member: any) => !member.static && member.key?.type === 'PrivateIdentifier')
  return found === undefined ? undefined : `#${found.key.name}`
}

for (const [name, value] of Object.entries(errors)) {
  if (typeof value === 'function' && value.prototype instanceof Error) registerClass(`millrace.${name}`, value)
}
