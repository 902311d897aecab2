/** What the DuckDB sink is told, checked at the call; and as much of `@duckdb/node-api` as it uses. */
import { describe, refuse } from '../../rdd/arguments'

/**
 * An open database, such as a `DuckDBInstance` of `@duckdb/node-api`: for a database in memory, or one that the program reads
 * while the stream writes. It stays open.
 */
export interface DuckDBDatabase { connect(): Promise<unknown> }

/** Where in a table elements go. */
export interface DuckDBSinkOptions<T = any> {
  /** The schema of the table. Default `main`. */
  readonly schema?: string
  /**
   * The columns that elements fill, in order, each with its SQL type: a table that is not there is created with them. Default:
   * all columns of the table that is there, but for `batchTime`.
   */
  readonly columns?: Readonly<Record<string, string>>
  /**
   * Columns by which rows are the same: a row replaces the one that is there with the same key, and of several in a batch the
   * last one counts. The table must have a primary key or a unique constraint on them; one that is created gets the primary
   * key. Default: rows are added.
   */
  readonly key?: readonly string[]
  /** A column that gets the batch time: as a TIMESTAMP, or in milliseconds when it is of another type; created as TIMESTAMP. */
  readonly batchTime?: string
  /**
   * Makes a row of an element: an array in the order of the columns, or an object with their names. It runs on the driver.
   * Default: the element itself; what is neither array nor object fills the only column.
   */
  readonly row?: (element: T) => unknown
}

export interface CheckedOptions {
  readonly schema: string
  readonly columns: ReadonlyMap<string, string> | undefined
  readonly key: readonly string[]
  readonly batchTime: string | undefined
  readonly row: (element: any) => unknown
}

const operator = 'duckDBSink'

/** Throws IllegalArgumentError for options that cannot be. */
export function requireDuckDBOptions(database: unknown, table: unknown, options: unknown = {}): CheckedOptions {
  const isOpen = typeof (database as DuckDBDatabase | null)?.connect === 'function'
  if (!isOpen && (typeof database !== 'string' || database === '')) {
    refuse(operator, `the database must be the path of a file or a DuckDBInstance, got ${describe(database)}`, "duckDBSink('counts.duckdb', 'counts')")
  }
  if (typeof table !== 'string' || table === '') refuse(operator, `the table must be a name, got ${describe(table)}`)
  if (typeof options !== 'object' || options === null) refuse(operator, `the options must be an object, got ${describe(options)}`)
  const { schema = 'main', columns, key = [], batchTime, row = (element: unknown) => element } = options as DuckDBSinkOptions
  if (typeof schema !== 'string' || schema === '') refuse(operator, `schema must be a name, got ${describe(schema)}`)
  if (columns !== undefined && !isColumns(columns)) refuse(operator, `columns must be names with SQL types, got ${describe(columns)}`, "{ word: 'VARCHAR', count: 'BIGINT' }")
  if (!Array.isArray(key) || !key.every(name => typeof name === 'string' && name !== '')) refuse(operator, `key must be a list of columns, got ${describe(key)}`)
  if (batchTime !== undefined && (typeof batchTime !== 'string' || batchTime === '')) refuse(operator, `batchTime must be the name of a column, got ${describe(batchTime)}`)
  if (typeof row !== 'function') refuse(operator, `row must be a function, got ${describe(row)}`)
  return { schema, columns: columns === undefined ? undefined : new Map(Object.entries(columns)), key, batchTime, row }
}

function isColumns(columns: unknown): boolean {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns)) return false
  const types = Object.values(columns)
  return types.length > 0 && types.every(type => typeof type === 'string' && type !== '')
}
