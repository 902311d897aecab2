/** What the sink and the reader of Cassandra are told, checked at the call. No message shows a password. */
import { describe, refuse } from '../../rdd/arguments'
import { wrongSelection } from '../sql/options'
import { optionTable, requireOptions, type OptionTable } from '../support/option-table'

/** How a Cassandra cluster is reached. */
export interface CassandraOptions {
  /** Hosts, each with or without `:port`. */
  readonly contactPoints: readonly string[]
  /** The data center of this program: the driver asks for it. */
  readonly localDataCenter: string
  /** Default 9042. */
  readonly port?: number
  readonly user?: string
  /** Never shown in a message. */
  readonly password?: string
  /** True for TLS, or the options of Node's `tls.connect`. */
  readonly ssl?: boolean | object
  /** How long opening a connection may take. Default 5,000 ms. */
  readonly connectTimeoutMs?: number
  /** More of what the Client of `cassandra-driver` takes. Plain data. */
  readonly client?: object
}

/** Where in a Cassandra cluster elements go. */
export interface CassandraSinkOptions<T = any> extends CassandraOptions {
  readonly keyspace: string
  readonly table: string
  /** The columns that elements fill, the whole primary key among them. Default: all of the table, but for `batchTime`. */
  readonly columns?: readonly string[]
  /** A column that gets the batch time: as a timestamp, or in milliseconds when it holds whole numbers. */
  readonly batchTime?: string
  /**
   * Makes a row of an element: an array in the order of the columns, or an object with their names. It runs in the tasks.
   * What is undefined stays as it is in the table, null erases. Default: the element itself.
   */
  readonly row?: (element: T) => unknown
  /** Statements of a task under way at a time. Default 64. */
  readonly concurrency?: number
  /** How many replicas must have a row. Default `localQuorum`. */
  readonly consistency?: ConsistencyName
  /** After so many seconds rows vanish. Default: never. */
  readonly ttlSeconds?: number
  /** How long a statement is tried again when nodes are away or overloaded. Default 30,000 ms. */
  readonly retryMs?: number
}

/** What `sc.cassandraTable` reads. */
export interface CassandraTableOptions extends CassandraOptions {
  readonly keyspace: string
  readonly table: string
  /** Default: all. */
  readonly columns?: readonly string[]
  /** A condition in CQL, which every node applies to its rows (`ALLOW FILTERING`). */
  readonly where?: string
  /** The values of the parameters `?` in `where`. */
  readonly values?: readonly unknown[]
  /** Ranges of the token ring. Default `sc.defaultParallelism`. */
  readonly numPartitions?: number
  /** Rows of a page. Default 1,000. */
  readonly fetchRows?: number
  /** `'exact'`: 64-bit whole numbers as bigint and decimals as text. `'number'`: both as numbers. Default `'exact'`. */
  readonly numbers?: 'exact' | 'number'
  /** Default `localQuorum`. */
  readonly consistency?: ConsistencyName
  /** How long a page is asked for again. Default 30,000 ms. */
  readonly retryMs?: number
}

/** Consistency levels as the driver names them. */
export type ConsistencyName = 'any' | 'one' | 'two' | 'three' | 'quorum' | 'all' | 'localQuorum' | 'eachQuorum' | 'localOne'

/** How a cluster is reached, as plain data for the tasks. It holds the password. */
export type CassandraAddress = Required<Pick<CassandraOptions, 'contactPoints' | 'localDataCenter' | 'connectTimeoutMs'>> & CassandraOptions

const consistencies = ['any', 'one', 'two', 'three', 'quorum', 'all', 'localQuorum', 'eachQuorum', 'localOne']

