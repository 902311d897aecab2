/** The databases by the names that users give them. */
import { describe, refuse } from '../../rdd/arguments'
import { duckdb } from '../duckdb/dialect'
import { mysql } from '../mysql/dialect'
import { postgres } from '../postgres/dialect'
import type { Dialect, WritingDialect } from './dialect'

/** A database by its name. */
export type DatabaseDriver = 'postgres' | 'mysql' | 'duckdb'

const drivers = new Map<string, Dialect>([['postgres', postgres], ['mysql', mysql], ['duckdb', duckdb]])

export const driverRow = {
  kind: 'string', values: [...drivers.keys()], doc: 'Which database it is, where there is no `url` that says it.', defaultText: 'as the url says',
} as const

/** The database that `driver` or `url` says. Throws IllegalArgumentError when neither does. */
export function dialectOf(operator: string, { driver, url }: { readonly driver?: unknown, readonly url?: unknown }): Dialect {
  const byName = typeof driver === 'string' ? drivers.get(driver) : undefined
  if (byName !== undefined) return byName
  const known = [...drivers.keys()].join(', ')
  if (driver !== undefined) refuse(operator, `driver must be one of ${known}, got ${describe(driver)}`)
  const scheme = typeof url === 'string' ? /^([a-z]+):/i.exec(url)?.[1]?.toLowerCase() : undefined
  const byScheme = [...drivers.values()].find(({ schemes }) => schemes.includes(scheme ?? ''))
  if (byScheme === undefined) refuse(operator, 'no database is named', `Give url: 'postgres://...' or 'mysql://...', or driver: one of ${known}.`)
  return byScheme
}

/** The same for a database that tasks write to. */
export function writingDialectOf(operator: string, options: { readonly driver?: unknown, readonly url?: unknown }): WritingDialect {
  const dialect = dialectOf(operator, options)
  if (dialect.usedOn === 'driver') refuse(operator, `${dialect.name} has one writer, the driver`, 'Use saveTo with duckDBSink.')
  return dialect as WritingDialect
}
