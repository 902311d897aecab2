/** What sinks and readers of databases are told, checked at the call. No message shows a URL or a password. */
import { describe, refuse } from '../../rdd/arguments'
import { optionTable, type OptionTable } from '../support/option-table'
import type { Address, Dialect } from './dialect'

/** How a database is reached: by `url`, or by its parts. What both say, the parts say. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:5432/database`, `mysql://...`. */
  readonly url?: string
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 5432 for PostgreSQL, 3306 for MySQL and MariaDB. */
  readonly port?: number
  readonly database?: string
  readonly user?: string
  /** Never shown in a message. */
  readonly password?: string
  /** True for TLS, or the options of Node's `tls.connect`. Default: as the URL says, else none. */
  readonly ssl?: boolean | object
  /** How long opening a connection may take. Default 10,000 ms. */
  readonly connectTimeoutMs?: number
  /** More of what the client (`pg`, `mysql2`) takes. Plain data. */
  readonly client?: object
}

/** Where in a database elements go. */
export interface TableOptions<T = any> {
  readonly table: string
  /** The schema of the table; with MySQL its database. Default: the one that the connection begins in. */
  readonly schema?: string
  /**
   * The columns that elements fill, in order: their names, or an object of names and SQL types with which a table that is not
   * there is created. Default: all columns of the table, but for `batchTime` and those that the database fills itself.
   */
  readonly columns?: readonly string[] | Readonly<Record<string, string>>
  /**
   * Columns by which rows are the same: a row replaces the one that is there with the same key, and of several in a batch the
   * last one counts. The table must have a primary key or a unique constraint on just these. Default: rows are added.
   */
  readonly key?: readonly string[]
  /** A column that gets the batch time: as a time, or in milliseconds when it holds whole numbers. */
  readonly batchTime?: string
  /**
   * Makes a row of an element: an array in the order of the columns, or an object with their names. It runs in the tasks.
   * Default: the element itself; what is neither array nor object fills the only column.
   */
  readonly row?: (element: T) => unknown
  /** Rows of one insert at the most. Default 1,000. */
  readonly batchRows?: number
  /** How long work is tried again when the connection is lost, the server restarts, or transactions deadlock. Default 30,000 ms. */
  readonly retryMs?: number
  /**
   * The schema (MySQL: the database) for the ledger and for rows on their way, created when it is not there. Default: `millrace`;
   * MySQL: the database of the table.
   */
  readonly staging?: string
}

export const addressRows = {
  url: { kind: 'any', doc: '`postgres://user:password@host:5432/database`, `mysql://...`.' },
  host: { kind: 'string', doc: 'The host. What `url` says too, this says.', defaultText: '127.0.0.1' },
  port: { kind: 'integer', minimum: 1, doc: 'The port.', defaultText: '5432 for PostgreSQL, 3306 for MySQL and MariaDB' },
  database: { kind: 'string', doc: 'The database.' },
  user: { kind: 'string', doc: 'The user.' },
  password: { kind: 'any', doc: 'The password. It is never shown in a message.' },
  ssl: { kind: 'any', doc: 'True for TLS, or the options of tls.connect.' },
  connectTimeoutMs: { kind: 'integer', minimum: 1, default: 10_000, unit: 'ms', doc: 'How long opening a connection may take.' },
  client: { kind: 'object', doc: 'More of what the client takes. Plain data.' },
} as const satisfies OptionTable

export const retryRow = {
  kind: 'integer', minimum: 0, default: 30_000, unit: 'ms',
  doc: 'How long work is tried again when the connection is lost, the server restarts, or transactions deadlock.',
} as const

