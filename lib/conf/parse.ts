/**
 * Settings from text: times (`200ms`, `2s`), sizes (`64m`), whole numbers, fractions and booleans, as Spark
 * reads them. Each parser throws an IllegalArgumentError that says what form was expected; it never guesses.
 */
import { IllegalArgumentError } from '../base/errors'

/** The unit of a bare number in a time setting. */
export type TimeUnit = 'us' | 'ms' | 's' | 'm' | 'min' | 'h' | 'd'
/** The unit of a bare number in a size setting. */
export type SizeUnit = 'b' | 'k' | 'm' | 'g' | 't' | 'p'

const timeUnitsUs: ReadonlyMap<string, number> = new Map([
  ['us', 1], ['ms', 1e3], ['s', 1e6], ['m', 60e6], ['min', 60e6], ['h', 3_600e6], ['d', 86_400e6],
])
const sizeUnitsBytes: ReadonlyMap<string, number> = new Map(
  ['', 'k', 'm', 'g', 't', 'p'].flatMap((unit, power) => power === 0
    ? [['b', 1] as const]
    : [[unit, 1024 ** power] as const, [`${unit}b`, 1024 ** power] as const]))

const timeForm = 'Time must be a whole number of microseconds (us), milliseconds (ms), seconds (s), '
  + 'minutes (m or min), hours (h) or days (d), as 50s, 100ms or 250us'
const sizeForm = 'Size must be a whole number of bytes (b), kibibytes (k), mebibytes (m), gibibytes (g), '
  + 'tebibytes (t) or pebibytes (p), as 50b, 100k or 250m'

/**
 * The milliseconds that a time text means, rounded towards zero as Spark does: `'2s'` is 2000, `'250us'` is
 * 0.
 * @param unit of a bare number
 * @throws IllegalArgumentError when `text` is no time
 */
export function parseTimeMs(text: string, unit: TimeUnit = 'ms'): number {
  return wholeIn(text, unit, timeUnitsUs, 1e3, /^(-?\d+)([a-z]*)$/, timeForm)
}

/**
 * The whole bytes that a size text means: `'64k'` is 65536. Case does not matter.
 * @param unit of a bare number
 * @throws IllegalArgumentError when `text` is no size
 */
export function parseSizeBytes(text: string, unit: SizeUnit = 'b'): number {
  return wholeIn(text, unit, sizeUnitsBytes, 1, /^(\d+)([a-z]*)$/, sizeForm)
}

/** A whole number of 32 bits. */
export function parseInt32(text: string): number {
  const value = parseLong(text)
  if (value < -(2 ** 31) || value > 2 ** 31 - 1) {
    throw new IllegalArgumentError(
      `expected a whole number between -2147483648 and 2147483647, but got ${quoted(text)}`)
  }
  return value
}

const longMax = 2n ** 63n - 1n

/** A whole number of 64 bits; beyond 2^53 it is the nearest number that JavaScript has. */
export function parseLong(text: string): number {
  const trimmed = text.trim()
  if (!/^[+-]?\d+$/.test(trimmed)) {
    throw new IllegalArgumentError(`expected a whole number, but got ${quoted(text)}`)
  }
  const value = BigInt(trimmed.replace(/^\+/, ''))
  if (value > longMax || value < -longMax - 1n) {
    throw new IllegalArgumentError(`expected a whole number of at most 64 bits, but got ${quoted(text)}`)
  }
  return Number(value)
}

/** A number, as `0.25` or `1e6`. */
export function parseDouble(text: string): number {
  const trimmed = text.trim()
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed)
  throw new IllegalArgumentError(`expected a number, but got ${quoted(text)}`)
}

/** `true` or `false`, in any case. */
export function parseBoolean(text: string): boolean {
  const word = text.trim().toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  throw new IllegalArgumentError(`expected true or false, but got ${quoted(text)}`)
}

function wholeIn(
  text: string, bareUnit: string, units: ReadonlyMap<string, number>, resultUnit: number,
  form: RegExp, hint: string,
): number {
  const lower = text.trim().toLowerCase()
  const match = form.exec(lower)
  const factor = match === null ? undefined : units.get(match[2] === '' ? bareUnit : match[2]!)
  if (factor === undefined) {
    const reason = /^-?\d*\.\d+[a-z]*$/.test(lower) ? 'Fractional values are not supported. ' : ''
    throw new IllegalArgumentError(`${reason}${hint}; but got ${quoted(text)}`)
  }
  const value = Math.trunc(Number(match![1]) * factor / resultUnit)
  if (!Number.isSafeInteger(value)) {
    throw new IllegalArgumentError(`${hint}; but ${quoted(text)} is too large`)
  }
  return value + 0
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
