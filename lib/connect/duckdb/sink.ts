/**
 * The DuckDB sink: the sink of SQL databases (lib/connect/sql/sink.ts), with rows written by the driver through DuckDB's appender.
 */
import { CallSite } from '../../base/call-site'
import type { TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { SqlSink } from '../sql/sink'
import type { DuckDBConnection } from './database'
import { duckdb, duckDBAddress } from './dialect'
import { requireDuckDBOptions, type DuckDBDatabase, type DuckDBSinkOptions } from './options'
import { addRows } from './rows'

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
  const { schema, columns, key, batchTime, row } = requireDuckDBOptions(database, table, options)
  const at = CallSite.capture('duckDBSink').toString()
  return new SqlSink({
    operator: 'duckDBSink', database: { dialect: duckdb, address: duckDBAddress(database) }, wanted: { schema, table, columns, key, batchTime, at },
    row, batchRows: 1, retryMs: conflictRetryMs, staging: undefined, writesOn: 'driver',
    writer: (connection, rows, elements) => addRows((connection as unknown as { readonly native: DuckDBConnection }).native, rows, elements),
  }) as TransactionalSink<T, unknown, unknown, unknown>
}

/** How long a transaction is tried again that came into the way of one of the program's own. */
const conflictRetryMs = 5_000
