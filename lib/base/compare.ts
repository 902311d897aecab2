/**
 * The natural order of values, a total order within each kind: numbers and bigints by value (NaN last),
 * strings by code point, false before true, Dates by time, bytes and arrays element by element. Between kinds
 * there is none.
 */
import { types } from 'node:util'
import { Duration } from './duration'
import { MillraceError } from './errors'
import { kindName } from './key-kinds'
import { Time } from './time'

/**
 * Below 0 when `a` comes before `b`, above 0 when after, 0 when neither.
 * @throws MillraceError MR_NOT_COMPARABLE when the two have no natural order
 */
export function compareNatural(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b)
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b)
  return compareOthers(a, b)
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1
  if (a > b) return 1
  // eslint-disable-next-line eqeqeq -- 1 and 1n are the same in order.
  if (a == b) return 0
  return (a === a ? 0 : 1) - (b === b ? 0 : 1)
}

/**
 * By code point. In UTF-16 the surrogates, which stand for the highest code points, sort below U+E000 to
 * U+FFFF; so where the first difference has both there, the two ranges change places.
 */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    return (x >= 0xd800 && y >= 0xd800 ? swapSurrogates(x) - swapSurrogates(y) : x - y) < 0 ? -1 : 1
  }
  return a.length < b.length ? -1 : 1
}

function swapSurrogates(unit: number): number { return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000 }

function compareOthers(a: unknown, b: unknown): number {
  if (isNumeric(a) && isNumeric(b)) return compareNumbers(a, b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if ((a === null || a === undefined) && a === b) return 0
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) return compareObjects(a, b)
  throw notComparable(a, b)
}

function compareObjects(a: object, b: object): number {
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b)
  if (types.isDate(a) && types.isDate(b)) return compareNumbers(a.getTime(), b.getTime())
  if (types.isUint8Array(a) && types.isUint8Array(b)) return Buffer.compare(a, b)
  if (types.isTypedArray(a) && types.isTypedArray(b) && a[Symbol.toStringTag] === b[Symbol.toStringTag]) {
    return compareArrays(a as unknown as unknown[], b as unknown as unknown[])
  }
  if ((Time.is(a) && Time.is(b)) || (Duration.is(a) && Duration.is(b))) {
    return compareNumbers(a.milliseconds, b.milliseconds)
  }
  throw notComparable(a, b)
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const order = compareNatural(a[i], b[i])
    if (order !== 0) return order
  }
  return Math.sign(a.length - b.length)
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}

function notComparable(a: unknown, b: unknown): MillraceError {
  const message = `${example(a)} and ${example(b)} have no natural order between them`
  return new MillraceError('MR_NOT_COMPARABLE', message,
    { hint: 'Give a compare function, or sort by something of one comparable kind.' })
}

function example(value: unknown): string {
  switch (typeof value) {
    case 'string': return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`
    case 'number': case 'bigint': case 'boolean': return `the ${typeof value} ${value}`
    default: return kindName(value)
  }
}
