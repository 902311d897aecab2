/** What readers of tables are told, checked at the call. */
import { describe, refuse } from '../../rdd/arguments'
import { optionTable } from '../support/option-table'
import type { DuckDBDatabase } from '../duckdb/options'
import { driverRow, type DatabaseDriver } from './dialects'
import type { Numbers } from './dialect'
import type { Bound } from './key-ranges'
import { addressRows, retryRow, wrongSelection, type DatabaseOptions } from './options'

/** What `sc.tableRDD` reads, and how it is cut into partitions. */
export interface TableRDDOptions extends Omit<DatabaseOptions, 'database'> {
  /** Which database it is, where there is no `url` that says it. */
  readonly driver?: DatabaseDriver
  /** The database; with `driver: 'duckdb'` the path of its file or a DuckDBInstance. */
  readonly database?: string | DuckDBDatabase
  /** A table; or `query`. */
  readonly table?: string
  /** The schema of the table; with MySQL its database. Default: the one that the connection begins in. */
  readonly schema?: string
  /** A SELECT in place of a table. It runs once a partition. */
  readonly query?: string
  /** The columns to read. Default: all. */
  readonly columns?: readonly string[]
  /** A condition, in the SQL of the database. */
  readonly where?: string
  /** The values of the parameters in `query` and `where`: `$1`, `$2` in PostgreSQL and DuckDB, `?` in MySQL. */
  readonly values?: readonly (string | number | bigint | boolean | null)[]
  /** The column by whose values rows are cut into partitions: whole numbers, decimals, dates or times. An index on it helps. */
  readonly partitionColumn?: string
  /** Where to cut, not which rows to read: rows beyond the bounds are in the first and the last partition. Default: the least value. */
  readonly lowerBound?: Bound
  /** Default: the greatest value. */
  readonly upperBound?: Bound
  /** Default: `sc.defaultParallelism`, without `partitionColumn` 1. */
  readonly numPartitions?: number
  /** Rows that are fetched at a time. Default 1,000. */
  readonly fetchRows?: number
  /**
   * `'exact'`: whole numbers of 64 bits are bigint and decimals text. `'number'`: both are numbers; a whole number that is none
   * exactly is an error, a decimal becomes the nearest. Default `'exact'`.
   */
  readonly numbers?: Numbers
  /** How long a partition is tried again that could not begin to be read. Default 30,000 ms. */
  readonly retryMs?: number
}

export const tableRddTable = optionTable('tableRDD', {
  driver: driverRow,
  ...addressRows,
  database: { kind: 'any', doc: "The database; with `driver: 'duckdb'` the path of its file or a DuckDBInstance." },
  table: { kind: 'string', check: notEmpty, doc: 'The table. Or `query`.' },
  schema: { kind: 'string', check: notEmpty, doc: 'The schema of the table; with MySQL its database.', defaultText: 'the one that the connection begins in' },
  query: { kind: 'string', check: notEmpty, doc: 'A SELECT in place of a table.' },
  columns: { kind: 'any', check: wrongSelection, doc: 'The columns to read.', defaultText: 'all' },
  where: { kind: 'string', check: notEmpty, doc: 'A condition, in the SQL of the database.' },
  values: { kind: 'any', default: [], check: wrongValues, doc: 'The values of the parameters in `query` and `where`.', defaultText: 'none' },
  partitionColumn: { kind: 'string', check: notEmpty, doc: 'The column by whose values rows are cut into partitions.' },
  lowerBound: { kind: 'any', doc: 'Where the first cut counts from. It leaves out no row.', defaultText: 'the least value' },
  upperBound: { kind: 'any', doc: 'Where the last cut counts to. It leaves out no row.', defaultText: 'the greatest value' },
  numPartitions: { kind: 'integer', minimum: 1, doc: 'How many partitions.', defaultText: 'sc.defaultParallelism; without partitionColumn 1' },
  fetchRows: { kind: 'integer', minimum: 1, default: 1_000, unit: 'rows', doc: 'Rows that are fetched at a time.' },
  numbers: { kind: 'string', values: ['exact', 'number'], default: 'exact', doc: "'exact': 64-bit whole numbers as bigint, decimals as text; 'number': both as numbers." },
  retryMs: retryRow,
})

function notEmpty(text: string): string | undefined { return text.trim() === '' ? 'not be empty' : undefined }

function wrongValues(values: unknown): string | undefined {
  return Array.isArray(values) && values.every(value => value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value))
    ? undefined : 'be a list of texts, numbers, booleans and nulls'
}

/** What the rows of the table cannot say each by itself. */
export function requireReadable(operator: string, { table, query, schema, partitionColumn, numPartitions, lowerBound, upperBound }: TableRDDOptions): void {
  if ((table === undefined) === (query === undefined)) refuse(operator, 'it reads a table or a query: give one of them')
  if (query !== undefined && schema !== undefined) refuse(operator, 'schema is for a table, not for a query')
  if (partitionColumn === undefined && (numPartitions ?? 1) > 1) refuse(operator, 'numPartitions needs a partitionColumn, by whose values rows are cut')
  for (const [name, bound] of [['lowerBound', lowerBound], ['upperBound', upperBound]] as const) {
    if (bound === undefined) continue
    if (partitionColumn === undefined) refuse(operator, `${name} needs a partitionColumn`)
    const isTime = Object.prototype.toString.call(bound) === '[object Date]'
    if (!isTime && !['number', 'bigint', 'string'].includes(typeof bound)) refuse(operator, `${name} must be a number, a bigint, a Date or a text, got ${describe(bound)}`)
  }
}
