/** DuckDB: a database in this process, which one process, and in it the driver's thread, has open. */
import { describe, refuse } from '../../rdd/arguments'
import type { Address, Column, Connection, Dialect, Insertion, Statement, TableShape } from '../sql/dialect'
import { connectDuckDB, kindOf } from './database'
import type { DuckDBDatabase } from './options'

/** The database as an address. */
export function duckDBAddress(database: string | DuckDBDatabase): Address {
  return { ...typeof database === 'string' ? { database } : { instance: database }, connectTimeoutMs: 0 }
}

/** The address in what a reader is told. */
export function openable(operator: string, { database, ...rest }: { readonly database?: unknown }): Address {
  const other = ['url', 'host', 'port', 'user', 'password', 'ssl', 'client'].find(name => (rest as Record<string, unknown>)[name] !== undefined)
  if (other !== undefined) refuse(operator, `a DuckDB database has no ${other}`)
  const isOpen = typeof (database as DuckDBDatabase | null | undefined)?.connect === 'function'
  if (!isOpen && (typeof database !== 'string' || database === '')) refuse(operator, `the database must be the path of a file or a DuckDBInstance, got ${describe(database)}`)
  return duckDBAddress(database as string | DuckDBDatabase)
}

function quoted(name: string): string { return `"${name.replaceAll('"', '""')}"` }

class DuckDBDialect implements Dialect {
  readonly name = 'DuckDB'
  readonly client = '@duckdb/node-api'
  readonly schemes = []
  readonly defaultPort = 0
  readonly usedOn = 'driver'
  readonly batchTimeType = 'TIMESTAMP'
  readonly quoted = quoted

  connect({ database, instance }: Address): Promise<Connection> { return connectDuckDB(instance as DuckDBDatabase | undefined ?? database!) }
  shown({ database }: Address): string { return database ?? 'an open database' }
  parameter(n: number): string { return `$${n}` }
  boundParameter(n: number, { type }: Column): string {
    // Without a zone a text would be understood in the session's.
    return type === 'TIMESTAMP WITH TIME ZONE' ? `($${n}::VARCHAR || '+00')::${type}` : `$${n}::VARCHAR::${type}`
  }

  currentSchema(): Promise<string> { return Promise.resolve('main') }
  defaultStaging(): string { return 'millrace' }

  async createLedger(connection: Connection, staging: string): Promise<void> {
    await connection.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(staging)}`)
    await connection.query(`CREATE TABLE IF NOT EXISTS ${this.staged(staging, 'ledger')} (application VARCHAR, output VARCHAR, batch_time BIGINT, partition_index INTEGER)`)
  }

  staged(staging: string, name: string): string { return `${quoted(staging)}.${quoted(name)}` }

  async stagedNames(connection: Connection, staging: string, prefix: string): Promise<string[]> {
    const sql = 'SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = $1 AND starts_with(table_name, $2)'
    return (await connection.query(sql, [staging, prefix])).map(([name]) => name as string)
  }

  async shapeOf(connection: Connection, schema: string, table: string): Promise<TableShape | undefined> {
    const where = 'WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2'
    const found = await connection.query(`SELECT column_name, data_type, is_nullable, coalesce(column_default LIKE 'nextval(%', false)
      FROM duckdb_columns() ${where} ORDER BY column_index`, [schema, table])
    if (found.length === 0) return undefined
    const constraints = await connection.query(`SELECT constraint_type, constraint_column_names FROM duckdb_constraints() ${where}`, [schema, table]) as [string, string[]][]
    return {
      columns: (found as [string, string, boolean, boolean][]).map(([name, type, isNullable, isFilled]) => ({ name, type, kind: kindOf(type), isNullable, isFilled })),
      keys: constraints.filter(([type]) => type === 'PRIMARY KEY' || type === 'UNIQUE').map(([, names]) => names),
      hasRules: constraints.some(([type]) => type === 'FOREIGN KEY' || type === 'CHECK'),
    }
  }

  insertStaged({ into, columns, constant, key }: Insertion, staged: string, condition: string, order: readonly string[]): Statement {
    const names = columns.map(({ name }) => quoted(name))
    const all = constant === undefined ? names : [...names, quoted(constant.column.name)]
    const values = constant === undefined ? '' : `, ${this.boundParameter(1, constant.column)}`
    const from = `INSERT INTO ${into} (${all.join(', ')}) SELECT ${names.join(', ')}${values} FROM ${staged} WHERE ${condition}`
    const bound = constant === undefined ? [] : [constant.value]
    if (key.length === 0) return { sql: `${from} ORDER BY ${order.join(', ')}`, values: bound }
    // Of rows with the same key in one batch the last one counts.
    const inRows = key.map(quoted).filter(name => names.includes(name))
    const last = `row_number() OVER (${inRows.length === 0 ? '' : `PARTITION BY ${inRows.join(', ')} `}ORDER BY ${order.map(name => `${name} DESC`).join(', ')}) = 1`
    const others = all.filter(name => !key.some(each => quoted(each) === name))
    const action = others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map(name => `${name} = excluded.${name}`).join(', ')}`
    return { sql: `${from} QUALIFY ${last} ON CONFLICT (${key.map(quoted).join(', ')}) DO ${action}`, values: bound }
  }

  isTransient(error: unknown): boolean { return /Conflict on|write-write conflict|Transaction conflict/i.test(String((error as Error | undefined)?.message)) }
  isDuplicate(): boolean { return false }
  hintFor(): undefined { return undefined }
}

export const duckdb: Dialect = new DuckDBDialect()
