/**
 * What the databases differ in, and a connection to one: everything else of sinks and readers is said once, in SQL that all
 * of them understand. Values always go as parameters; a name only gets into a statement through `quoted`.
 */

/** What the values of a column are, as far as their conversion goes. */
export type ColumnKind = 'integer' | 'decimal' | 'real' | 'boolean' | 'text' | 'bytes' | 'date' | 'timestamp' | 'json' | 'array' | 'other'

export interface Column {
  readonly name: string
  readonly kind: ColumnKind
  /** The type as it stands in a table's definition. */
  readonly type: string
  /** Postgres: the type without its lengths, which a text is cast to. */
  readonly cast?: string
  /** Characters of a text at the most. */
  readonly lengthMax?: number | undefined
  readonly isNullable: boolean
  /** The database fills it when no one else does: a number of its own, a computed value. */
  readonly isFilled: boolean
}

/** A table as the database describes it. */
export interface TableShape {
  readonly columns: readonly Column[]
  /** The columns of each primary key and unique constraint. */
  readonly keys: readonly (readonly string[])[]
  /** There are foreign keys, checks or triggers, so that a row may be refused although its values fit. */
  readonly hasRules: boolean
}

/** A statement with the values of its parameters. */
export interface Statement { readonly sql: string, readonly values: readonly unknown[] }

/** Where rows go. */
export interface Insertion {
  /** The table, quoted. */
  readonly into: string
  readonly columns: readonly Column[]
  /** A column that has the same value, as `textOf` makes it, in all rows. */
  readonly constant?: { readonly column: Column, readonly value: unknown } | undefined
  /** Columns by which a row replaces another one; empty: rows are added. */
  readonly key: readonly string[]
}

/** How to reach a database. Plain data, for it goes to the tasks; it holds the password, so it is never shown. */
export interface Address {
  readonly url?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly database?: string | undefined
  /** An open database of this process. */
  readonly instance?: object | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly ssl?: boolean | object | undefined
  readonly connectTimeoutMs: number
  /** More of what the client takes. */
  readonly client?: object | undefined
}

/** How values come back: whole numbers and decimals exact, as bigint and text, or as numbers. */
export type Numbers = 'exact' | 'number'

export interface Connection {
  /** True when it must not be used again. */
  readonly isBroken: boolean
  /** Rows as arrays in the order of their columns, with exact numbers. */
  query(sql: string, values?: readonly unknown[]): Promise<unknown[][]>
  /** The columns of what a query gives. */
  columns(statement: Statement): Promise<Column[]>
  /** Rows as objects, a chunk at a time, while the server still reads; leaving the loop early ends the statement. */
  read(statement: Statement, chunkRows: number, numbers: Numbers): AsyncIterable<Record<string, unknown>[]>
  /** The process must not end while this is used. */
  hold(): void
  /** Idle: it keeps no process alive. */
  release(): void
  close(): Promise<void>
}

export interface Dialect {
  /** What messages call it. */
  readonly name: string
  /** The package of its client. */
  readonly client: string
  readonly schemes: readonly string[]
  readonly defaultPort: number
  /** `'driver'`: one process, and there one thread, has a database open. */
  readonly usedOn?: 'driver'
  /** What messages call a database, when it is no host and port. */
  shown?(address: Address): string
  connect(address: Address): Promise<Connection>
  quoted(name: string): string
  /** The n-th parameter of a statement, from 1. */
  parameter(n: number): string
  /** Parameters that texts of a key column are compared with. */
  boundParameter(n: number, column: Column): string
  /** The type that a created table has for the batch time. */
  readonly batchTimeType: string
  /** The schema (MySQL: the database) that statements mean when they name none. */
  currentSchema(connection: Connection): Promise<string>
  /** Where the ledger and the rows on their way stand when the user does not say. */
  defaultStaging(schema: string): string
  /** Makes the schema and the ledger, if they are not there. */
  createLedger(connection: Connection, staging: string): Promise<void>
  /** The table, quoted, of this name among the ledger and the rows on their way. */
  staged(staging: string, name: string): string
  /** The names that `staged` was given, of those that begin with `prefix`. */
  stagedNames(connection: Connection, staging: string, prefix: string): Promise<string[]>
  /** Undefined: there is no such table. */
  shapeOf(connection: Connection, schema: string, table: string): Promise<TableShape | undefined>
  /** Moves rows of a table aside that `condition` chooses; of several with the same key the one with the greatest `order` counts. */
  insertStaged(insertion: Insertion, staged: string, condition: string, order: readonly string[]): Statement
  /** Trying again can help: the connection was lost, the server restarts, two transactions were in each other's way. */
  isTransient(error: unknown): boolean
  /** A row with this key is there already. */
  isDuplicate(error: unknown): boolean
  /** What to do about an error, where more is known than the server says. */
  hintFor(error: unknown): string | undefined
}

/** A database that tasks write rows to. */
export interface WritingDialect extends Dialect {
  /** Rows of one insert may have this many parameters in all. */
  readonly parametersMax: number
  /** Values are as `textOf` makes them. */
  insertRows(insertion: Insertion, rows: readonly (readonly unknown[])[]): Statement
  /** Finds the column and the value that the server has refused, where the server does not name them. */
  findMisfit?(connection: Connection, columns: readonly Column[], rows: readonly (readonly unknown[])[]): Promise<{ readonly column: Column, readonly value: unknown } | undefined>
}
