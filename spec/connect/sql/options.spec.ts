/** What databases are told, checked at the call: with the operator, the user's line and the nearest name, and never with a secret. */
import { execFileSync } from 'node:child_process'
import { cassandraSink, JdbcRDD, mysqlSink, postgresSink, SparkContext } from '../../../lib/index'
import { root } from '../../support/command'
import { failure, thrown } from '../../support/operator-cases'

const at = /options\.spec\.ts:\d+$/
const secret = 'hunter22'

describe.each([['postgresSink', postgresSink, 'postgres'], ['mysqlSink', mysqlSink, 'mysql']] as const)('%s', (operator, sink, scheme) => {
  const url = `${scheme}://mill:${secret}@127.0.0.1/shop`
  const message = (options: object): string => {
    const error = thrown(() => sink(options as never))
    expect(error.at).toMatch(at)
    expect(JSON.stringify([error.message, error.hint, error.stack, error.cause])).not.toContain(secret)
    return error.message
  }

  test.each<[object, string]>([
    [{ url }, 'the option table is missing'],
    [{ url, table: '' }, 'table must not be empty, got ""'],
    [{ url, tabel: 't' }, 'there is no option "tabel"; did you mean table?'],
    [{ url, table: 't', columns: [] }, 'columns must name a column, got an array of 0'],
    [{ url, table: 't', columns: ['a', 'a'] }, 'columns must be a list of different columns, got an array of 2'],
    [{ url, table: 't', columns: { a: 5 } }, "columns must be names, or an object such as { word: 'TEXT', count: 'BIGINT' }, got an object (Object)"],
    [{ url, table: 't', key: 'a' }, 'key must be a list of different columns, got "a"'],
    [{ url, table: 't', batchRows: 0 }, 'batchRows must be 1 or more, got 0'],
    [{ url, table: 't', retryMs: 0.5 }, 'retryMs must be a whole number, got 0.5'],
    [{ url, table: 't', row: 5 }, 'row must be a function, got 5'],
    [{ url: `${scheme}//:${secret}`, table: 't' }, 'url is no URL (it is not shown here, for it may hold a password)'],
    [{ url: `http://${secret}@127.0.0.1/`, table: 't' }, `url must begin with ${scheme}:// or ${scheme === 'mysql' ? 'mariadb' : 'postgresql'}://, got "http:"`],
    [{ url: { secret }, table: 't' }, 'url must be a string, got object'],
    [{ password: 22, table: 't' }, 'password must be a string, got number'],
    [{ ssl: 'yes', table: 't' }, 'ssl must be true, false or an object, got "yes"'],
  ])('%j', (options, expected) => { expect(message(options)).toBe(`${operator}: ${expected}`) })
})

test('cassandraSink', () => {
  const cluster = { contactPoints: ['127.0.0.1'], localDataCenter: 'datacenter1', keyspace: 'k', table: 't' }
  const message = (options: object): string => thrown(() => cassandraSink(options as never)).message
  expect(message({ ...cluster, contactPoints: undefined })).toBe('cassandraSink: the option contactPoints is missing')
  expect(message({ ...cluster, contactPoints: '127.0.0.1' })).toBe("cassandraSink: contactPoints must be a list of hosts, such as ['127.0.0.1:9042'], got \"127.0.0.1\"")
  expect(message({ ...cluster, localDatacenter: 'x' })).toBe('cassandraSink: there is no option "localDatacenter"; did you mean localDataCenter?')
  expect(message({ ...cluster, consistency: 'most' })).toMatch(/^cassandraSink: consistency must be one of "any", "one"/)
  expect(message({ ...cluster, password: { secret } })).toBe('cassandraSink: password must be a string, got object')
  expect(message({ ...cluster, password: secret })).toBe('cassandraSink: a password needs a user, got undefined')
})

describe('readers', () => {
  let sc: SparkContext
  beforeAll(() => { sc = new SparkContext('local', 'options') })
  afterAll(() => sc.stop())
  const url = 'postgres://127.0.0.1/shop'

  test.each<[object, string]>([
    [{ table: 't' }, 'no database is named'],
    [{ url: 'oracle://x', table: 't' }, 'no database is named'],
    [{ driver: 'oracle', table: 't' }, 'driver must be one of "postgres", "mysql", "duckdb", got "oracle"'],
    [{ url }, 'it reads a table or a query: give one of them'],
    [{ url, table: 't', query: 'SELECT 1' }, 'it reads a table or a query: give one of them'],
    [{ url, query: 'SELECT 1', schema: 's' }, 'schema is for a table, not for a query'],
    [{ url, table: 't', numPartitions: 2 }, 'numPartitions needs a partitionColumn, by whose values rows are cut'],
    [{ url, table: 't', lowerBound: 2 }, 'lowerBound needs a partitionColumn'],
    [{ url, table: 't', partitionColumn: 'id', upperBound: {} }, 'upperBound must be a number, a bigint, a Date or a text, got an object (Object)'],
    [{ url, table: 't', values: [{}] }, 'values must be a list of texts, numbers, booleans and nulls, got an array of 1'],
    [{ driver: 'duckdb', table: 't' }, 'the database must be the path of a file or a DuckDBInstance, got undefined'],
    [{ driver: 'duckdb', database: 'f', host: 'h', table: 't' }, 'a DuckDB database has no host'],
  ])('tableRDD %j', (options, expected) => {
    const error = thrown(() => sc.tableRDD(options as never))
    expect(error.message).toBe(`tableRDD: ${expected}`)
    expect(error.at).toMatch(at)
  })

  test('saveToTable', async () => {
    const rdd = sc.parallelize([1])
    expect((await failure(rdd.saveToTable({ url } as never))).message).toBe('saveToTable: the option table is missing')
    expect((await failure(rdd.saveToTable({ driver: 'duckdb', table: 't' } as never))).message).toBe('saveToTable: DuckDB has one writer, the driver')
    expect((await failure(rdd.saveToTable({ url, table: 't', batchTime: 'made' }))).message).toBe('saveToTable: batchTime needs the batch')
    expect((await failure(rdd.saveToTable({ url, table: 't' }, {} as never))).message).toBe("saveToTable: its second argument is what foreachRDD's function has as its third, got an object (Object)")
  })

  test('JdbcRDD', () => {
    const message = (...args: unknown[]): string => thrown(() => new (JdbcRDD as any)(sc, ...args)).message
    expect(message(() => url, 'SELECT 1', 1, 2, 1)).toBe('JdbcRDD: the query must have two parameters, the bounds of a partition, and has 0')
    expect(message(() => url, "SELECT '?', \"?\", `?` -- ?\n FROM t /* ? */ WHERE id > ?", 1, 2, 1)).toMatch(/and has 1$/)
    expect(message(() => url, 'SELECT ? ?', 1.5, 2, 1)).toBe('JdbcRDD: the bounds must be whole numbers, got 1.5')
    expect(message(() => url, 'SELECT ? ?', 1, 2, 0)).toMatch(/^JdbcRDD: numPartitions must be a whole number, 1 or more, got 0$/)
    expect(message(url, 'SELECT ? ?', 1, 2, 1)).toMatch(/^JdbcRDD: getConnection must be a function/)
  })
})

test('the clients are loaded when they are first used', () => {
  const program = `require('./dist/index.js'); console.log(Object.keys(require.cache).filter(file => /node_modules.(pg|mysql2|cassandra-driver|@duckdb)/.test(file)).length)`
  expect(execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })).toBe('0\n')
})
