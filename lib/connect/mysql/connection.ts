/** A connection of `mysql2`: strict about values, in UTC, whole numbers and decimals exact. */
import type { Readable } from 'node:stream'
import { optionalPackage } from '../support/optional-package'
import type { Address, Column, ColumnKind, Connection, Numbers, Statement } from '../sql/dialect'
import { instantOf, notAnInstant, wholeOf } from '../sql/values'

type Client = import('mysql2').Connection
interface Field { readonly name: string, readonly columnType: number, readonly characterSet: number }

/** The types of columns as the protocol numbers them. */
const types = { timestamp: 7, int8: 8, date: 10, datetime: 12, bit: 16, decimal: 0, newDecimal: 246 } as const

/** Statements that a connection keeps prepared: those of a batch name its table aside. */
const statementsMax = 64

/**
 * Values that do not fit are errors, never cut off or rounded; times are UTC; a transaction sees what was committed before each
 * of its statements, so that inserts do not lock the gaps between rows for one another.
 */
const session = [
  "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_ALL_TABLES', 'NO_ZERO_DATE', 'NO_ZERO_IN_DATE', 'ERROR_FOR_DIVISION_BY_ZERO')",
  "SET SESSION time_zone = '+00:00'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]

export async function connectMySql({ url, host, port, database, user, password, ssl, connectTimeoutMs, client: more }: Address): Promise<Connection> {
  const mysql = optionalPackage('mysql2', 'MySQL', () => require('mysql2') as typeof import('mysql2'))
  const parts = Object.entries({ host, port, database, user, password, ssl: ssl === true ? {} : ssl === false ? undefined : ssl }).filter(([, value]) => value !== undefined)
  const client = mysql.createConnection({
    charset: 'utf8mb4', ...url === undefined ? { host: '127.0.0.1' } : { uri: url.replace(/^mariadb:/, 'mysql:') }, ...Object.fromEntries(parts), ...more,
    connectTimeout: connectTimeoutMs, supportBigNumbers: true, bigNumberStrings: true, dateStrings: true, decimalNumbers: false, rowsAsArray: true,
    timezone: 'Z', multipleStatements: false, enableKeepAlive: true, maxPreparedStatements: statementsMax,
  })
  const connection = new MySqlConnection(client)
  try {
    await new Promise<void>((resolve, reject) => { client.connect(error => { if (error === null) resolve(); else reject(error) }) })
    for (const statement of session) await connection.query(statement)
    return connection
  } catch (error) {
    client.destroy()
    throw error
  }
}

class MySqlConnection implements Connection {
  isBroken = false

  constructor(private readonly client: Client) {
    // Also while it is idle: an error that nobody listens for would end the process.
    client.on('error', () => { this.isBroken = true })
    client.on('end', () => { this.isBroken = true })
  }

  query(sql: string, values: readonly unknown[] = []): Promise<unknown[][]> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, rows: unknown, fields: unknown): void => {
        if (error !== null) {
          if ((error as { fatal?: unknown }).fatal === true) this.isBroken = true
          reject(error)
        } else { resolve(Array.isArray(rows) && Array.isArray(fields) ? converted(rows, fields as Field[], 'exact') : []) }
      }
      // Statements with values are prepared by the server, so that no value is ever part of a text.
      if (values.length === 0) this.client.query(sql, done)
      else this.client.execute(sql, values as never[], done)
    })
  }

  columns({ sql, values }: Statement): Promise<Column[]> {
    return new Promise((resolve, reject) => {
      const done = (error: Error | null, _rows: unknown, fields: unknown): void => {
        if (error === null) resolve((fields as Field[]).map(columnOf))
        else reject(error)
      }
      this.client.execute(`SELECT * FROM (${sql}) AS millrace_columns LIMIT 0`, values as never[], done)
    })
  }

  async* read({ sql, values }: Statement, chunkRows: number, numbers: Numbers): AsyncGenerator<Record<string, unknown>[], void> {
    const command = values.length === 0 ? this.client.query(sql) : this.client.execute(sql, values as never[])
    let fields: Field[] = []
    command.on('fields', (found: Field[]) => { fields = found })
    const stream = (command as unknown as { stream(options: object): Readable }).stream({ highWaterMark: chunkRows })
    const take = (rows: unknown[][]): Record<string, unknown>[] => (
      converted(rows, fields, numbers).map(row => Object.fromEntries(fields.map(({ name }, i) => [name, row[i]]))))
    let rows: unknown[][] = []
    for await (const row of stream) {
      rows.push(row as unknown[])
      if (rows.length < chunkRows) continue
      yield take(rows)
      rows = []
    }
    if (rows.length > 0) yield take(rows)
  }

  private get socket(): import('node:net').Socket { return (this.client as unknown as { stream: import('node:net').Socket }).stream }

  hold(): void { this.socket.ref() }
  release(): void { this.socket.unref() }

  close(): Promise<void> {
    // Rows that nobody reads any more would have to be read to say goodbye.
    this.client.destroy()
    this.isBroken = true
    return Promise.resolve()
  }
}

const kinds = new Map<number, ColumnKind>([
  ...[1, 2, 3, 8, 9, 13].map(type => [type, 'integer'] as const), [types.decimal, 'decimal'], [types.newDecimal, 'decimal'], [4, 'real'], [5, 'real'],
  [types.timestamp, 'timestamp'], [types.datetime, 'timestamp'], [types.date, 'date'],
])

function columnOf({ name, columnType }: Field): Column {
  const kind = kinds.get(columnType) ?? 'other'
  return { name, kind, type: kind === 'other' ? `of the protocol's type ${columnType}` : kind, isNullable: true, isFilled: false }
}

function converted(rows: readonly unknown[], fields: readonly Field[], numbers: Numbers): unknown[][] {
  const converters = fields.map(field => converterOf(field, numbers))
  return (rows as unknown[][]).map(row => row.map((value, i) => value === null ? null : converters[i]!(value)))
}

function converterOf({ name, columnType }: Field, numbers: Numbers): (value: any) => unknown {
  switch (columnType) {
    case types.int8: return value => wholeOf(String(value), numbers, name)
    case types.decimal: case types.newDecimal: return value => numbers === 'exact' ? String(value) : Number(value)
    case types.date: case types.datetime: case types.timestamp: return value => {
      const time = instantOf(String(value))
      if (time === undefined) throw notAnInstant(name, String(value))
      return time
    }
    default: return value => Buffer.isBuffer(value) ? new Uint8Array(value) : value
  }
}
