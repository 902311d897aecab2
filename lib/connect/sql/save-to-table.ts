/**
 * saveToTable: an RDD into a table, a transaction a partition. Told of its batch, it notes in that transaction that the partition is there, so
 * that a partition that is written again does nothing.
 */
import { CallSite } from '../../base/call-site'
import { describe, refuse } from '../../rdd/arguments'
import { RDD } from '../../rdd/rdd'
import { writeInTasks, type PartitionWriter } from '../../rdd/saving/write-to-sink'
import { travelling } from '../../rdd/travel'
import type { BatchOutput } from '../../streaming/outputs/batch-output'
import { optionTable } from '../support/option-table'
import { driverRow, writingDialectOf, type DatabaseDriver } from './dialects'
import type { Insertion, WritingDialect } from './dialect'
import { findTable, insertionInto } from './find-table'
import { createLedger, forgetBefore, forgetStream, isKnown, note, type LedgerEntry } from './ledger'
import { addressRows, tableRows, type DatabaseOptions, type TableOptions } from './options'
import { closeWith } from './pool'
import { inTransaction, withRetries } from './retry'
import { requireTable, type CheckedTable } from './sink-of'
import { writeRows } from './write-rows'

/** Where `rdd.saveToTable` writes: a PostgreSQL, MySQL or MariaDB database, and where in it elements go. */
export interface SaveToTableOptions<T = any> extends DatabaseOptions, TableOptions<T> {
  /** Which database it is, where there is no `url` that says it. */
  readonly driver?: Exclude<DatabaseDriver, 'duckdb'>
}

declare module '../../rdd/rdd' {
  interface RDD<T> {
    /**
     * Adds the elements to a table of a PostgreSQL, MySQL or MariaDB database, or replaces rows by their key: each partition
     * in the task that computes it, in one transaction, over a connection that its thread keeps. Inside `foreachRDD`, give it
     * the function's third argument: then each partition is in the table once, however often the batch runs, by a ledger
     * of (application, output, batch time, partition) in the same transaction. Partitions appear one by one, and a batch
     * may call it once for a table; where a batch must appear whole, use `saveTo` with `postgresSink` or `mysqlSink`, which write every
     * row twice. It needs functions that give the same for the same input, and a fixed number of partitions. Without the
     * third argument a partition that is written again is there twice, unless there is a `key`. `batchTime` needs that argument, too.
     * Rejects with IllegalArgumentError for options that cannot be, and for a table, a column or a value that does not fit. Beyond Spark.
     * See docs/databases.md.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local[2]', 'orders', Seconds(1))
     * ssc.checkpoint('checkpoints')
     * ssc.textFileStream('incoming').map(line => line.split(',')).foreachRDD((rdd, _time, output) => rdd.saveToTable({
     *   url: 'mysql://mill:secret@127.0.0.1/shop', table: 'orders', columns: ['item', 'amount'],
     * }, output))
     * ```
     */
    saveToTable(options: SaveToTableOptions<T>, output?: BatchOutput): Promise<void>
  }
}

const table = optionTable('saveToTable', { driver: driverRow, ...tableRows, ...addressRows })

/** What the tasks are told: plain data. */
interface Prepared { readonly insertion: Insertion, readonly entry: LedgerEntry | undefined }

RDD.prototype.saveToTable = async function (this: RDD<any>, options: SaveToTableOptions, output?: BatchOutput): Promise<void> {
  const operator = 'saveToTable'
  const site = CallSite.capture(operator)
  const dialect = writingDialectOf(operator, options ?? {})
  const checked = CallSite.within(site, () => requireTable(operator, dialect, table, options))
  if (output !== undefined && typeof (output as BatchOutput | null)?.outputId !== 'string') {
    refuse(operator, `its second argument is what foreachRDD's function has as its third, got ${describe(output)}`)
  }
  if (output === undefined && checked.wanted.batchTime !== undefined) refuse(operator, 'batchTime needs the batch', "Give it the third argument of foreachRDD's function.")
  const write = CallSite.within(site, () => travelling(operator, writerOf(dialect, checked)))
  const prepared = await prepare(this, dialect, checked, output)
  closeWith(this.context, checked.database)
  await writeInTasks(site, this, write, prepared)
}

function writerOf(dialect: WritingDialect, { database, row, batchRows, retryMs }: CheckedTable): PartitionWriter {
  return ({ insertion, entry }: Prepared, { index }, elements) => withRetries(database, retryMs, connection => {
    const own = entry === undefined ? undefined : { ...entry, partition: index }
    return inTransaction(connection, async () => {
      if (own !== undefined) {
        if (await isKnown(dialect, connection, own)) return
        await note(dialect, connection, own)
      }
      const toRow = row ?? ((element: unknown) => element)
      await writeRows(dialect, connection, insertion, elements, { operator: 'saveToTable', toRow, batchRows, columns: insertion.columns })
    }).catch(async (error: unknown) => {
      // Another attempt at this partition was a moment earlier.
      if (own === undefined || !dialect.isDuplicate(error) || !await isKnown(dialect, connection, own)) throw error
    })
  })
}

/** Outputs of a context whose ledger holds nothing of an earlier program. */
const begun = new WeakMap<object, Set<string>>()

async function prepare(rdd: RDD<any>, dialect: WritingDialect, { database, wanted, retryMs, staging }: CheckedTable, output: BatchOutput | undefined): Promise<Prepared> {
  const outputs = begun.get(rdd.context) ?? new Set()
  begun.set(rdd.context, outputs)
  return withRetries(database, retryMs, async connection => {
    const found = await findTable(dialect, connection, wanted)
    if (output === undefined) return { insertion: insertionInto(found, 0), entry: undefined }
    const timeMs = output.time.milliseconds
    const stream = { application: rdd.context.appName, output: `${output.outputId} > ${found.schema}.${wanted.table}`, staging: staging ?? dialect.defaultStaging(found.schema) }
    const isFirst = !outputs.has(stream.output)
    if (isFirst) await createLedger(dialect, connection, stream)
    if (isFirst && !output.isRecovered) await forgetStream(dialect, connection, stream)
    else await forgetBefore(dialect, connection, stream, output.openFromMs)
    outputs.add(stream.output)
    return { insertion: insertionInto(found, timeMs), entry: { ...stream, timeMs, partition: 0 } }
  })
}
