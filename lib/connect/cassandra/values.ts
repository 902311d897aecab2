/** Values of JavaScript as Cassandra's and back. What a column would cut off or reinterpret is refused, with its name. */
import { types } from 'node:util'
import { misfit, wholeOf } from '../sql/values'
import { loadCassandra } from './client'

export interface CassandraColumn {
  readonly name: string
  /** As CQL has it: `bigint`; only the outermost name of a collection. */
  readonly type: string
}

/** Whole numbers, and how many bits each may have; none: any number of them. */
const bits = new Map<string, number | undefined>([['tinyint', 8], ['smallint', 16], ['int', 32], ['bigint', 64], ['varint', undefined]])

/** What the driver takes for a value. Throws IllegalArgumentError when it does not fit. */
export function toCassandra(value: unknown, column: CassandraColumn): unknown {
  if (value === null || value === undefined) return value
  const converted = bits.has(column.type) ? wholeValue(value, column.type) : convert(value, column.type)
  if (converted === undefined) throw misfit({ ...column, kind: 'other', isNullable: true, isFilled: false }, value)
  return converted
}

function wholeValue(value: unknown, type: string): unknown {
  const isWhole = typeof value === 'bigint' || Number.isSafeInteger(value) || (typeof value === 'string' && /^[+-]?\d+$/.test(value))
  if (!isWhole) return undefined
  const whole = BigInt(value as string | number | bigint)
  const size = bits.get(type)
  if (size !== undefined && BigInt.asIntN(size, whole) !== whole) return undefined
  return type === 'bigint' || type === 'varint' ? whole : Number(whole)
}

function convert(value: unknown, type: string): unknown {
  const { types: { BigDecimal, LocalDate } } = loadCassandra()
  const isTime = types.isDate(value) && !Number.isNaN(value.getTime())
  switch (type) {
    case 'text': case 'varchar': case 'ascii': return typeof value === 'string' && (value as unknown as { isWellFormed(): boolean }).isWellFormed() ? value : undefined
    case 'boolean': return typeof value === 'boolean' ? value : undefined
    case 'float': case 'double': return typeof value === 'number' ? value : undefined
    case 'decimal': return /^[+-]?\d+(\.\d+)?$/.test(String(value)) ? BigDecimal.fromString(String(value)) : undefined
    case 'timestamp': return isTime ? value : undefined
    case 'date': return isTime ? LocalDate.fromString(value.toISOString().slice(0, 10)) : typeof value === 'string' ? LocalDate.fromString(value) : undefined
    case 'blob': return types.isUint8Array(value) ? Buffer.from(value) : undefined
    default: return value
  }
}

/** What JavaScript has for a value; what it has nothing for, as text. */
export function fromCassandra(value: any, numbers: 'exact' | 'number', name: string): unknown {
  if (value === null || value === undefined) return null
  if (typeof value === 'bigint') return numbers === 'exact' ? value : wholeOf(String(value), numbers, name)
  if (typeof value !== 'object' || types.isDate(value)) return value
  if (Buffer.isBuffer(value)) return new Uint8Array(value)
  const again = (item: unknown): unknown => fromCassandra(item, numbers, name)
  if (Array.isArray(value)) return value.map(again)
  if (types.isMap(value)) return new Map([...value].map(([key, item]) => [again(key), again(item)]))
  if (types.isSet(value)) return new Set([...value].map(again))
  return fromObject(value, numbers, again)
}

function fromObject(value: any, numbers: 'exact' | 'number', again: (item: unknown) => unknown): unknown {
  const { types: known } = loadCassandra()
  if (value instanceof known.BigDecimal) return numbers === 'exact' ? value.toString() : value.toNumber()
  if (value instanceof known.LocalDate) return new Date(`${value.toString()}T00:00:00Z`)
  if (value instanceof known.Tuple) return value.values().map(again)
  const isOwn = [known.Uuid, known.TimeUuid, known.InetAddress, known.LocalTime, known.Duration, known.Integer].some(each => value instanceof (each as any))
  if (isOwn) return String(value)
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, again(item)]))
}
