/** A connection of `pg`: rows as arrays, times in UTC, whole numbers and decimals exact. */
import { optionalPackage } from '../support/optional-package'
import type { Address, Column, Connection, Numbers, Statement } from '../sql/dialect'
import { kindOf } from './types'
import { instantOf, notAnInstant, wholeOf } from '../sql/values'

/** Its types leave out that it keeps its process alive or not. */
type PgClient = import('pg').Client & { ref(): void, unref(): void }

interface Field { readonly name: string, readonly dataTypeID: number }

/** The types whose values are not what `pg` makes of them. */
const oids = { boolean: 16, bytea: 17, int8: 20, date: 1082, timestamp: 1114, timestamptz: 1184, numeric: 1700 } as const

export async function connectPostgres({ url, host, port, database, user, password, ssl, connectTimeoutMs, client: more }: Address): Promise<Connection> {
  const { Client } = optionalPackage('pg', 'PostgreSQL', () => require('pg') as typeof import('pg'))
  const parts = Object.entries({ host, port, database, user, password, ssl }).filter(([, value]) => value !== undefined)
  const client = new Client({
    application_name: 'millrace', ...url === undefined ? host === undefined ? { host: '127.0.0.1' } : {} : { connectionString: url },
    ...Object.fromEntries(parts), ...more, connectionTimeoutMillis: connectTimeoutMs, keepAlive: true,
  }) as PgClient
  const connection = new PostgresConnection(client)
  try {
    await client.connect()
    // What is read is understood, and what is written is meant, in UTC and ISO, whatever the server is set to.
    await client.query("SET TIME ZONE 'UTC'; SET datestyle = 'ISO, YMD'; SET client_min_messages = warning; SET bytea_output = 'hex'")
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

class PostgresConnection implements Connection {
  isBroken = false

  constructor(private readonly client: PgClient) {
    // Also while it is idle: an error that nobody listens for would end the process.
    client.on('error', () => { this.isBroken = true })
    client.on('end', () => { this.isBroken = true })
  }

  async query(sql: string, values: readonly unknown[] = []): Promise<unknown[][]> {
    return (await this.ask(sql, values, 'exact')).rows
  }

  async columns({ sql, values }: Statement): Promise<Column[]> {
    const { fields } = await this.ask(`SELECT * FROM (${sql}) AS millrace_columns LIMIT 0`, values, 'exact')
    const oids = fields.map(({ dataTypeID }) => String(dataTypeID))
    const types = await this.query(`SELECT t.oid::text, b.typname::text, b.typcategory::text, t.oid::regtype::text FROM pg_type t
      JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END WHERE t.oid = ANY ($1::text[]::oid[])`, [oids])
    const byOid = new Map((types as [string, string, string, string][]).map(([oid, ...rest]) => [Number(oid), rest]))
    return fields.map(({ name, dataTypeID }) => {
      const [base, category, type] = byOid.get(dataTypeID)!
      return { name, kind: kindOf(base, category), type, cast: type, isNullable: true, isFilled: false }
    })
  }

  private async ask(sql: string, values: readonly unknown[], numbers: Numbers): Promise<{ rows: unknown[][], fields: readonly Field[] }> {
    const { rows, fields } = await this.client.query<unknown[]>({ text: sql, values: [...values], rowMode: 'array', types: { getTypeParser: () => asText } })
    const parsers = fields.map(field => parserOf(field, numbers))
    return { rows: rows.map(row => row.map((value, i) => value === null ? null : parsers[i]!(value as string))), fields }
  }

  async* read({ sql, values }: Statement, chunkRows: number, numbers: Numbers): AsyncGenerator<Record<string, unknown>[], void> {
    await this.query('BEGIN READ ONLY')
    await this.query(`DECLARE millrace_rows NO SCROLL CURSOR FOR ${sql}`, values)
    for (;;) {
      const { rows, fields } = await this.ask(`FETCH ${chunkRows} FROM millrace_rows`, [], numbers)
      const names = fields.map(({ name }) => name)
      if (rows.length > 0) yield rows.map(row => Object.fromEntries(names.map((name, i) => [name, row[i]])))
      if (rows.length < chunkRows) break
    }
    await this.query('COMMIT')
  }

  hold(): void { this.client.ref() }
  release(): void { this.client.unref() }

  async close(): Promise<void> {
    if (!this.isBroken) await this.client.end().catch(() => undefined)
    this.isBroken = true
  }
}

const asText = (text: string): string => text

function parserOf({ name, dataTypeID }: Field, numbers: Numbers): (text: string) => unknown {
  switch (dataTypeID) {
    case oids.int8: return text => wholeOf(text, numbers, name)
    case oids.numeric: return numbers === 'exact' ? asText : Number
    case oids.bytea: return text => new Uint8Array(Buffer.from(text.slice(2), 'hex'))
    case oids.date: case oids.timestamp: case oids.timestamptz: return text => {
      if (text === 'infinity' || text === '-infinity') return text === 'infinity' ? Infinity : -Infinity
      const time = instantOf(text.replace(/\+00$/, ''))
      if (time === undefined) throw notAnInstant(name, text)
      return time
    }
    default: return otherParser(dataTypeID)
  }
}

/** What `pg` makes of it, but for what it makes of times and spans inside of others: these stay text. */
function otherParser(oid: number): (text: string) => unknown {
  const { types } = require('pg') as typeof import('pg')
  return keptAsText.has(oid) ? asText : types.getTypeParser(oid, 'text') as (text: string) => unknown
}

/** interval, point, circle, and arrays of dates, times, bytea and intervals. */
const keptAsText: ReadonlySet<number> = new Set([1186, 600, 718, 1182, 1115, 1185, 1001, 1187, 1017])
