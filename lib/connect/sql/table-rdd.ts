/**
 * Tables of databases as RDDs of row objects. Tasks read ranges of keys, a chunk of rows at a time; the ranges are found once,
 * before the first job, so that a partition that is computed again reads the same range.
 */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError } from '../../base/errors'
import { SparkContext } from '../../rdd/context/spark-context'
import { defineSource } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'
import { requireOptions } from '../support/option-table'
import { dialectOf } from './dialects'
import type { Column, Connection, Dialect, Numbers, Statement } from './dialect'
import { canBeCut, keyRanges, type Bound, type KeyRange } from './key-ranges'
import { requireAddress } from './options'
import { openable } from '../duckdb/dialect'
import { closeWith, type Database } from './pool'
import { readChunks } from './read-chunks'
import { requireReadable, tableRddTable, type TableRDDOptions } from './read-options'
import { withRetries } from './retry'

declare module '../../rdd/context/spark-context' {
  interface SparkContext {
    /**
     * The rows of a table, or of a query, of a PostgreSQL, MySQL, MariaDB or DuckDB database: an object a row, with the names
     * of the columns. With `partitionColumn` its rows are cut by ranges of that column and read at the same time, each range
     * by a cursor in the task that wants it (DuckDB: on the driver, which on `local[N]` holds all rows before the first job).
     * The bounds are the least and the
     * greatest value unless said, looked up once, before the first job. It needs the client of the database: `npm install pg` or `mysql2` or
     * `@duckdb/node-api`. Every partition is a statement of its own and every computation reads anew, so of a table that
     * changes meanwhile partitions may show different moments; `cache()` reads once. `where`, `query` and their parameters are SQL
     * of the program's: never put input into their text, but into `values`. Throws IllegalArgumentError for options that cannot be; a table or
     * a column that is not there fails the first job. Counterpart: SQLContext's jdbc source, and JdbcRDD. See docs/databases.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local[2]', 'customers')
     * const customers = sc.tableRDD<{ id: number, name: string }>({
     *   url: 'postgres://mill:secret@127.0.0.1/shop', table: 'customers', columns: ['id', 'name'], partitionColumn: 'id', numPartitions: 4,
     * })
     * const names = customers.map(({ id, name }): [number, string] => [id, name])
     * const orders = sc.parallelize<[number, string]>([[1, 'flour']])
     * for (const [id, [order, name]] of await orders.join(names).collect()) console.log(id, order, name)
     * await sc.stop()
     * ```
     */
    tableRDD<R = Record<string, unknown>>(options: TableRDDOptions): RDD<R>
  }
}

/** The arguments of the node. `ranges` stays empty until they were looked up. */
interface TableRead {
  readonly database: Database
  /** `SELECT ... FROM ...`, with the user's condition. */
  readonly select: string
  readonly hasCondition: boolean
  readonly values: readonly unknown[]
  readonly count: number
  readonly fetchRows: number
  readonly numbers: Numbers
  readonly retryMs: number
  found: { readonly column: Column | undefined, readonly ranges: readonly KeyRange[] } | undefined
  /** The rows of each partition, where the driver reads them for tasks elsewhere. */
  rows?: readonly (readonly Record<string, unknown>[])[]
}

const partitionCount = ({ count }: TableRead): number => count
const chunksOf = (args: TableRead, partition: number): AsyncIterable<Record<string, unknown>[]> => readChunks(args, () => statementOf(args, partition))

export const tableRddNode = defineSource<TableRead>('tableRDD', {
  partitionCount, read: (args, partition) => ({ kind: 'asyncChunks', values: chunksOf(args, partition) }),
})

/** One thread has a DuckDB database open, so the driver reads for all. */
export const driverTableRddNode = defineSource<TableRead>('tableRDD on the driver', {
  partitionCount, ship: true,
  read: (args, partition) => args.rows === undefined ? { kind: 'asyncChunks', values: chunksOf(args, partition) } : { kind: 'array', values: args.rows[partition]! },
})

async function readAll(args: TableRead): Promise<readonly (readonly Record<string, unknown>[])[]> {
  const all: Record<string, unknown>[][] = []
  for (let partition = 0; partition < args.count; partition++) {
    const rows: Record<string, unknown>[] = []
    for await (const chunk of chunksOf(args, partition)) rows.push(...chunk)
    all.push(rows)
  }
  return all
}

