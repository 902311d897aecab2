/**
 * Batches into a table of an SQL database. Tasks write the rows of a batch aside, into a table of its own; one transaction
 * then moves them and notes in a ledger that it did: a batch that the ledger has is not committed again.
 *
 *   ledger (application, output, batch_time, partition_index)          partition_index is -1: the batch as a whole
 *   staged_<hash>_<batch time>_<random> (columns..., millrace_part, millrace_attempt, millrace_row)
 *
 * A table aside has a name that no other attempt at the batch has, so that what a killed process has under way goes nowhere;
 * and the token names the attempts at partitions that count.
 */
import { createHash, randomUUID } from 'node:crypto'
import { SparkError } from '../../base/errors'
import type { SinkBatch, SinkPartition, SinkStart, TransactionalSink } from '../../streaming/outputs/transactional-sink'
import type { Column, Connection } from './dialect'
import { findTable, insertionInto, type FoundTable, type WantedTable } from './find-table'
import { createLedger, forgetBefore, forgetStream, isKnown, note, wholeBatch, type LedgerStream } from './ledger'
import { closeIdle, withConnection, type Database } from './pool'
import { inTransaction, withRetries } from './retry'

/** A batch on its way into the table: plain data, for it goes to the tasks. */
interface Opened {
  readonly table: string
  readonly staging: string
  /** The table, quoted. */
  readonly place: string
  readonly columns: readonly Column[]
  readonly timeMs: number
  readonly openFromMs: number
}

interface Written { readonly attempt: number, readonly rows: number }

/** What commits a batch. */
export interface Staged {
  readonly table: string
  readonly timeMs: number
  /** The ledger needs no batch before this time. */
  readonly openFromMs: number
  /** The attempts at partitions that count, of those that have rows. */
  readonly attempts: readonly number[]
}

/** Writes elements as rows of a table aside; resolves with how many there were. */
export type RowWriter = (connection: Connection, rows: AsideRows, elements: Iterable<unknown>) => Promise<number>

export interface AsideRows {
  readonly operator: string
  /** The table, quoted, and its name. */
  readonly place: string
  readonly table: string
  readonly staging: string
  readonly columns: readonly Column[]
  readonly toRow: (element: any) => unknown
  readonly batchRows: number
  /** The sink's own columns of a row, which come last, by its number from 0. */
  readonly extra: (row: number) => readonly bigint[]
}

export interface SqlSinkOptions {
  readonly operator: string
  readonly database: Database
  readonly writer: RowWriter
  readonly writesOn: 'task' | 'driver'
  readonly wanted: WantedTable
  readonly row: ((element: any) => unknown) | undefined
  readonly batchRows: number
  readonly retryMs: number
  readonly staging: string | undefined
}

/** The sink's own columns of a table aside. */
export const ownColumns = ['millrace_part', 'millrace_attempt', 'millrace_row']
const order = ['millrace_part', 'millrace_row']

export class SqlSink implements TransactionalSink<any, Opened, Written, Staged> {
  readonly name: string
  readonly writesOn: 'task' | 'driver'
  private found: FoundTable | undefined
  private stream: LedgerStream | undefined
  private staging = ''
  /** A table aside that got no rows: the next batch has it. */
  private spare: string | undefined

  constructor(private readonly options: SqlSinkOptions) {
    this.name = `${options.operator}(${options.wanted.table})`
    this.writesOn = options.writesOn
  }

  async start({ application, outputId, isRecovered, prepared }: SinkStart<Staged>): Promise<void> {
    const { database, wanted } = this.options
    const { dialect } = database
    await withConnection(database, async connection => {
      this.found = await findTable(dialect, connection, wanted)
      this.staging = this.options.staging ?? dialect.defaultStaging(this.found.schema)
      this.stream = { application, output: outputId, staging: this.staging }
      await createLedger(dialect, connection, this.stream)
      if (!isRecovered) await forgetStream(dialect, connection, this.stream)
      const kept = new Set(prepared.map(({ table }) => table))
      for (const name of await dialect.stagedNames(connection, this.staging, this.prefix)) if (!kept.has(name)) await this.drop(connection, name)
    })
  }

  private get prefix(): string {
    const { application, output } = this.stream!
    return `staged_${createHash('sha256').update(JSON.stringify([application, output])).digest('hex').slice(0, 16)}_`
  }

  private placeOf(table: string): string { return this.options.database.dialect.staged(this.staging, table) }

  private async drop(connection: Connection, table: string): Promise<void> { await connection.query(`DROP TABLE IF EXISTS ${this.placeOf(table)}`) }

  private retried<R>(f: (connection: Connection) => Promise<R>): Promise<R> { return withRetries(this.options.database, this.options.retryMs, f) }