const shared = {
  contactPoints: { kind: 'any', isRequired: true, check: wrongHosts, doc: 'Hosts, each with or without `:port`.' },
  localDataCenter: { kind: 'string', isRequired: true, check: notEmpty, doc: 'The data center of this program.' },
  keyspace: { kind: 'string', isRequired: true, check: notEmpty, doc: 'The keyspace.' },
  table: { kind: 'string', isRequired: true, check: notEmpty, doc: 'The table.' },
  columns: { kind: 'any', check: wrongSelection, doc: 'The columns, of a sink the whole primary key among them.', defaultText: 'all of the table' },
  port: { kind: 'integer', minimum: 1, doc: 'The port of hosts without one.', defaultText: '9042' },
  user: { kind: 'string', doc: 'The user.' },
  password: { kind: 'any', doc: 'The password. It is never shown in a message.' },
  ssl: { kind: 'any', doc: 'True for TLS, or the options of tls.connect.' },
  connectTimeoutMs: { kind: 'integer', minimum: 1, default: 5_000, unit: 'ms', doc: 'How long opening a connection may take.' },
  client: { kind: 'object', doc: 'More of what the Client of cassandra-driver takes. Plain data.' },
  consistency: { kind: 'string', values: consistencies, default: 'localQuorum', doc: 'How many replicas must have answered.' },
  retryMs: { kind: 'integer', minimum: 0, default: 30_000, unit: 'ms', doc: 'How long a statement is tried again when nodes are away or overloaded.' },
} as const satisfies OptionTable

const sinkTable = optionTable('cassandraSink', {
  ...shared,
  batchTime: { kind: 'string', check: notEmpty, doc: 'A column that gets the batch time.' },
  row: { kind: 'function', doc: 'Makes a row of an element: an array in the order of the columns, or an object with their names.', defaultText: 'the element itself' },
  concurrency: { kind: 'integer', minimum: 1, default: 64, unit: 'statements', doc: 'Statements of a task under way at a time.' },
  ttlSeconds: { kind: 'integer', minimum: 1, unit: 'seconds', doc: 'After so many seconds rows vanish.' },
})

const readTable = optionTable('cassandraTable', {
  ...shared,
  where: { kind: 'string', check: notEmpty, doc: 'A condition in CQL, which every node applies to its rows.' },
  values: { kind: 'any', default: [], check: values => Array.isArray(values) ? undefined : 'be a list', doc: 'The values of the parameters in `where`.', defaultText: 'none' },
  numPartitions: { kind: 'integer', minimum: 1, doc: 'Ranges of the token ring.', defaultText: 'sc.defaultParallelism' },
  fetchRows: { kind: 'integer', minimum: 1, default: 1_000, unit: 'rows', doc: 'Rows of a page.' },
  numbers: { kind: 'string', values: ['exact', 'number'], default: 'exact', doc: "'exact': 64-bit whole numbers as bigint, decimals as text; 'number': both as numbers." },
})

function notEmpty(name: string): string | undefined { return name === '' ? 'not be empty' : undefined }

function wrongHosts(hosts: unknown): string | undefined {
  return Array.isArray(hosts) && hosts.length > 0 && hosts.every(host => typeof host === 'string' && host !== '') ? undefined : "be a list of hosts, such as ['127.0.0.1:9042']"
}

export type CheckedSink = CassandraSinkOptions & Required<Pick<CassandraSinkOptions, 'concurrency' | 'consistency' | 'retryMs' | 'connectTimeoutMs'>>
export type CheckedRead = CassandraTableOptions & Required<Pick<CassandraTableOptions, 'consistency' | 'retryMs' | 'connectTimeoutMs' | 'fetchRows' | 'numbers' | 'values'>>

export function requireSinkOptions(options: unknown): CheckedSink {
  requireSecret('cassandraSink', options)
  return requireOptions<CheckedSink>('cassandraSink', sinkTable, options)
}

export function requireReadOptions(options: unknown): CheckedRead {
  requireSecret('cassandraTable', options)
  return requireOptions<CheckedRead>('cassandraTable', readTable, options)
}

/** Checked here, so that no message tells it. */
function requireSecret(operator: string, options: unknown): void {
  const { password, user } = (options ?? {}) as { password?: unknown, user?: unknown }
  if (password !== undefined && typeof password !== 'string') refuse(operator, `password must be a string, got ${typeof password}`)
  if (password !== undefined && user === undefined) refuse(operator, `a password needs a user, got ${describe(user)}`)
}

export function addressOf({ contactPoints, localDataCenter, port, user, password, ssl, connectTimeoutMs, client }: CheckedSink | CheckedRead): CassandraAddress {
  const parts = Object.entries({ contactPoints, localDataCenter, port, user, password, ssl, connectTimeoutMs, client })
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined)) as unknown as CassandraAddress
}
