/** What an element is written as, by the user's functions or by the rules for pairs, text and bytes. */
import { types } from 'node:util'
import { IllegalArgumentError } from '../../../base/errors'
import { describe } from '../../../rdd/arguments'
import type { KafkaContent, KafkaHeaders, RecordPlan } from './options'
import type { Content, Header } from './record-batch-builder'

const noHeaders: readonly Header[] = []

/** The key of an element: bytes or null, for the partition depends on them. */
export function keyOf({ key }: RecordPlan, element: unknown): Uint8Array | null {
  const given = key !== undefined ? key(element) : isPair(element) ? element[0] as KafkaContent : null
  const content = contentOf('key', given, '{ key: ([key]) => String(key) }')
  return typeof content === 'string' ? Buffer.from(content) : content
}

export function valueOf({ value }: RecordPlan, element: unknown): Content {
  const given = value !== undefined ? value(element) : isPair(element) ? element[1] as KafkaContent : element as KafkaContent
  return contentOf('value', given, '{ value: element => JSON.stringify(element) }')
}

export function headersOf({ headers }: RecordPlan, element: unknown): readonly Header[] {
  const given = headers?.(element)
  if (given === undefined || given === null) return noHeaders
  if (typeof given !== 'object') throw new IllegalArgumentError(`saveToKafka: headers must be an object, a Map or a list of pairs, got ${describe(given)}`)
  const pairs = Symbol.iterator in given ? given as Iterable<readonly [string, KafkaContent]> : Object.entries(given as Exclude<KafkaHeaders, Iterable<any>>)
  return Array.from(pairs, ([name, content]) => [String(name), contentOf(`header '${name}'`, content, "{ headers: element => ({ name: 'text' }) }")] as const)
}

/** Milliseconds since 1970. */
export function timestampOf({ timestamp }: RecordPlan, element: unknown, nowMs: number): number {
  const given = timestamp?.(element)
  if (given === undefined) return nowMs
  const ms = types.isDate(given) ? given.getTime() : given
  if (Number.isSafeInteger(ms) && ms as number >= 0) return ms as number
  throw new IllegalArgumentError(`saveToKafka: a timestamp must be a Date or whole milliseconds since 1970, got ${describe(given)}`)
}

function isPair(element: unknown): element is [unknown, unknown] { return Array.isArray(element) && element.length === 2 }

function contentOf(what: string, content: KafkaContent, hint: string): Content {
  if (typeof content === 'string' || types.isUint8Array(content)) return content
  if (content === null || content === undefined) return null
  throw new IllegalArgumentError(`saveToKafka: the ${what} of a record must be a string, bytes or null, got ${describe(content)}`, { hint })
}
