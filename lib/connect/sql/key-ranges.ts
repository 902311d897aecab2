/**
 * A column's values cut into ranges, one a partition, that follow one another without gaps: a bound only says where to cut, so
 * every row of the table is in one range. Rows without a value are in the first.
 *
 *        min          cut 1         cut 2           max
 *   ... --|-------------|-------------|---------------|-- ...
 *      null and < cut 1   [cut 1, cut 2)      >= cut 2
 */
import type { Column } from './dialect'
import { instantOf, timeText } from './values'

/** The rows of a partition: from `from` on and before `until`, as texts; undefined where there is no such end. */
export interface KeyRange { readonly from?: string | undefined, readonly until?: string | undefined }

/** Values that ranges can be cut between. */
export type Bound = number | bigint | Date | string

export function canBeCut({ kind }: Column): boolean { return ['integer', 'decimal', 'real', 'date', 'timestamp'].includes(kind) }

/** `count` ranges; fewer when there are not so many values between the bounds. Undefined for bounds that are no value of the column. */
export function keyRanges(column: Column, lower: Bound, upper: Bound, count: number): KeyRange[] | undefined {
  const cuts = cutsOf(column, lower, upper, count)
  if (cuts === undefined) return undefined
  const different = [...new Set(cuts)]
  return [...different, undefined].map((until, i) => ({ from: different[i - 1], until }))
}

function cutsOf({ kind }: Column, lower: Bound, upper: Bound, count: number): string[] | undefined {
  if (kind === 'integer') return mapped(wholes(wholeFrom(lower), wholeFrom(upper), count), String)
  if (kind === 'date' || kind === 'timestamp') {
    const toText = (ms: bigint): string => kind === 'date' ? timeText(new Date(Number(ms))).slice(0, -13) : timeText(new Date(Number(ms)))
    return mapped(wholes(instantFrom(lower), instantFrom(upper), count), toText)
  }
  const [from, until] = [Number(lower), Number(upper)]
  if (!Number.isFinite(from) || !Number.isFinite(until)) return undefined
  return Array.from({ length: count - 1 }, (_, i) => String(from + (until - from) * (i + 1) / count)).filter((_, i) => until > from || i < 0)
}

function wholes(from: bigint | undefined, until: bigint | undefined, count: number): bigint[] | undefined {
  if (from === undefined || until === undefined) return undefined
  const span = until - from + 1n
  if (span <= 1n) return []
  return Array.from({ length: count - 1 }, (_, i) => from + span * BigInt(i + 1) / BigInt(count)).filter(cut => cut > from)
}

function mapped(cuts: bigint[] | undefined, toText: (cut: bigint) => string): string[] | undefined { return cuts?.map(toText) }

function wholeFrom(bound: Bound): bigint | undefined {
  if (typeof bound === 'bigint') return bound
  if (typeof bound === 'number') return Number.isSafeInteger(bound) ? BigInt(bound) : undefined
  return typeof bound === 'string' && /^[+-]?\d+$/.test(bound) ? BigInt(bound) : undefined
}

function instantFrom(bound: Bound): bigint | undefined {
  const time = typeof bound === 'string' ? instantOf(bound.replace(/Z$/, '')) : bound
  const ms = typeof time === 'object' ? time.getTime() : NaN
  return Number.isNaN(ms) ? undefined : BigInt(ms)
}

/** Ranges of whole numbers with both ends in them, as JdbcRDD has them. */
export function inclusiveRanges(lower: bigint, upper: bigint, count: number): (readonly [from: bigint, to: bigint])[] {
  const length = upper - lower + 1n
  const n = BigInt(count)
  return Array.from({ length: count }, (_, i) => [lower + BigInt(i) * length / n, lower + BigInt(i + 1) * length / n - 1n] as const)
}
