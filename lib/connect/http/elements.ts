/** What becomes of a body: lines, JSON values or bytes. */
import type { IncomingHttpHeaders } from 'node:http'
import { limits } from '../../base/limits'
import { isDeeperThan } from '../../codec/json-depth'
import { BodyRefused } from './request-body'
import type { CheckedStreamOptions } from './options'

const lineEnd = 0x0a

/** Elements of a request: text that stays bytes until a task reads it, or values. */
export type Elements = { readonly kind: 'text', readonly text: Uint8Array } | { readonly kind: 'values', readonly values: readonly unknown[] }

/** Throws BodyRefused for what is not of the format. */
export function elementsOf(body: Uint8Array, headers: IncomingHttpHeaders, { format, parse }: CheckedStreamOptions): Elements {
  if (parse !== undefined) return { kind: 'values', values: parsed(() => Array.from(parse(body, headers))) }
  switch (format) {
    case 'bytes': return { kind: 'values', values: [body] }
    case 'lines': return { kind: 'text', text: withLineEnd(body) }
    case 'json': return { kind: 'values', values: jsonOf(body, headers) }
  }
}

function withLineEnd(body: Uint8Array): Uint8Array {
  if (body.length === 0 || body.at(-1) === lineEnd) return body
  const ended = new Uint8Array(body.length + 1)
  ended.set(body)
  ended[body.length] = lineEnd
  return ended
}

function isLines(headers: IncomingHttpHeaders): boolean { return /^application\/(x-ndjson|jsonl|x-jsonlines)\b/.test(headers['content-type'] ?? '') }

function jsonOf(body: Uint8Array, headers: IncomingHttpHeaders): unknown[] {
  if (isDeeperThan(body, limits.receivedDepthMax)) throw new BodyRefused(400, `The JSON nests deeper than ${limits.receivedDepthMax} (receivedDepthMax).`)
  return isLines(headers) ? jsonLines(body) : jsonValues(body)
}

function jsonValues(body: Uint8Array): unknown[] {
  const value = parsed(() => JSON.parse(textOf(body)) as unknown)
  return Array.isArray(value) ? value : [value]
}

function jsonLines(body: Uint8Array): unknown[] {
  return textOf(body).split('\n').flatMap((line, index) => line.trim() === '' ? [] : [parsed(() => JSON.parse(line) as unknown, `line ${index + 1}: `)])
}

function textOf(body: Uint8Array): string { return parsed(() => new TextDecoder('utf-8', { fatal: true }).decode(body)) }

function parsed<T>(parse: () => T, where = ''): T {
  try { return parse() } catch (error) { throw new BodyRefused(400, `${where}${String((error as Error | undefined)?.message ?? error)}`) }
}
