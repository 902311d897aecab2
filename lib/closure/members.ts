/**
 * The properties of an object as they are: order, attributes, accessors as functions, the prototype, and whether it is
 * frozen. A getter that throws is refused, because reading it elsewhere would fail too; those of prototypes are for
 * other objects and are not tried.
 */
import { globalNameOf } from './globals'
import { Refusal } from './refuse'
import { prototypeStep, type Graph } from './graph'
import type { Members, OddProperty, Slot } from './records'

export interface MemberOptions {
  /** The built-in class whose prototype this kind of object has by itself. */
  readonly usual: string
  /** Properties that the record holds elsewhere, or that come by themselves. */
  readonly skips?: (key: string | symbol) => boolean
  /** It is the `prototype` of a class: its getters are for the instances. */
  readonly isForInstances?: boolean
  /** Its properties do not travel. */
  readonly isPrototypeOnly?: boolean
  /** The prototype comes with the object. */
  readonly keepsPrototype?: boolean
}

const usualFlags = 7

export function encodeMembers(graph: Graph, value: object, options: MemberOptions): Members {
  const prototype = options.keepsPrototype === true ? undefined : encodePrototype(graph, value, options.usual)
  const integrity = Object.isExtensible(value) ? 0 : Object.isFrozen(value) ? 3 : Object.isSealed(value) ? 2 : 1
  const triesGetters = options.usual === 'Object' && options.isForInstances !== true && !graph.isPrototype
  const keys: string[] = []
  const slots: Slot[] = []
  const odd: OddProperty[] = []
  for (const key of options.isPrototypeOnly === true ? [] : Reflect.ownKeys(value)) {
    if (options.skips?.(key) === true) continue
    const property = Object.getOwnPropertyDescriptor(value, key)!
    if (property.get !== undefined || property.set !== undefined) {
      if (property.get !== undefined && triesGetters) tryGetter(graph, value, property.get, key)
      const [get, set] = [graph.property(property.get, key), graph.property(property.set, key)]
      odd.push([graph.property(key, key), flagsOf(property), get, set])
      continue
    }
    const slot = graph.property(property.value, key)
    // Freezing and sealing give the other properties their attributes back.
    const flags = integrity === 3 ? flagsOf(property) | 5 : integrity === 2 ? flagsOf(property) | 4 : flagsOf(property)
    if (typeof key === 'string' && key !== '__proto__' && flags === usualFlags && odd.length === 0) {
      graph.weigh(key.length)
      keys.push(key)
      slots.push(slot)
    } else odd.push([graph.property(key, key), flags, slot])
  }
  if (prototype === undefined && integrity === 0 && keys.length === 0 && odd.length === 0) return 0
  return [prototype, keys, slots, odd.length === 0 ? 0 : odd, integrity]
}

/** Undefined for the usual prototype of this kind of object. */
export function encodePrototype(graph: Graph, value: object, usual: string): Slot | null | undefined {
  const prototype: object | null = Object.getPrototypeOf(value)
  if (prototype === null) return null
  const isUsual = prototype === (globalThis as any)[usual]?.prototype || globalNameOf(prototype) === `${usual}.prototype`
  if (isUsual) return undefined
  return graph.property(prototype, prototypeStep)
}

function tryGetter(graph: Graph, holder: object, get: Function, key: string | symbol): void {
  try { get.call(holder) } catch (error) {
    graph.pointAt(key, false)
    throw new Refusal(`a getter that throws: ${messageOf(error)}`, 'Capture the value that it should give instead.')
  }
}

function messageOf(error: unknown): string {
  try { return String((error as Error)?.message ?? error) } catch { return 'something that cannot be shown' }
}

function flagsOf(property: PropertyDescriptor): number {
  return (property.writable === true ? 1 : 0) + (property.enumerable === true ? 2 : 0) + (property.configurable === true ? 4 : 0)
}
