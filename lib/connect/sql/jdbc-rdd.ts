/** JdbcRDD: Spark's reader of a query with two parameters, a range of whole numbers a partition. */
import { IllegalArgumentError } from '../../base/errors'
import { describe, refuse, requireFunction, requireInteger } from '../../rdd/arguments'
import type { SparkContext } from '../../rdd/context/spark-context'
import { defineSource } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'
import { travelling } from '../../rdd/travel'
import { optionTable, requireOptions } from '../support/option-table'
import { dialectOf, driverRow, type DatabaseDriver } from './dialects'
import type { Dialect, Numbers } from './dialect'
import { inclusiveRanges } from './key-ranges'
import { addressRows, requireAddress, retryRow, type DatabaseOptions } from './options'
import { closeIdle, closeOnce } from './pool'
import { readChunks } from './read-chunks'

/** What a JdbcRDD's `getConnection` gives: where the database is. */
export interface JdbcConnection extends DatabaseOptions {
  /** Which database it is, where there is no `url` that says it. */
  readonly driver?: Exclude<DatabaseDriver, 'duckdb'>
  /** How whole numbers of 64 bits and decimals are read: see `tableRDD`. Default `'exact'`. */
  readonly numbers?: Numbers
}

const table = optionTable('JdbcRDD', {
  driver: driverRow, ...addressRows, retryMs: retryRow,
  numbers: { kind: 'string', values: ['exact', 'number'], default: 'exact', doc: "'exact': 64-bit whole numbers as bigint, decimals as text; 'number': both as numbers." },
})

type CheckedConnection = JdbcConnection & { readonly retryMs: number, readonly connectTimeoutMs: number, readonly numbers: Numbers }

interface JdbcRead {
  readonly getConnection: () => string | JdbcConnection
  readonly sql: string
  readonly mapRow: (row: Record<string, unknown>) => unknown
  readonly lowerBound: bigint
  readonly upperBound: bigint
  readonly count: number
}

const fetchRows = 1_000

export const jdbcNode = defineSource<JdbcRead>('JdbcRDD', {
  partitionCount: ({ count }) => count,
  read: ({ getConnection, sql, mapRow, lowerBound, upperBound, count }, partition, task) => {
    const given = getConnection()
    const options = requireOptions<CheckedConnection>('JdbcRDD', table, typeof given === 'string' ? { url: given } : given)
    const dialect = dialectOf('JdbcRDD', options)
    const database = { dialect, address: requireAddress('JdbcRDD', dialect, options) }
    const range = inclusiveRanges(lowerBound, upperBound, count)[partition]!
    const chunks = readChunks({ database, fetchRows, numbers: options.numbers, retryMs: options.retryMs }, () => ({ sql: withParameters(sql, dialect), values: range.map(String) }))
    return { kind: 'asyncChunks', values: mapped(chunks, row => task.runSync(() => mapRow(row))) }
  },
})

function mapped(chunks: AsyncIterable<Record<string, unknown>[]>, mapRow: JdbcRead['mapRow']): AsyncIterable<unknown[]> {
  return { async* [Symbol.asyncIterator]() { for await (const chunk of chunks) yield chunk.map(mapRow) } }
}

/** Texts, names and comments, in which a question mark is none. */
const opaque = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\//g

/** The query with the two parameters as the database writes them. Throws IllegalArgumentError when there are not two. */
export function withParameters(sql: string, dialect: Pick<Dialect, 'boundParameter'>): string {
  const column = { name: '', kind: 'integer', type: 'bigint', cast: 'bigint', isNullable: false, isFilled: false } as const
  const marks = [...sql.replace(opaque, text => '#'.repeat(text.length)).matchAll(/\?/g)].map(({ index }) => index)
  if (marks.length !== 2) {
    throw new IllegalArgumentError(`JdbcRDD: the query must have two parameters, the bounds of a partition, and has ${marks.length}`, {
      hint: 'SELECT ... WHERE ? <= id AND id <= ?',
    })
  }
  const [first, second] = marks as [number, number]
  return `${sql.slice(0, first)}${dialect.boundParameter(1, column)}${sql.slice(first + 1, second)}${dialect.boundParameter(2, column)}${sql.slice(second + 1)}`
}

/**
 * An RDD of the rows of a query with two parameters `?`, the first and the last key of a partition, both included. A task calls
 * `getConnection`, which gives where the database is (a URL, or its parts); connections are kept in the task's thread, and
 * closed when nobody uses them. `mapRow` makes an element of a row, which is an object with the names of the columns; default:
 * the row. `tableRDD` finds the bounds itself, and reads DuckDB, too. Throws IllegalArgumentError for arguments that cannot be.
 * Counterpart: org.apache.spark.rdd.JdbcRDD, whose `getConnection` opens a connection for one partition.
 * @example
 * ```ts
 * import { JdbcRDD, SparkContext } from 'millrace'
 * const sc = new SparkContext('local[2]', 'orders')
 * const orders = new JdbcRDD(sc, () => 'mysql://mill:secret@127.0.0.1/shop',
 *   'SELECT id, item FROM orders WHERE ? <= id AND id <= ?', 1, 1_000_000, 4, row => String(row.item))
 * console.log(await orders.count())
 * await sc.stop()
 * ```
 */
export class JdbcRDD<T = Record<string, unknown>> extends RDD<T> {
  constructor(
    sc: SparkContext, getConnection: () => string | JdbcConnection, sql: string, lowerBound: number | bigint, upperBound: number | bigint, numPartitions: number,
    mapRow: (row: Record<string, unknown>) => T = row => row as T,
  ) {
    const operator = 'JdbcRDD'
    if (typeof sql !== 'string') refuse(operator, `the query must be a text, got ${describe(sql)}`)
    for (const bound of [lowerBound, upperBound]) {
      if (typeof bound !== 'bigint' && !Number.isSafeInteger(bound)) refuse(operator, `the bounds must be whole numbers, got ${describe(bound)}`)
    }
    requireInteger(operator, numPartitions, 1, 'numPartitions')
    const args: JdbcRead = {
      getConnection: requireFunction(operator, getConnection, 'getConnection'), sql, mapRow: travelling(operator, requireFunction(operator, mapRow, 'mapRow')),
      lowerBound: BigInt(lowerBound), upperBound: BigInt(upperBound), count: numPartitions,
    }
    withParameters(sql, { boundParameter: () => '?' })
    super(sc, { definition: jdbcNode, parents: [], args })
    // Nobody knows which database before a task has asked.
    closeOnce(sc, 'JdbcRDD', closeIdle)
  }

  /** The same as `new JdbcRDD`. Counterpart: JdbcRDD.create. */
  static create<T = Record<string, unknown>>(...args: ConstructorParameters<typeof JdbcRDD<T>>): JdbcRDD<T> { return new JdbcRDD<T>(...args) }
}
