/**
 * Values as what columns take: a text (or bytes) that the database reads as exactly this value. What a column would round,
 * cut off or reinterpret is refused here, with the name of the column, before a server can do so in silence.
 */
import { types } from 'node:util'
import { IllegalArgumentError } from '../../base/errors'
import { describe } from '../../rdd/arguments'
import type { Column } from './dialect'

export function misfit({ name, type }: Column, value: unknown, cause?: unknown): IllegalArgumentError {
  return new IllegalArgumentError(`the column '${name}' (${type}) cannot hold ${describe(value)}`, cause === undefined ? {} : { cause })
}

/** The value as a text or as bytes, or null. Throws IllegalArgumentError when it does not fit. */
export function textOf(value: unknown, column: Column): string | Uint8Array | null {
  if (value === null || value === undefined) {
    if (column.isNullable) return null
    throw misfit(column, null)
  }
  const text = converters[column.kind](value, column)
  if (text === undefined) throw misfit(column, value)
  return text
}

type Converter = (value: unknown, column: Column) => string | Uint8Array | undefined

const wholeText = /^[+-]?\d+$/

const converters: Record<Column['kind'], Converter> = {
  integer: value => {
    if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value)
    return typeof value === 'string' && wholeText.test(value) ? value : undefined
  },
  decimal: value => typeof value === 'bigint' || Number.isFinite(value) || (typeof value === 'string' && value !== '') ? String(value) : undefined,
  real: value => typeof value === 'number' || typeof value === 'bigint' || (typeof value === 'string' && value !== '') ? String(value) : undefined,
  boolean: value => typeof value === 'boolean' || value === 0 || value === 1 ? (value === true || value === 1 ? '1' : '0') : undefined,
  text: (value, column) => typeof value === 'string' && fits(value, column) ? value : undefined,
  bytes: value => types.isUint8Array(value) ? value : types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined,
  date: value => isInstant(value) ? timeText(value).slice(0, -13) : typeof value === 'string' ? value : undefined,
  timestamp: value => isInstant(value) ? timeText(value) : typeof value === 'string' ? value : undefined,
  json: (value, column) => {
    try { return JSON.stringify(value) as string | undefined } catch (error) { throw misfit(column, value, error) }
  },
  array: value => Array.isArray(value) ? arrayText(value) : undefined,
  other: value => {
    if (typeof value === 'string') return value
    return typeof value === 'bigint' || Number.isFinite(value) || typeof value === 'boolean' ? String(value) : undefined
  },
}

/** Whole characters, not too many, and no lone halves of them, which UTF-8 does not have. */
function fits(text: string, { lengthMax }: Column): boolean {
  if (!(text as unknown as { isWellFormed(): boolean }).isWellFormed()) return false
  return lengthMax === undefined || text.length <= lengthMax || [...text].length <= lengthMax
}

function isInstant(value: unknown): value is Date { return types.isDate(value) && !Number.isNaN(value.getTime()) }

/** In UTC, without a zone: `2026-01-31 12:00:00.000`. */
export function timeText(time: Date): string { return time.toISOString().replace(/^\+0?/, '').replace('T', ' ').slice(0, -1) }

/** An array as Postgres reads it: `{1,NULL,"a \"b\"",{2}}`. */
function arrayText(values: readonly unknown[]): string { return `{${values.map(elementText).join(',')}}` }

function elementText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Array.isArray(value)) return arrayText(value)
  const text = types.isUint8Array(value) ? `\\x${Buffer.from(value).toString('hex')}`
    : isInstant(value) ? `${timeText(value)}+00` : typeof value === 'object' ? JSON.stringify(value) : String(value as string)
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}

const timePattern = /^([+-]?\d{4,6})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?$/

/** A date or a time without a zone, as UTC. Undefined for what no Date can be, as `infinity` or `0000-00-00`. */
export function instantOf(text: string): Date | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = ''] = timePattern.exec(text) ?? []
  if (year === undefined || Number(month) === 0 || Number(day) === 0) return undefined
  const time = new Date(0)
  time.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  time.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)))
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** A whole number as `numbers` asks for it. */
export function wholeOf(text: string, numbers: 'exact' | 'number', name: string): bigint | number {
  if (numbers === 'exact') return BigInt(text)
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value
  throw new IllegalArgumentError(`the column '${name}' holds ${text}, which is no exact number`, {
    hint: "Read it with numbers: 'exact', which gives whole numbers as bigint.",
  })
}

export function notAnInstant(name: string, text: string): IllegalArgumentError {
  return new IllegalArgumentError(`the column '${name}' holds the time ${describe(text)}, which no Date can be`, {
    hint: 'Read it as text: give a query in place of the table, with a CAST of this column.',
  })
}
