/** The databases that specs of lib/connect/sql run on: how each is started and asked, by its own client and not by ours. */
import { createConnection } from 'mysql2/promise'
import { Client, types } from 'pg'
import { mysqlSink, postgresSink, type TableOptions, type TransactionalSink } from '../../../lib/index'
import { sharedMariaDB, sharedPostgres, startMariaDB, startPostgres } from '../support/index'
import type { System } from '../support/system'

/** A database that answers. */
export interface Asked {
  readonly url: string
  /** Rows as arrays; whole numbers of 64 bits and decimals as text. */
  readonly ask: (sql: string) => Promise<unknown[][]>
  readonly close: () => Promise<void>
}

export interface TestDatabase {
  readonly name: 'postgres' | 'mysql'
  readonly start: () => Promise<System>
  readonly shared: () => Promise<{ readonly port: number, readonly folder: string }>
  readonly connect: (port: number) => Promise<Asked>
  readonly sink: (options: TableOptions & { readonly url: string, readonly password?: string, readonly connectTimeoutMs?: number }) => TransactionalSink<any, any, any, any>
  readonly ledger: string
  readonly text: string
  readonly quoted: (name: string) => string
  /** The n-th parameter of a query. */
  readonly parameter: (n: number) => string
}

export const databases: readonly TestDatabase[] = [
  {
    name: 'postgres', start: () => startPostgres(), shared: sharedPostgres, connect: connectPostgres, sink: postgresSink, ledger: 'millrace.ledger', text: 'text',
    quoted: name => `"${name.replaceAll('"', '""')}"`, parameter: n => `$${n}`,
  },
  {
    name: 'mysql', start: startMariaDB, shared: sharedMariaDB, connect: connectMariaDB, sink: mysqlSink, ledger: 'millrace_ledger', text: 'varchar(100)',
    quoted: name => `\`${name.replaceAll('`', '``')}\``, parameter: () => '?',
  },
]

async function connectPostgres(port: number): Promise<Asked> {
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`
  const client = new Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query("SET TIME ZONE 'UTC'")
  return {
    url, close: () => client.end(),
    ask: async sql => (await client.query<unknown[]>({ text: sql, rowMode: 'array', types: asText })).rows,
  }
}

const keptAsText = new Set([20, 1700, 1082, 1114, 1184])
const asText = { getTypeParser: (oid: number) => keptAsText.has(oid) ? String : types.getTypeParser(oid, 'text') } as never

async function connectMariaDB(port: number): Promise<Asked> {
  const url = `mysql://test:test@127.0.0.1:${port}/test`
  const connection = await createConnection({ uri: url, rowsAsArray: true, supportBigNumbers: true, bigNumberStrings: true, dateStrings: true })
  connection.on('error', () => undefined)
  await connection.query("SET time_zone = '+00:00'")
  return { url, close: () => connection.end(), ask: async sql => (await connection.query(sql))[0] as unknown[][] }
}

/** A name that no other spec uses. */
let tables = 0
export function freshTable(prefix: string): string { return `${prefix}_${process.pid}_${tables++}` }