  async begin({ timeMs, openFromMs }: SinkBatch): Promise<Opened> {
    const { columns } = this.found!
    const { dialect } = this.options.database
    const table = this.spare ?? `${this.prefix}${timeMs}_${randomUUID().slice(0, 8)}`
    if (this.spare === undefined) {
      const defined = columns.map(({ name, type, isNullable }) => `${dialect.quoted(name)} ${type} ${isNullable ? 'NULL' : 'NOT NULL'}`)
      const own = ownColumns.map(name => `${dialect.quoted(name)} BIGINT NOT NULL`)
      await this.retried(connection => connection.query(`CREATE TABLE IF NOT EXISTS ${this.placeOf(table)} (${[...defined, ...own].join(', ')})`))
    }
    this.spare = undefined
    return { table, place: this.placeOf(table), staging: this.staging, columns, timeMs, openFromMs }
  }

  /** In the task. A partition is one transaction, so that an attempt that fails has left nothing. */
  async write({ table, place, staging, columns }: Opened, { index, attemptId }: SinkPartition, elements: Iterable<unknown>): Promise<Written> {
    const { database, operator, writer, row, batchRows, retryMs } = this.options
    // No two writes have the same: tasks are told apart by their id, and a write that is repeated by its number.
    let repeated = 0
    return withRetries(database, retryMs, async connection => {
      const attempt = attemptId * 1_000 + repeated++ % 1_000
      const rows = await inTransaction(connection, () => writer(connection, {
        operator, place, table, staging, columns, toRow: row ?? (element => element), batchRows,
        extra: number => [BigInt(index), BigInt(attempt), BigInt(number)],
      }, elements))
      return { attempt, rows }
    })
  }

  async prepare({ table, place, timeMs, openFromMs }: Opened, written: readonly Written[]): Promise<Staged> {
    const filled = written.filter(({ rows }) => rows > 0)
    const staged: Staged = { table, timeMs, openFromMs, attempts: filled.map(({ attempt }) => attempt) }
    if (filled.length === 0) {
      this.spare = table
      return staged
    }
    const expected = filled.reduce((sum, { rows }) => sum + rows, 0)
    await this.retried(async connection => {
      const [[count]] = await connection.query(`SELECT count(*) FROM ${place} WHERE ${chosen(staged)}`) as [[bigint]]
      if (Number(count) !== expected) throw new SparkError(`${expected} rows of the batch were written, and the database has ${count}`)
      if (this.found!.mayRefuse) await this.tryOut(connection, staged)
    })
    return staged
  }

  /** What a table refuses for other reasons than a value must fail the batch, not its commit, which would fail for ever. */
  private async tryOut(connection: Connection, staged: Staged): Promise<void> {
    await connection.query('BEGIN')
    try { await this.move(connection, staged) } finally { await connection.query('ROLLBACK').catch(() => undefined) }
  }

  private async move(connection: Connection, staged: Staged): Promise<void> {
    const { sql, values } = this.options.database.dialect.insertStaged(insertionInto(this.found!, staged.timeMs), this.placeOf(staged.table), chosen(staged), order)
    await connection.query(sql, values)
  }

  async commit(staged: Staged): Promise<void> {
    if (staged.attempts.length === 0) return
    const { dialect } = this.options.database
    const stream = this.stream!
    const entry = { ...stream, timeMs: staged.timeMs, partition: wholeBatch }
    await this.retried(async connection => {
      if (!await isKnown(dialect, connection, entry)) {
        await this.requireStaged(connection, staged)
        await inTransaction(connection, async () => {
          // First, so that of two commits of one batch the second waits here, and finds that it is known.
          await note(dialect, connection, entry)
          await this.move(connection, staged)
          await forgetBefore(dialect, connection, stream, staged.openFromMs)
        }).catch(async (error: unknown) => {
          if (!dialect.isDuplicate(error) || !await isKnown(dialect, connection, entry)) throw error
        })
      }
      await this.drop(connection, staged.table)
    })
  }

  private async requireStaged(connection: Connection, { table }: Staged): Promise<void> {
    if ((await this.options.database.dialect.stagedNames(connection, this.staging, table)).includes(table)) return
    throw new SparkError('the database has neither the rows of the batch nor a note that they were committed', {
      hint: 'Is it an older copy of the database? Put back the one that belongs to the checkpoint folder.',
    })
  }

  async abort({ table }: Opened): Promise<void> { await this.retried(connection => this.drop(connection, table)) }

  stop(): Promise<void> { return closeIdle(this.options.database) }
}

/** The rows that count. Whole numbers of ours are all that is in the text. */
function chosen({ attempts }: Staged): string { return `millrace_attempt IN (${attempts.map(attempt => BigInt(attempt)).join(', ')})` }
