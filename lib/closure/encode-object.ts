/**
 * Objects by content: data of every built-in kind, plain objects and class instances. What an object keeps where no
 * property shows it (handles, #private fields, the state of Node's own classes) is refused.
 */
import { types } from 'node:util'
import { prototypeRecord } from './encode-function'
import { refuseHiddenState } from './instances'
import { encodeMembers } from './members'
import { copyOfNamespace } from './namespaces'
import { Refusal, refuseByKind } from './refuse'
import type { Graph, StepText } from './graph'
import type { NodeRecord, Primitive, Slot } from './records'

/** The record of an object that travels by its content. */
export function encodeObject(graph: Graph, value: object): NodeRecord {
  refuseByKind(value)
  if (types.isModuleNamespaceObject(value)) return copyOfNamespace(graph, value)
  const known = encodeHostValue(value) ?? prototypeRecord(graph, value)
  if (known !== undefined) return known
  refuseHiddenState(value)
  return encodeBuiltIn(graph, value) ?? ['object', encodeMembers(graph, value, { usual: 'Object' })]
}

function encodeBuiltIn(graph: Graph, value: any): NodeRecord | undefined {
  if (Array.isArray(value)) return encodeArray(graph, value)
  if (types.isMap(value)) return ['map', mapSlots(graph, value), encodeMembers(graph, value, { usual: 'Map' })]
  if (types.isSet(value)) return ['set', setSlots(graph, value), encodeMembers(graph, value, { usual: 'Set' })]
  if (types.isDate(value)) return ['date', Date.prototype.getTime.call(value), encodeMembers(graph, value, { usual: 'Date' })]
  if (types.isRegExp(value)) {
    return ['regexp', value.source, value.flags, encodeMembers(graph, value, { usual: 'RegExp' })]
  }
  if (types.isNativeError(value)) return encodeError(graph, value)
  if (types.isBoxedPrimitive(value)) return encodeBoxed(graph, value)
  if (types.isArrayBuffer(value)) return encodeBytes(graph, value)
  if (types.isArrayBufferView(value)) return encodeView(graph, value)
  if (types.isArgumentsObject(value)) {
    return ['arguments', Array.from(value as ArrayLike<unknown>, (item, index) => graph.property(item, index))]
  }
  return undefined
}

// The methods of the language, because a class that extends Map may have others.
function mapSlots(graph: Graph, map: Map<unknown, unknown>): Slot[] {
  const slots: Slot[] = []
  Map.prototype.forEach.call(map, (item, key) => {
    const place = inside(typeof key === 'string' ? JSON.stringify(key) : 'a value')
    slots.push(graph.property(key, inside('a key')), graph.property(item, place))
  })
  return slots
}

function setSlots(graph: Graph, set: Set<unknown>): Slot[] {
  const slots: Slot[] = []
  Set.prototype.forEach.call(set, item => { slots.push(graph.property(item, inside('an element'))) })
  return slots
}

function inside(text: string): StepText { return () => `{${text}}` }

const isIndex = (key: string | symbol): boolean => typeof key === 'string' && /^\d+$/.test(key)
const isIndexOrLength = (key: string | symbol): boolean => key === 'length' || isIndex(key)
const isLength = (key: string | symbol): boolean => key === 'length'

function encodeArray(graph: Graph, value: unknown[]): NodeRecord {
  const slots = Object.isExtensible(value) ? denseSlots(graph, value) : undefined
  const members = encodeMembers(graph, value, { usual: 'Array', skips: slots === undefined ? isLength : isIndexOrLength })
  return ['array', value.length, slots ?? 0, members]
}

/** The elements of an array without holes and accessors; undefined for others. Reading by descriptor runs no getter. */
function denseSlots(graph: Graph, value: unknown[]): Slot[] | undefined {
  const slots: Slot[] = []
  for (let index = 0; index < value.length; index++) {
    const property = Object.getOwnPropertyDescriptor(value, index)
    if (property?.writable !== true || property.enumerable !== true || property.configurable !== true) return undefined
    slots.push(graph.property(property.value, index))
  }
  graph.weigh(slots.length * 8)
  return slots
}

function encodeError(graph: Graph, value: Error): NodeRecord {
  const stack = Object.hasOwn(value, 'stack') ? graph.property(value.stack, 'stack') : undefined
  return ['error', stack, encodeMembers(graph, value, { usual: 'Error', skips: key => key === 'stack' })]
}

function encodeBoxed(graph: Graph, value: object): NodeRecord {
  if (types.isSymbolObject(value)) throw new Refusal('a boxed symbol', 'Use Symbol.for(...).')
  const [primitive, usual] = unboxed(value)
  return ['boxed', primitive, encodeMembers(graph, value, usual === 'String' ? { usual, skips: isIndexOrLength } : { usual })]
}

function unboxed(value: object): [Primitive, string] {
  if (types.isStringObject(value)) return [String.prototype.valueOf.call(value), 'String']
  if (types.isNumberObject(value)) return [Number.prototype.valueOf.call(value), 'Number']
  if (types.isBooleanObject(value)) return [Boolean.prototype.valueOf.call(value), 'Boolean']
  return [BigInt.prototype.valueOf.call(value), 'BigInt']
}

function encodeBytes(graph: Graph, value: ArrayBuffer): NodeRecord {
  if ((value as any).resizable === true) {
    throw new Refusal('a resizable ArrayBuffer', 'Capture a copy of its bytes: buffer.slice(0).')
  }
  graph.weigh(value.byteLength)
  return ['bytes', value]
}

function encodeView(graph: Graph, value: ArrayBufferView): NodeRecord {
  const type: string = types.isDataView(value) ? 'DataView' : typeName.call(value)
  const usual = Buffer.isBuffer(value) ? 'Buffer' : type
  const length = types.isDataView(value) ? value.byteLength : (value as Uint8Array).length
  // Properties of a long array other than its elements cannot be listed without listing the elements.
  const members = encodeMembers(graph, value, { usual, skips: isIndex, isPrototypeOnly: length > namedViewLengthMax })
  // Small Buffers share a pool: of a pool only the Buffer's own bytes travel.
  if (usual === 'Buffer' && value.buffer.byteLength === Buffer.poolSize && value.byteLength < Buffer.poolSize) {
    graph.weigh(value.byteLength)
    const own = (value.buffer as ArrayBuffer).slice(value.byteOffset, value.byteOffset + value.byteLength)
    return ['view', usual, graph.synthetic(['bytes', own]), 0, length, members]
  }
  return ['view', usual, graph.property(value.buffer, 'buffer'), value.byteOffset, length, members]
}

const namedViewLengthMax = 10_000

/** The name of a typed array's kind, whatever its realm and class. */
const typeName = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)!.get!

/** Values of Node's own classes that are nothing but a text or a setting. */
function encodeHostValue(value: any): NodeRecord | undefined {
  const prototype = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return undefined
  if (prototype === URL.prototype) return ['url', value.href]
  if (prototype === URLSearchParams.prototype) return ['query', value.toString()]
  if (prototype === TextEncoder.prototype) return ['encoder']
  if (prototype === TextDecoder.prototype) return ['decoder', value.encoding, value.fatal, value.ignoreBOM]
  return undefined
}
