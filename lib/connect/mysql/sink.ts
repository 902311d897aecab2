/** The sink of MySQL and MariaDB: what it is told, and its name. */
import type { TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { sinkTable, type DatabaseOptions, type TableOptions } from '../sql/options'
import { sinkOf } from '../sql/sink-of'
import { mysql } from './dialect'

/** What `mysqlSink` is told: the database, and where in it elements go. */
export interface MySqlSinkOptions<T = any> extends DatabaseOptions, TableOptions<T> {}

const table = sinkTable('mysqlSink')

/**
 * A sink for `dstream.saveTo` that adds every batch to a table of a MySQL or MariaDB database exactly once, or replaces rows by
 * their key; the rows of a batch appear in one transaction. Needs the package `mysql2` (`npm install mysql2`). Tasks write the
 * rows into a table beside, over connections that each thread keeps; the commit moves them and notes in `millrace_ledger` that
 * it did, so that a row is written twice. Keep `spark.app.name` and the output's id, by which the ledger knows the stream.
 * The table must be one of InnoDB. With `key`, any other unique index of the table replaces rows, too. A lost connection, a server that
 * restarts and deadlocks are tried again for `retryMs`. Throws IllegalArgumentError for options that cannot be; a missing table
 * or column and a wrong password end the start of the stream. See docs/databases.md.
 * @example
 * ```ts
 * import { Seconds, StreamingContext, mysqlSink } from 'millrace'
 * const ssc = new StreamingContext('local[2]', 'to a table', Seconds(1))
 * ssc.checkpoint('checkpoints')
 * ssc.textFileStream('incoming').countByValue().saveTo(mysqlSink({
 *   url: 'mysql://mill:secret@127.0.0.1/shop', table: 'counts',
 *   columns: { line: 'VARCHAR(200)', count: 'BIGINT' }, batchTime: 'batch_time', key: ['batch_time', 'line'],
 * }))
 * ```
 */
export function mysqlSink<T = any>(options: MySqlSinkOptions<T>): TransactionalSink<T, unknown, unknown, unknown> {
  return sinkOf('mysqlSink', mysql, table, options)
}
