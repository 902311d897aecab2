/**
 * Values as Scala would print them: what `print` and `saveAsTextFiles` write. It never throws, whatever the
 * value holds: cycles, bigints, failing toString methods and revoked proxies are shown as such.
 */
import { types } from 'node:util'

/** The objects that the one being shown is part of, innermost first. */
interface Parents {
  readonly value: object
  readonly parents: Parents | undefined
  readonly depth: number
}

const depthMax = 500
const circular = '[Circular]'

/**
 * The text of a value: strings bare, `(a,1)` for a pair, `[1, 2, 3]` for other arrays, `None` for undefined,
 * bytes as hex, Dates in ISO form, bigints without `n`, `Map(a -> 1)`, `Set(1)`, the own toString of a class,
 * JSON for other objects.
 * @example
 * ```
 * show([['a', 1], undefined]) // ((a,1),None)
 * ```
 */
export function show(value: unknown): string {
  if (typeof value === 'string') return value
  try { return showWithin(value, undefined) } catch (error) { return `<cannot be shown: ${messageOf(error)}>` }
}

function showWithin(value: unknown, parents: Parents | undefined): string {
  switch (typeof value) {
    case 'string': return value
    case 'undefined': return 'None'
    case 'function': return value.name === '' ? '<function>' : `<function ${value.name}>`
    case 'object': return value === null ? 'null' : showObject(value, parents)
    default: return String(value)
  }
}

function showObject(value: object, parents: Parents | undefined): string {
  if (isAmong(value, parents)) return circular
  const inner: Parents = { value, parents, depth: (parents?.depth ?? 0) + 1 }
  if (inner.depth > depthMax) return '...'
  if (Array.isArray(value)) return showArray(value, inner)
  if (types.isDate(value)) return showDate(value)
  const bytes = bytesIn(value)
  if (bytes !== undefined) return bytes.toString('hex')
  if (types.isTypedArray(value)) return `[${Array.from(value as Iterable<unknown>, String).join(', ')}]`
  if (isMapLike(value)) {
    const entries = Array.from(value, entry => entry.map(each => showWithin(each, inner)).join(' -> '))
    return `Map(${entries.join(', ')})`
  }
  if (types.isSet(value)) return `Set(${Array.from(value, element => showWithin(element, inner)).join(', ')})`
  return ownText(value) ?? toJson(value, parents)
}

function showArray(value: readonly unknown[], inner: Parents): string {
  if (value.length === 2) return `(${showWithin(value[0], inner)},${showWithin(value[1], inner)})`
  return `[${Array.from(value, element => showWithin(element, inner)).join(', ')}]`
}

/**
 * JSON as JSON.stringify writes it, but bigints are digits, bytes hex, Maps and Sets arrays, and cycles no
 * error.
 */
function toJson(value: unknown, parents: Parents | undefined): string {
  switch (typeof value) {
    case 'string': return JSON.stringify(value)
    case 'number': return Number.isFinite(value) ? String(value) : 'null'
    case 'bigint': case 'boolean': return String(value)
    case 'object': return value === null ? 'null' : objectToJson(value, parents)
    default: return 'null'
  }
}

function objectToJson(value: object, parents: Parents | undefined): string {
  if (isAmong(value, parents)) return `"${circular}"`
  const inner: Parents = { value, parents, depth: (parents?.depth ?? 0) + 1 }
  if (inner.depth > depthMax) return '"..."'
  if (types.isDate(value)) return JSON.stringify(showDate(value))
  const bytes = bytesIn(value)
  if (bytes !== undefined) return `"${bytes.toString('hex')}"`
  const replacement = ownJson(value)
  if (replacement !== value) return toJson(replacement, inner)
  if (types.isBoxedPrimitive(value)) return toJson(value.valueOf(), inner)
  if (Array.isArray(value) || isMapLike(value) || types.isSet(value) || types.isTypedArray(value)) {
    return `[${Array.from(value as Iterable<unknown>, element => toJson(element, inner)).join(',')}]`
  }
  const fields: string[] = []
  for (const name of Object.keys(value)) {
    const field = fieldOf(value, name)
    if (field === undefined || typeof field === 'function' || typeof field === 'symbol') continue
    fields.push(`${JSON.stringify(name)}:${toJson(field, inner)}`)
  }
  return `{${fields.join(',')}}`
}

/**
 * The text of an object that knows its own: a toString that is not Object's, or a built-in without data to
 * show.
 */
function ownText(value: object): string | undefined {
  try {
    const toText: unknown = (value as any).toString
    if (typeof toText === 'function' && !isRootMethod(value, toText)) return String(toText.call(value))
    const text = Object.prototype.toString.call(value)
    return text === '[object Object]' ? undefined : text
  } catch (error) {
    return `<toString of ${value.constructor?.name ?? 'an object'} failed: ${messageOf(error)}>`
  }
}

function ownJson(value: object): unknown {
  try {
    const toJSON: unknown = (value as any).toJSON
    return typeof toJSON === 'function' ? toJSON.call(value) : value
  } catch (error) {
    return `<toJSON failed: ${messageOf(error)}>`
  }
}

function fieldOf(value: object, name: string): unknown {
  try { return (value as any)[name] } catch (error) { return `<failed: ${messageOf(error)}>` }
}

function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : typeof error === 'string' ? error : 'an error'
}

/** Object.prototype.toString of whatever realm the value is from: the method of its last prototype. */
function isRootMethod(value: object, method: Function): boolean {
  let root: object | null = null
  for (let next: object | null = value; next !== null; next = Object.getPrototypeOf(next)) root = next
  return root !== value && root!.toString === method
}

function isMapLike(value: object): value is Map<unknown, unknown> {
  return types.isMap(value)
    || ((value as any)[Symbol.toStringTag] === 'KeyMap' && typeof (value as any).entries === 'function')
}

function bytesIn(value: object): Buffer | undefined {
  if (types.isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return types.isAnyArrayBuffer(value) ? Buffer.from(value) : undefined
}

function showDate(value: Date): string {
  return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
}

function isAmong(value: object, parents: Parents | undefined): boolean {
  for (let one = parents; one !== undefined; one = one.parents) if (one.value === value) return true
  return false
}
