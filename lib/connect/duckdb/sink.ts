/**
 * Batches into a table of a DuckDB database. A batch is prepared as a table of its own, and committed by one transaction that
 * moves its rows and notes in a ledger of the database that it did: a batch that the ledger has is not committed again.
 *
 *   millrace.ledger (application, output, batch_time)
 *   millrace."staged-<application and output>-<batch time>"
 */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError, SparkError } from '../../base/errors'
import type { SinkBatch, SinkPartition, SinkStart, TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { firstColumn, inTransaction, openDatabase, quoted, type Connection } from './database'
import { requireDuckDBOptions, type CheckedOptions, type DuckDBDatabase, type DuckDBSinkOptions } from './options'
import { addRows } from './rows'

/** A batch on its way into the table. */
interface Staged {
  readonly table: string
  readonly timeMs: number
  /** The ledger needs no batch before this time. */
  readonly openFromMs: number
}

/**
 * A sink for `dstream.saveTo` that adds every batch to a table of a DuckDB database exactly once, or replaces rows by their key.
 * The rows of a batch appear in one transaction. It needs the package `@duckdb/node-api` (`npm install @duckdb/node-api`), which
 * is loaded when the stream starts. `database` is the path of a file, opened while the stream runs, or a DuckDBInstance. The
 * schema `millrace` of the database holds what is on its way and the ledger of what has arrived; keep `spark.app.name` and the
 * output's id, by which the ledger knows the stream. Rows are written by the driver: DuckDB has one writer. Numbers fit numeric
 * columns (whole ones INTEGER and BIGINT), Dates TIMESTAMP and DATE, bytes BLOB, arrays lists, plain objects STRUCT; a value
 * that does not fit fails its batch with the name of the column. Throws IllegalArgumentError for options that cannot be.
 * @example
 * ```ts
 * import { Seconds, StreamingContext, duckDBSink } from 'millrace'
 * const ssc = new StreamingContext('local', 'to a table', Seconds(1))
 * ssc.checkpoint('checkpoints')
 * ssc.queueStream([['a', 'b', 'a']]).countByValue().saveTo(duckDBSink('counts.duckdb', 'counts', {
 *   columns: { word: 'VARCHAR', count: 'BIGINT' }, batchTime: 'batch_time', key: ['batch_time', 'word'],
 * }))
 * ```
 */
export function duckDBSink<T = any>(database: string | DuckDBDatabase, table: string, options: DuckDBSinkOptions<T> = {}): TransactionalSink<T, unknown, unknown, unknown> {
  return new DuckDBSink(database, table, requireDuckDBOptions(database, table, options))
}

class DuckDBSink implements TransactionalSink<unknown, Staged, void, Staged> {
  readonly writesOn = 'driver'
  readonly name: string
  private readonly site = CallSite.capture('duckDBSink')
  private readonly target: string
  private application = ''
  private output = ''
  private columns: { readonly name: string, readonly type: string }[] = []
  private batchTimeValue: (timeMs: number) => string = String
  private close: (() => void) | undefined
  /** One for what is on its way, one for transactions: statements of one connection would get into each other's. */
  private staging!: Connection
  private committing!: Connection

  constructor(private readonly database: string | DuckDBDatabase, private readonly table: string, private readonly options: CheckedOptions) {
    this.name = `duckDBSink(${table})`
    this.target = `${quoted(options.schema)}.${quoted(table)}`
  }

  async start({ application, outputId, isRecovered, prepared }: SinkStart<Staged>): Promise<void> {
    this.application = application
    this.output = outputId
    const { connect, close } = await openDatabase(this.database)
    this.close = close
    this.staging = await connect()
    this.committing = await connect()
    await this.staging.run('CREATE SCHEMA IF NOT EXISTS millrace')
    await this.staging.run('CREATE TABLE IF NOT EXISTS millrace.ledger (application VARCHAR, output VARCHAR, batch_time BIGINT)')
    await this.findTable()
    if (!isRecovered) await this.staging.run('DELETE FROM millrace.ledger WHERE application = $1 AND output = $2', [application, outputId])
    await this.removeLeftovers(new Set(prepared.map(({ table }) => table)))
  }

  private async findTable(): Promise<void> {
    const { staging, options: { schema, columns, key, batchTime } } = this
    if (columns !== undefined) {
      const all = new Map([...batchTime === undefined ? [] : [[batchTime, 'TIMESTAMP'] as const], ...columns])
      const primary = key.length === 0 ? [] : [`PRIMARY KEY (${key.map(quoted).join(', ')})`]
      const defined = [...[...all].map(([name, type]) => `${quoted(name)} ${type}`), ...primary]
      await staging.run(`CREATE TABLE IF NOT EXISTS ${this.target} (${defined.join(', ')})`)
    }
    const found = (await staging.runAndReadAll(
      'SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2 ORDER BY column_index',
      [schema, this.table])).getRows() as [string, string][]
    const byName = new Map(found)
    if (byName.size === 0) {
      throw new IllegalArgumentError(`there is no table ${schema}.${this.table}`, {
        at: this.site.toString(), hint: "{ columns: { name: 'VARCHAR', ... } } creates it.",
      })
    }
    const named = [...columns?.keys() ?? [], ...key, ...batchTime === undefined ? [] : [batchTime]]
    const missing = named.filter(name => !byName.has(name))
    if (missing.length > 0) {
      const names = missing.map(name => `'${name}'`).join(', ')
      throw new IllegalArgumentError(`the table ${schema}.${this.table} has no column ${names}; it has ${[...byName.keys()].join(', ')}`, { at: this.site.toString() })
    }
    const filled = columns === undefined ? [...byName.keys()].filter(name => name !== batchTime) : [...columns.keys()]
    this.columns = filled.map(name => ({ name, type: byName.get(name)! }))
    this.batchTimeValue = batchTime === undefined || /^TIMESTAMP/.test(byName.get(batchTime)!)
      ? timeMs => `make_timestamp(${timeMs}::BIGINT * 1000)` : timeMs => `${timeMs}::BIGINT`
  }

  /** Of batches that run again, and of programs that have begun anew. */
  private async removeLeftovers(kept: ReadonlySet<string>): Promise<void> {
    const names = await firstColumn(this.staging, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'millrace' AND starts_with(table_name, $1)", [this.prefix])
    for (const name of names as string[]) if (!kept.has(name)) await this.drop(this.staging, name)
  }

  /** Names are the same to DuckDB in upper and lower case, applications are not. */
  private get prefix(): string { return `staged-${Buffer.from(JSON.stringify([this.application, this.output])).toString('hex')}-` }

  private async drop(connection: Connection, table: string): Promise<void> { await connection.run(`DROP TABLE IF EXISTS millrace.${quoted(table)}`) }

  private get columnList(): string { return this.columns.map(({ name }) => quoted(name)).join(', ') }

  async begin({ timeMs, openFromMs }: SinkBatch): Promise<Staged> {
    const table = `${this.prefix}${timeMs}`
    await this.staging.run(`CREATE OR REPLACE TABLE millrace.${quoted(table)} AS SELECT ${this.columnList} FROM ${this.target} LIMIT 0`)
    return { table, timeMs, openFromMs }
  }

  write({ table }: Staged, _partition: SinkPartition, elements: Iterable<unknown>): Promise<void> {
    const { columns, options: { row } } = this
    return addRows(this.staging, { schema: 'millrace', table, columns, toRow: row }, elements)
  }

  /** What was written is durable: each `write` has ended its own transaction. */
  prepare(staged: Staged): Staged { return staged }

  async commit(staged: Staged): Promise<void> {
    const { committing, application, output } = this
    const { table, timeMs, openFromMs } = staged
    const [known] = await firstColumn(committing,
      'SELECT count(*) FROM millrace.ledger WHERE application = $1 AND output = $2 AND batch_time = $3', [application, output, BigInt(timeMs)])
    if (known === 0n) {
      await this.requireStaged(table)
      await inTransaction(committing, async () => {
        await committing.run(this.insertion(staged))
        await committing.run('DELETE FROM millrace.ledger WHERE application = $1 AND output = $2 AND batch_time < $3', [application, output, BigInt(openFromMs)])
        await committing.run('INSERT INTO millrace.ledger VALUES ($1, $2, $3)', [application, output, BigInt(timeMs)])
      })
    }
    await this.drop(committing, table)
  }

  private async requireStaged(table: string): Promise<void> {
    const found = await firstColumn(this.committing, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'millrace' AND table_name = $1", [table])
    if (found.length === 0) {
      throw new SparkError('the database has neither the rows of the batch nor a note that they were committed', {
        hint: 'Is it an older copy of the database? Put back the one that belongs to the checkpoint folder.',
      })
    }
  }

  private insertion({ table, timeMs }: Staged): string {
    const { options: { key, batchTime }, columns, columnList } = this
    const time = batchTime === undefined ? '' : `, ${quoted(batchTime)}`
    const timeValue = batchTime === undefined ? '' : `, ${this.batchTimeValue(timeMs)}`
    const from = `FROM millrace.${quoted(table)}`
    if (key.length === 0) return `INSERT INTO ${this.target} (${columnList}${time}) SELECT ${columnList}${timeValue} ${from} ORDER BY rowid`
    // Of rows with the same key in one batch the last one counts.
    const inBatch = key.filter(name => name !== batchTime)
    const last = `QUALIFY row_number() OVER (${inBatch.length === 0 ? '' : `PARTITION BY ${inBatch.map(quoted).join(', ')} `}ORDER BY rowid DESC) = 1`
    const others = columns.map(({ name }) => name).concat(batchTime ?? []).filter(name => !key.includes(name))
    const action = others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map(name => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`
    return `INSERT INTO ${this.target} (${columnList}${time}) SELECT ${columnList}${timeValue} ${from} ${last}`
      + ` ON CONFLICT (${key.map(quoted).join(', ')}) DO ${action}`
  }

  async abort({ table }: Staged): Promise<void> { await this.drop(this.staging, table) }

  stop(): void {
    // A start that has failed may have opened less.
    for (const connection of [this.staging, this.committing] as (Connection | undefined)[]) connection?.closeSync()
    this.close?.()
  }
}
