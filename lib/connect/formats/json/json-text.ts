/**
 * Values to JSON text, one line each: as JSON.stringify does it, and besides bigints as whole numbers, bytes as base64, a Map
 * as an object and a Set as an array. What has no JSON (a function, undefined as an element, a cycle) is refused.
 */
import { types } from 'node:util'
import { IllegalArgumentError } from '../../../base/errors'
import { limits } from '../../../base/limits'
import { describe } from '../../../rdd/arguments'

/** The line of an element, without a line feed. Throws IllegalArgumentError where there is none. */
export function jsonLine(value: unknown): string {
  let text: string | undefined
  try {
    text = isSimple(value, 0) ? JSON.stringify(value) : textOf(value, '', 0)
  } catch (error) {
    throw unwritable((error as Error).message, error)
  }
  if (text === undefined) throw unwritable(`${describe(value)} has no JSON`)
  return text
}

function unwritable(why: string, cause?: unknown): IllegalArgumentError {
  return new IllegalArgumentError(`an element cannot be written as JSON: ${why.split('\n')[0]}`, {
    cause, hint: 'Map the elements to plain values before they are saved.',
  })
}

/** True for what JSON.stringify alone writes as it should be: no bigint, no bytes, no Map and no Set anywhere in it. */
function isSimple(value: unknown, depth: number): boolean {
  if (typeof value !== 'object') return typeof value !== 'bigint'
  if (value === null) return true
  if (depth >= limits.receivedDepthMax) return false
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isSimple(value[i], depth + 1)) return false
    return true
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const key in value) if (!isSimple((value as Record<string, unknown>)[key], depth + 1)) return false
  return true
}

/** The text of any value, by the rules of JSON.stringify where it has some; undefined for what it leaves out. */
function textOf(given: unknown, key: string, depth: number): string | undefined {
  if (depth > limits.receivedDepthMax) throw new RangeError(`it nests deeper than receivedDepthMax, ${limits.receivedDepthMax} levels, or holds itself`)
  if (typeof given === 'bigint') return String(given)
  if (typeof given !== 'object' || given === null) return JSON.stringify(given)
  if (types.isUint8Array(given)) return `"${Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('base64')}"`
  if (typeof (given as { toJSON?: unknown }).toJSON === 'function') {
    const made: unknown = (given as { toJSON: (key: string) => unknown }).toJSON(key)
    if (made !== given) return textOf(made, key, depth + 1)
  }
  if (types.isBoxedPrimitive(given)) return textOf(given.valueOf(), key, depth + 1)
  if (types.isSet(given)) return arrayText([...given], depth)
  if (types.isMap(given)) return objectText([...given].map(([name, item]) => [nameOf(name), item]), depth)
  return Array.isArray(given) ? arrayText(given, depth) : objectText(Object.entries(given), depth)
}

function arrayText(items: readonly unknown[], depth: number): string {
  return `[${Array.from(items, (item, i) => textOf(item, String(i), depth + 1) ?? 'null').join(',')}]`
}

function objectText(entries: readonly (readonly [string, unknown])[], depth: number): string {
  const fields: string[] = []
  for (const [name, item] of entries) {
    const text = textOf(item, name, depth + 1)
    if (text !== undefined) fields.push(`${JSON.stringify(name)}:${text}`)
  }
  return `{${fields.join(',')}}`
}

function nameOf(key: unknown): string {
  if (typeof key === 'symbol' || (typeof key === 'object' && key !== null)) throw new TypeError(`a key of a Map is ${describe(key)}`)
  return String(key)
}
