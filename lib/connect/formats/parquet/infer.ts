/**
 * The columns of elements where no schema says them: of all elements, so that every file of an output has the same. A kind of
 * value is always the same type (a number is a double, whole or not), so that batch after batch has the same, too.
 */
import { types } from 'node:util'
import { describe } from '../../../rdd/arguments'
import { typeText, type DataType, type Field } from '../data-types'

/** A type of which nothing but nulls has been seen is undefined. */
export type Seen =
  | { readonly kind: 'string' | 'boolean' | 'double' | 'bigint' | 'timestamp' | 'binary' }
  | { readonly kind: 'array', readonly element: Seen | undefined }
  | { readonly kind: 'map', readonly key: Seen | undefined, readonly value: Seen | undefined }
  | { readonly kind: 'struct', readonly fields: readonly SeenField[] }

export type SeenField = readonly [name: string, type: Seen | undefined]

const depthMax = 50

/**
 * The fields of both, in the order in which they were met; `a` itself where `b` adds nothing, as most elements do. Throws TypeError where
 * one has two types.
 */
export function mergeFields(a: readonly SeenField[], b: readonly SeenField[], path = ''): readonly SeenField[] {
  if (a.length === 0) return b
  const at = (name: string): string => path === '' ? name : `${path}.${name}`
  if (b.every(([name, type], i) => a[i]?.[0] === name && mergeTypes(a[i][1], type, at(name)) === a[i][1])) return a
  const merged = new Map(a)
  for (const [name, type] of b) merged.set(name, mergeTypes(merged.get(name), type, at(name)))
  return [...merged]
}

function mergeTypes(a: Seen | undefined, b: Seen | undefined, path: string): Seen | undefined {
  if (a === undefined || b === undefined) return a ?? b
  if (a.kind === 'array' && b.kind === 'array') {
    const element = mergeTypes(a.element, b.element, path)
    return element === a.element ? a : { kind: 'array', element }
  }
  if (a.kind === 'map' && b.kind === 'map') {
    const [key, value] = [mergeTypes(a.key, b.key, path), mergeTypes(a.value, b.value, path)]
    return key === a.key && value === a.value ? a : { kind: 'map', key, value }
  }
  if (a.kind === 'struct' && b.kind === 'struct') {
    const fields = mergeFields(a.fields, b.fields, path)
    return fields === a.fields ? a : { kind: 'struct', fields }
  }
  if (a.kind === b.kind) return a
  throw new TypeError(`the column ${describe(path)} is ${typeText(finished(a))} in one element and ${typeText(finished(b))} in another`)
}

/** The columns of one element. Throws TypeError for what has none. */
export function fieldsOf(element: unknown): readonly SeenField[] {
  const seen = isStruct(element) ? typeOf(element, '', 0) : undefined
  if (seen?.kind === 'struct') return seen.fields
  throw new TypeError(`${describe(element)} is no object with columns`)
}

function typeOf(value: unknown, path: string, depth: number): Seen | undefined {
  if (depth > depthMax) throw new TypeError(`the column ${describe(path)} has more than ${depthMax} levels`)
  switch (typeof value) {
    case 'string': case 'boolean': case 'bigint': return { kind: typeof value as 'string' | 'boolean' | 'bigint' }
    case 'number': return { kind: 'double' }
    case 'undefined': return undefined
    case 'object': break
    default: throw new TypeError(`the column ${describe(path)} is ${describe(value)}, which no column can hold`)
  }
  if (value === null) return undefined
  if (types.isDate(value)) return { kind: 'timestamp' }
  if (types.isUint8Array(value)) return { kind: 'binary' }
  const all = (items: Iterable<unknown>): Seen | undefined => {
    let seen: Seen | undefined
    for (const item of items) seen = mergeTypes(seen, typeOf(item, path, depth + 1), path)
    return seen
  }
  if (Array.isArray(value) || types.isSet(value)) return { kind: 'array', element: all(value) }
  if (types.isMap(value)) return { kind: 'map', key: all(value.keys()), value: all(value.values()) }
  return { kind: 'struct', fields: Object.entries(value).map(([name, item]) => [name, typeOf(item, path === '' ? name : `${path}.${name}`, depth + 1)] as const) }
}

/** True for what can be a row: an object that is no list, no map, no date and no bytes. */
export function isStruct(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !types.isDate(value) && !types.isUint8Array(value)
    && !types.isMap(value) && !types.isSet(value)
}

/** Types to write with. What was always null is text, as in Spark. */
export function finishedFields(fields: readonly SeenField[]): Field[] {
  return fields.map(([name, type]) => ({ name, type: finished(type), isNullable: true }))
}

function finished(seen: Seen | undefined): DataType {
  if (seen === undefined) return { kind: 'string' }
  switch (seen.kind) {
    case 'array': return { kind: 'array', element: finished(seen.element) }
    case 'map': return { kind: 'map', key: finished(seen.key), value: finished(seen.value) }
    case 'struct': return { kind: 'struct', fields: finishedFields(seen.fields) }
    default: return { kind: seen.kind }
  }
}
