/** The PostgreSQL sink: what it is told, and its name. */
import type { TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { sinkTable, type DatabaseOptions, type TableOptions } from '../sql/options'
import { sinkOf } from '../sql/sink-of'
import { postgres } from './dialect'

/** What `postgresSink` is told: the database, and where in it elements go. */
export interface PostgresSinkOptions<T = any> extends DatabaseOptions, TableOptions<T> {}

const table = sinkTable('postgresSink')

/**
 * A sink for `dstream.saveTo` that adds every batch to a table of a PostgreSQL database exactly once, or replaces rows by their
 * key; the rows of a batch appear in one transaction. Needs the package `pg` (`npm install pg`). Tasks write the rows into
 * a table of the schema `millrace`, over connections that each thread keeps; the commit moves them and notes in
 * `millrace.ledger` that it did, so that a row is written twice. Keep `spark.app.name` and the output's id, by which the ledger
 * knows the stream. A lost connection, a server that restarts and deadlocks are tried again for `retryMs`. Throws
 * IllegalArgumentError for options that cannot be; a missing table or column and a wrong password end the start of the stream.
 * See docs/databases.md.
 * @example
 * ```ts
 * import { Seconds, StreamingContext, postgresSink } from 'millrace'
 * const ssc = new StreamingContext('local[2]', 'to a table', Seconds(1))
 * ssc.checkpoint('checkpoints')
 * ssc.textFileStream('incoming').countByValue().saveTo(postgresSink({
 *   url: 'postgres://mill:secret@127.0.0.1/shop', table: 'counts',
 *   columns: { line: 'text', count: 'bigint' }, batchTime: 'batch_time', key: ['batch_time', 'line'],
 * }))
 * ```
 */
export function postgresSink<T = any>(options: PostgresSinkOptions<T>): TransactionalSink<T, unknown, unknown, unknown> {
  return sinkOf('postgresSink', postgres, table, options)
}