export const tableRows = {
  table: { kind: 'string', isRequired: true, check: notEmpty, doc: 'The table.' },
  schema: { kind: 'string', check: notEmpty, doc: 'The schema of the table; with MySQL its database.', defaultText: 'the one that the connection begins in' },
  columns: {
    kind: 'any', check: wrongColumns, doc: 'The columns that elements fill: their names, or names with SQL types, with which a table that is not there is created.',
    defaultText: 'all of the table, but for batchTime and those that the database fills itself',
  },
  key: { kind: 'any', default: [], check: wrongNames, doc: 'Columns by which a row replaces the one that is there. Without, rows are added.', defaultText: 'none' },
  batchTime: { kind: 'string', check: notEmpty, doc: 'A column that gets the batch time.' },
  row: { kind: 'function', doc: 'Makes a row of an element: an array in the order of the columns, or an object with their names.', defaultText: 'the element itself' },
  batchRows: { kind: 'integer', minimum: 1, default: 1_000, unit: 'rows', doc: 'Rows of one insert at the most.' },
  retryMs: retryRow,
  staging: {
    kind: 'string', check: notEmpty, doc: 'The schema (MySQL: the database) for the ledger and for rows on their way.',
    defaultText: 'millrace; MySQL: the database of the table',
  },
} as const satisfies OptionTable

/** The options of a sink of one database. */
export function sinkTable(operator: string): OptionTable { return optionTable(operator, { ...tableRows, ...addressRows }) }

function notEmpty(name: string): string | undefined { return name === '' ? 'not be empty' : undefined }

export function wrongNames(names: unknown): string | undefined {
  return Array.isArray(names) && names.every(name => typeof name === 'string' && name !== '') && new Set(names).size === names.length
    ? undefined : 'be a list of different columns'
}

/** The same for names that must not be none. */
export function wrongSelection(names: unknown): string | undefined { return wrongNames(names) ?? ((names as string[]).length === 0 ? 'name a column' : undefined) }

export function wrongColumns(columns: unknown): string | undefined {
  if (Array.isArray(columns)) return wrongSelection(columns)
  const types = typeof columns === 'object' && columns !== null ? Object.entries(columns) : []
  return types.length > 0 && types.every(([name, type]) => name !== '' && typeof type === 'string' && type !== '') ? undefined
    : "be names, or an object such as { word: 'TEXT', count: 'BIGINT' }"
}

/** The names and, where they are given, the types of `columns`. */
export function namedColumns(columns: TableOptions['columns']): ReadonlyMap<string, string | undefined> | undefined {
  if (columns === undefined) return undefined
  return new Map(Array.isArray(columns) ? columns.map(name => [name, undefined]) : Object.entries(columns as Readonly<Record<string, string>>))
}

/** What is secret is checked here, so that no message tells it. */
function requireSecrets(operator: string, { url, password }: DatabaseOptions, schemes: readonly string[]): void {
  const example = `${schemes[0]}://user:password@host/database`
  if (url !== undefined) {
    if (typeof url !== 'string') refuse(operator, `url must be a string, got ${typeof url}`, example)
    let scheme: string
    try { scheme = new URL(url).protocol.slice(0, -1) } catch {
      const hint = `${example}. Special characters of a password are written as %40 and so on.`
      return refuse(operator, 'url is no URL (it is not shown here, for it may hold a password)', hint)
    }
    if (!schemes.includes(scheme)) refuse(operator, `url must begin with ${schemes.map(each => `${each}://`).join(' or ')}, got ${describe(`${scheme}:`)}`, example)
  }
  if (password !== undefined && typeof password !== 'string') refuse(operator, `password must be a string, got ${typeof password}`)
}

/** The address in options that `requireOptions` has checked. */
export function requireAddress(operator: string, dialect: Dialect, options: DatabaseOptions & { readonly connectTimeoutMs: number }): Address {
  requireSecrets(operator, options, dialect.schemes)
  const { url, host, port, database, user, password, ssl, connectTimeoutMs, client } = options
  if (ssl !== undefined && typeof ssl !== 'boolean' && (typeof ssl !== 'object' || ssl === null)) refuse(operator, `ssl must be true, false or an object, got ${describe(ssl)}`)
  return { url, host, port, database, user, password, ssl, connectTimeoutMs, client }
}
