/** DuckDB, loaded when a sink starts: the package is the user's to install. */
import { MillraceError, UnsupportedOperationError } from '../../base/errors'
import type { DuckDBDatabase } from './options'

// The types of the package stay inside this folder, so that programs without it can be compiled.
type DuckDB = typeof import('@duckdb/node-api')
export type Connection = import('@duckdb/node-api').DuckDBConnection
export type ColumnType = import('@duckdb/node-api').DuckDBType

const install = 'npm install @duckdb/node-api'

/** Throws UnsupportedOperationError, with the line that installs it, where the package is not there or too old. */
export function loadDuckDB(): DuckDB {
  let duckdb: DuckDB
  try { duckdb = require('@duckdb/node-api') } catch (error) {
    throw new UnsupportedOperationError(`The DuckDB sink needs the package @duckdb/node-api, which cannot be loaded: ${String((error as Error)?.message).split('\n')[0]}`, {
      cause: error, hint: install,
    })
  }
  if (typeof duckdb.jsToDuckDBValue === 'function') return duckdb
  throw new UnsupportedOperationError('The DuckDB sink needs a newer @duckdb/node-api: 1.5.5 or later', { hint: install })
}

/** Opens a database that may be open in this process already; `close` leaves one alone that the user has opened. */
export async function openDatabase(database: string | DuckDBDatabase): Promise<{ readonly connect: () => Promise<Connection>, readonly close: () => void }> {
  if (typeof database !== 'string') return { connect: () => database.connect() as Promise<Connection>, close: () => undefined }
  const { DuckDBInstance } = loadDuckDB()
  try {
    const instance = await DuckDBInstance.fromCache(database)
    return { connect: () => instance.connect(), close: () => instance.closeSync() }
  } catch (error) {
    throw new MillraceError('MR_DISK', `The database ${database} cannot be opened: ${String((error as Error)?.message)}`, {
      cause: error, hint: 'One process may write to a DuckDB file at a time.',
    })
  }
}

/** A name as SQL has it. */
export function quoted(name: string): string { return `"${name.replaceAll('"', '""')}"` }

/** The first column of every row. */
export async function firstColumn(connection: Connection, sql: string, values: (string | bigint)[] = []): Promise<unknown[]> {
  return (await connection.runAndReadAll(sql, values)).getRows().map(([first]) => first)
}

/** Runs `f` in a transaction. */
export async function inTransaction(connection: Connection, f: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN TRANSACTION')
  try {
    await f()
    await connection.run('COMMIT')
  } catch (error) {
    // After some errors DuckDB has ended the transaction itself.
    await connection.run('ROLLBACK').catch(() => undefined)
    throw error
  }
}
