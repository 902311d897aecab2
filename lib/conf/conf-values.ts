/**
 * What may be given to a SparkConf, and in which forms; everything else is refused here.
 */
import { types } from 'node:util'
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import { kindName } from '../base/key-kinds'

/** What a setting may be given as; it is kept as text. */
export type ConfValue = string | number | boolean
/** Many settings: pairs, a Map or an object. */
export type ConfValues = Iterable<readonly [string, ConfValue]> | Readonly<Record<string, ConfValue>>

/** Where settings come from that whoever started the program handed over: a JSON object. */
export const confVariable = 'MILLRACE_CONF'

/** `key`, when it is text. */
export function requireKey(key: unknown): string {
  if (typeof key === 'string') return key
  const isMissing = key === null || key === undefined
  throw badCall(isMissing ? 'null key' : `a key must be a string, but got ${typeof key}`)
}

/** `value` as text, when it is one that a setting may have. */
export function checkedText(key: unknown, value: unknown): string {
  const name = requireKey(key)
  if (value === null || value === undefined) throw nullValue(name)
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value)
  throw badCall(`the value for ${name} must be a string, a number or a boolean, but got ${typeof value}`)
}

export function nullValue(key: string): IllegalArgumentError {
  return badCall(`null value for ${key}`, 'Use remove(key) to unset a setting.')
}

/** The error for a call of SparkConf that cannot be meant. */
export function badCall(message: string, hint?: string): IllegalArgumentError {
  const at = CallSite.capture('SparkConf').toString()
  return new IllegalArgumentError(message, hint === undefined ? { at } : { at, hint })
}

/** The pairs in whatever form many settings may be given. */
export function pairsOf(given: unknown, operator: string): Iterable<readonly [string, ConfValue]> {
  if (typeof given === 'object' && given !== null) {
    return Symbol.iterator in given ? given as Iterable<readonly [string, ConfValue]> : Object.entries(given)
  }
  throw badCall(`${operator} takes pairs, an object or a Map, but got ${kindName(given)}`)
}

/** The settings in the text of the environment variable. */
export function parseVariable(text: string): Record<string, ConfValue> {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch (cause) {
    const message = `the environment variable ${confVariable} is not JSON: ${(cause as Error).message}`
    throw new IllegalArgumentError(message, { cause })
  }
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return given as Record<string, ConfValue>
  }
  throw new IllegalArgumentError(`the environment variable ${confVariable} must be a JSON object of settings`)
}

/** The error for a setting whose text cannot be read; `error` says why. */
export function illegalValue(key: string, text: string, error: unknown): IllegalArgumentError {
  const reason = types.isNativeError(error) ? error.message : String(error)
  return badCall(`Illegal value for config key ${key}: ${JSON.stringify(text)}: ${reason}`)
}
