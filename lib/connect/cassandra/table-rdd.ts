/** Tables of Cassandra as RDDs of row objects: tasks read ranges of the token ring, which hold every row once, page by page. */
import { CallSite } from '../../base/call-site'
import { SparkContext } from '../../rdd/context/spark-context'
import { defineSource } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'
import { closeOnce } from '../sql/pool'
import { closeIdleClient, loadCassandra, readingClient, withClient, withRetries } from './client'
import { addressOf, requireReadOptions, type CassandraAddress, type CassandraTableOptions, type CheckedRead } from './options'
import { findCassandraTable, quotedName } from './table'
import { fromCassandra } from './values'

declare module '../../rdd/context/spark-context' {
  interface SparkContext {
    /**
     * The rows of a table of Cassandra: an object a row, with the names of the columns. A partition is a range of the token ring,
     * read in the task that wants it, a page at a time. Needs the package `cassandra-driver` (`npm install cassandra-driver`).
     * Every computation reads anew, so of a table that changes meanwhile partitions may show different moments; `cache()` reads
     * once. Throws IllegalArgumentError for options that cannot be; a table or a column that is not there fails the first job.
     * See docs/databases.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local[2]', 'customers')
     * const customers = sc.cassandraTable<{ id: string, name: string }>({
     *   contactPoints: ['127.0.0.1'], localDataCenter: 'datacenter1', keyspace: 'shop', table: 'customers', numPartitions: 8,
     * })
     * console.log(await customers.count())
     * await sc.stop()
     * ```
     */
    cassandraTable<R = Record<string, unknown>>(options: CassandraTableOptions): RDD<R>
  }
}

/** The arguments of the node. `partitionKey` is found before the first job. */
interface CassandraRead {
  readonly address: CassandraAddress
  readonly select: string
  readonly where: string | undefined
  readonly values: readonly unknown[]
  readonly count: number
  readonly fetchRows: number
  readonly numbers: 'exact' | 'number'
  readonly consistency: CheckedRead['consistency']
  readonly retryMs: number
  partitionKey: readonly string[] | undefined
}

type Row = Record<string, unknown>

export const cassandraTableNode = defineSource<CassandraRead>('cassandraTable', {
  partitionCount: ({ count }) => count,
  read: (args, partition) => ({ kind: 'asyncChunks', values: { [Symbol.asyncIterator]: () => pagesOf(args, partition) } }),
})

const ringStart = -(2n ** 63n)
const ringLength = 2n ** 64n

/** Where partition `index` of `count` begins; the end of the last one is past the ring's last token. */
export function tokenAt(index: number, count: number): bigint { return ringStart + ringLength * BigInt(index) / BigInt(count) }

async function* pagesOf(args: CassandraRead, partition: number): AsyncGenerator<Row[], void> {
  const { address, select, where, values, count, fetchRows, numbers, consistency, retryMs, partitionKey } = args
  const { types } = loadCassandra()
  const token = `token(${partitionKey!.map(quotedName).join(', ')})`
  const conditions = [`${token} >= ?`, ...partition === count - 1 ? [] : [`${token} < ?`], ...where === undefined ? [] : [where]]
  const sql = `${select} WHERE ${conditions.join(' AND ')}${where === undefined ? '' : ' ALLOW FILTERING'}`
  const bounds = partition === count - 1 ? [tokenAt(partition, count)] : [tokenAt(partition, count), tokenAt(partition + 1, count)]
  yield* readingClient(address, async function* (client): AsyncGenerator<Row[], void> {
    let pageState: string | undefined
    do {
      const page = await withRetries(address, retryMs, () => client.execute(sql, [...bounds, ...values], {
        prepare: true, isIdempotent: true, fetchSize: fetchRows, autoPage: false, consistency: types.consistencies[consistency], ...pageState === undefined ? {} : { pageState },
      }))
      const names = page.columns.map(({ name }) => name)
      if (page.rows.length > 0) yield page.rows.map(row => Object.fromEntries(names.map(name => [name, fromCassandra(row.get(name), numbers, name)])))
      pageState = page.pageState ?? undefined
    } while (pageState !== undefined)
  })
}

SparkContext.prototype.cassandraTable = function (this: SparkContext, options: CassandraTableOptions): RDD<any> {
  const checked = requireReadOptions(options)
  const { keyspace, table, columns, where, values, fetchRows, numbers, consistency, retryMs } = checked
  const address = addressOf(checked)
  const names = columns === undefined ? '*' : columns.map(quotedName).join(', ')
  const args: CassandraRead = {
    address, select: `SELECT ${names} FROM ${quotedName(keyspace)}.${quotedName(table)}`, where, values, count: checked.numPartitions ?? this.defaultParallelism,
    fetchRows, numbers, consistency, retryMs, partitionKey: undefined,
  }
  const site = CallSite.capture('cassandraTable')
  const prepare = async (): Promise<void> => {
    const found = await withRetries(address, retryMs, () => withClient(address, client => findCassandraTable(client, keyspace, table, columns ?? [], site.toString())))
    args.partitionKey = found.partitionKey
  }
  closeOnce(this, JSON.stringify(address), () => closeIdleClient(address))
  return new RDD(this, { definition: cassandraTableNode, parents: [], args }, { site, prepare }).setName(`${keyspace}.${table}`)
}