/** Undefined: there are no rows for this partition. */
function statementOf({ database: { dialect }, select, hasCondition, values, found }: TableRead, partition: number): Statement | undefined {
  const { column, ranges } = found!
  const range = ranges[partition]
  if (range === undefined) return undefined
  if (column === undefined || (range.from === undefined && range.until === undefined)) return { sql: select, values }
  const bounds: string[] = []
  const name = dialect.quoted(column.name)
  const bound = (value: string): string => dialect.boundParameter(values.length + bounds.push(value), column)
  const conditions = [
    ...range.from === undefined ? [] : [`${name} >= ${bound(range.from)}`], ...range.until === undefined ? [] : [`${name} < ${bound(range.until)}`],
  ]
  const inRange = range.from === undefined ? `(${conditions.join(' AND ')} OR ${name} IS NULL)` : conditions.join(' AND ')
  return { sql: `${select} ${hasCondition ? 'AND' : 'WHERE'} ${inRange}`, values: [...values, ...bounds] }
}

type Checked = TableRDDOptions & Required<Pick<TableRDDOptions, 'fetchRows' | 'numbers' | 'retryMs' | 'connectTimeoutMs' | 'values'>>

SparkContext.prototype.tableRDD = function (this: SparkContext, options: TableRDDOptions): RDD<any> {
  const operator = 'tableRDD'
  const checked = requireOptions<Checked>(operator, tableRddTable, options)
  requireReadable(operator, checked)
  const dialect = dialectOf(operator, checked)
  const isOnDriver = dialect.usedOn === 'driver'
  const database: Database = { dialect, address: isOnDriver ? openable(operator, checked) : requireAddress(operator, dialect, checked as never) }
  const { columns, where, values, partitionColumn, fetchRows, numbers, retryMs } = checked
  const from = `${sourceOf(dialect, checked)}${where === undefined ? '' : ` WHERE (${where})`}`
  const args: TableRead = {
    database, select: `SELECT ${columns === undefined ? '*' : columns.map(name => dialect.quoted(name)).join(', ')} FROM ${from}`, hasCondition: where !== undefined, values,
    count: partitionColumn === undefined ? 1 : checked.numPartitions ?? this.defaultParallelism, fetchRows, numbers, retryMs,
    found: partitionColumn === undefined ? { column: undefined, ranges: [{}] } : undefined,
  }
  const site = CallSite.capture(operator)
  const prepare = async (): Promise<void> => {
    if (partitionColumn !== undefined) {
      const wanted: Wanted = { ...checked, dialect, partitionColumn, everything: `SELECT * FROM ${from}`, count: args.count, at: site.toString() }
      args.found = await withRetries(database, retryMs, connection => findRanges(connection, wanted))
    }
    if (isOnDriver && this.master !== 'local') args.rows = await readAll(args)
  }
  closeWith(this, database)
  return new RDD(this, { definition: isOnDriver ? driverTableRddNode : tableRddNode, parents: [], args }, { site, prepare }).setName(checked.table ?? 'query')
}

/** What stands after FROM. */
function sourceOf(dialect: Dialect, { table, schema, query }: TableRDDOptions): string {
  if (query !== undefined) return `(${query}) AS millrace_query`
  return schema === undefined ? dialect.quoted(table!) : `${dialect.quoted(schema)}.${dialect.quoted(table!)}`
}

interface Wanted {
  readonly dialect: Dialect
  readonly partitionColumn: string
  readonly everything: string
  readonly values: readonly unknown[]
  readonly lowerBound?: Bound | undefined
  readonly upperBound?: Bound | undefined
  readonly count: number
  readonly at: string
}

async function findRanges(
  connection: Connection, { dialect, partitionColumn, everything, values, lowerBound, upperBound, count, at }: Wanted,
): Promise<TableRead['found']> {
  const columns = await connection.columns({ sql: everything, values })
  const column = columns.find(({ name }) => name === partitionColumn)
  if (column === undefined) throw new IllegalArgumentError(`there is no column '${partitionColumn}'; there are ${columns.map(({ name }) => name).join(', ')}`, { at })
  if (!canBeCut(column)) {
    throw new IllegalArgumentError(`rows cannot be cut by '${column.name}', which is ${column.type}: it must hold whole numbers, decimals, dates or times`, { at })
  }
  let [lower, upper] = [lowerBound, upperBound]
  if (lower === undefined || upper === undefined) {
    const name = dialect.quoted(partitionColumn)
    const [[least, greatest]] = await connection.query(`SELECT min(${name}), max(${name}) FROM (${everything}) AS millrace_rows`, values) as [[Bound | null, Bound | null]]
    if (least === null || greatest === null) return { column, ranges: [{}] }
    lower ??= least
    upper ??= greatest
  }
  const ranges = keyRanges(column, lower, upper, count)
  if (ranges === undefined) throw new IllegalArgumentError(`the bounds do not fit the column '${column.name}' (${column.type})`, { at })
  return { column, ranges }
}
