/**
 * Batches into a table of Cassandra, which has no transactions: rows are written where they belong while the batch runs, by their
 * primary key, so that a batch that is written again leaves the table as it was. They are seen one by one.
 */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError } from '../../base/errors'
import type { SinkBatch, SinkPartition, TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { rowOf } from '../sql/rows'
import { closeIdleClient, loadCassandra, withClient, withRetries } from './client'
import { addressOf, requireSinkOptions, type CassandraAddress, type CassandraSinkOptions, type CheckedSink } from './options'
import { findCassandraTable, quotedName } from './table'
import { toCassandra, type CassandraColumn } from './values'

/** What the tasks are told. */
interface Opened {
  readonly columns: readonly CassandraColumn[]
  readonly batchTime: CassandraColumn | undefined
  readonly timeMs: number
}

/**
 * A sink for `dstream.saveTo` that writes every row into a table of Cassandra by its primary key. Cassandra has no
 * transactions, so it promises less than the other sinks: rows are seen while their batch runs, one by one, and a batch that
 * fails may have left some. What is there after a batch has succeeded is right all the same, however often it was written: a row
 * that is written again replaces itself. For that the primary key must come from the data (or be the batch time), functions
 * must give the same for the same input, and tables with counters are refused, for a counter would count again. Of rows with the same key
 * in one partition the last one counts; in several partitions it is not said which, so reduce by key before. Needs the package
 * `cassandra-driver` (`npm install cassandra-driver`). Throws IllegalArgumentError for options that cannot be; a missing table or column
 * and a wrong password end the start of the stream. See docs/databases.md.
 * @example
 * ```ts
 * import { Seconds, StreamingContext, cassandraSink } from 'millrace'
 * const ssc = new StreamingContext('local[2]', 'to a table', Seconds(1))
 * ssc.checkpoint('checkpoints')
 * ssc.textFileStream('incoming').countByValue().saveTo(cassandraSink({
 *   contactPoints: ['127.0.0.1'], localDataCenter: 'datacenter1', keyspace: 'shop', table: 'counts', columns: ['line', 'count'], batchTime: 'batch_time',
 * }))
 * ```
 */
export function cassandraSink<T = any>(options: CassandraSinkOptions<T>): TransactionalSink<T, unknown, unknown, unknown> {
  return new CassandraSink(requireSinkOptions(options), CallSite.capture('cassandraSink').toString()) as TransactionalSink<T, unknown, unknown, unknown>
}

class CassandraSink implements TransactionalSink<any, Opened, number, number> {
  readonly name: string
  private readonly address: CassandraAddress
  private found: Pick<Opened, 'columns' | 'batchTime'> | undefined

  constructor(private readonly options: CheckedSink, private readonly at: string) {
    this.name = `cassandraSink(${options.keyspace}.${options.table})`
    this.address = addressOf(options)
  }

  async start(): Promise<void> {
    const { keyspace, table, columns: wanted, batchTime } = this.options
    const found = await withClient(this.address, client => findCassandraTable(client, keyspace, table, [...wanted ?? [], ...batchTime === undefined ? [] : [batchTime]], this.at))
    const counters = found.columns.filter(({ type }) => type === 'counter')
    if (counters.length > 0) {
      throw new IllegalArgumentError(`the table ${keyspace}.${table} counts (${counters.map(({ name }) => name).join(', ')} are counters)`, {
        at: this.at, hint: 'A batch that is written again would be counted again: keep the count in a state, and write it as a bigint.',
      })
    }
    const byName = new Map(found.columns.map(column => [column.name, column]))
    const columns = (wanted ?? found.columns.map(({ name }) => name)).filter(name => name !== batchTime).map(name => byName.get(name)!)
    const filled = new Set(columns.map(({ name }) => name).concat(batchTime ?? []))
    const missing = found.key.filter(name => !filled.has(name))
    if (missing.length > 0) {
      const names = missing.map(name => `'${name}'`).join(', ')
      throw new IllegalArgumentError(`rows do not fill ${names} of the primary key of ${keyspace}.${table}`, { at: this.at, hint: 'Add it to columns.' })
    }
    this.found = { columns, batchTime: batchTime === undefined ? undefined : byName.get(batchTime) }
  }

  begin({ timeMs }: SinkBatch): Opened { return { ...this.found!, timeMs } }

  /** In the task. The driver numbers its statements by time, so of two for one row the later one counts, whichever arrives first. */
  async write({ columns, batchTime, timeMs }: Opened, _partition: SinkPartition, elements: Iterable<unknown>): Promise<number> {
    const { keyspace, table, row, ttlSeconds, concurrency, consistency, retryMs } = this.options
    const { types } = loadCassandra()
    const names = [...columns, ...batchTime === undefined ? [] : [batchTime]].map(({ name }) => quotedName(name))
    const sql = `INSERT INTO ${quotedName(keyspace)}.${quotedName(table)} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
      + (ttlSeconds === undefined ? '' : ` USING TTL ${ttlSeconds}`)
    const time = batchTime === undefined ? [] : [toCassandra(batchTime.type === 'timestamp' || batchTime.type === 'date' ? new Date(timeMs) : timeMs, batchTime)]
    const valuesOf = (element: unknown): unknown[] => {
      const values = rowOf(row === undefined ? element : row(element), columns, 'cassandraSink', types.unset)
      return [...values.map((value, i) => value === types.unset ? value : toCassandra(value, columns[i]!)), ...time]
    }
    const options = { prepare: true, isIdempotent: true, consistency: types.consistencies[consistency] }
    return withRetries(this.address, retryMs, () => withClient(this.address, client => writeAll(elements, concurrency, element => (
      withRetries(this.address, retryMs, async () => { await client.execute(sql, valuesOf(element), options) })))))
  }

  prepare(_opened: Opened, written: readonly number[]): number { return written.reduce((sum, rows) => sum + rows, 0) }
  /** The rows are there. */
  commit(): void {}
  /** What was written is replaced when the batch runs again. */
  abort(): void {}
  stop(): Promise<void> { return closeIdleClient(this.address) }
}

/** Runs `write` for each element, so many at a time; the first failure ends it. */
async function writeAll(elements: Iterable<unknown>, concurrency: number, write: (element: unknown) => Promise<void>): Promise<number> {
  const underWay = new Set<Promise<void>>()
  let count = 0
  let failure: { readonly thrown: unknown } | undefined
  for (const element of elements) {
    if (underWay.size >= concurrency) await Promise.race(underWay)
    if (failure !== undefined) break
    const one = write(element).catch((thrown: unknown) => { failure ??= { thrown } }).finally(() => underWay.delete(one))
    underWay.add(one)
    count++
  }
  await Promise.all(underWay)
  if (failure !== undefined) throw failure.thrown
  return count
}

