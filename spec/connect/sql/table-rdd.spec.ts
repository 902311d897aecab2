/** tableRDD on DuckDB, which needs no server: ranges, values, joins; and the connections that are kept and closed. */
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { duckdb, duckDBAddress } from '../../../lib/connect/duckdb/dialect'
import { closeIdle, withConnection } from '../../../lib/connect/sql/pool'
import { SparkContext, type RDD } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { failure } from '../../support/operator-cases'

let database: DuckDBInstance
let connection: DuckDBConnection

beforeAll(async () => {
  database = await DuckDBInstance.create(':memory:')
  connection = await database.connect()
  await connection.run(`CREATE TABLE rows AS SELECT i::BIGINT AS id, 'n' || i AS name, (i / 4)::DECIMAL(10, 2) AS d, TIMESTAMP '2026-01-01' + to_hours(i) AS t FROM range(100) r(i)`)
  await connection.run("INSERT INTO rows VALUES (NULL, 'none', NULL, NULL)")
})

afterAll(() => {
  connection.closeSync()
  database.closeSync()
})

async function withContext<R>(master: string, f: (sc: SparkContext) => Promise<R>): Promise<R> {
  const sc = new SparkContext(master, 'tables')
  try { return await f(sc) } finally { await sc.stop() }
}

interface Row { readonly id: bigint | null, readonly name: string }

describe.each(masters)('on %s', master => {
  test.each(['id', 'd', 't'])('reads every row once, cut by %s', async partitionColumn => {
    await withContext(master, async sc => {
      const rdd: RDD<Row> = sc.tableRDD({ driver: 'duckdb', database, table: 'rows', partitionColumn, numPartitions: 3 })
      const parts = await rdd.map(({ name }) => name).glom().collect()
      expect(parts.length).toBe(3)
      expect(parts.every(part => part.length >= 30)).toBe(true)
      expect(parts.flat().sort()).toEqual(['none', ...Array.from({ length: 100 }, (_, i) => `n${i}`)].sort())
    })
  })

  test('is joined with another RDD', async () => {
    await withContext(master, async sc => {
      const names = sc.tableRDD<{ id: number, name: string }>({ driver: 'duckdb', database, table: 'rows', where: 'id < $1', values: [50], numbers: 'number' })
      const joined = sc.parallelize<[number, string]>([[7, 'x'], [70, 'y']]).join(names.map(({ id, name }): [number, string] => [id, name]))
      expect(await joined.collect()).toEqual([[7, ['x', 'n7']]])
    })
  })
})

test('gives values as JavaScript has them', async () => {
  await withContext('local', async sc => {
    const query = "SELECT 9007199254740993 AS big, 1.50::DECIMAL(5, 2) AS d, DATE '2026-03-29' AS day, TIMESTAMP '2026-03-29 01:30:00.25' AS t, TIME '12:00:00' AS clock, '\\x00\\xFF'::BLOB AS b, [1, NULL] AS list, NULL AS nothing"
    expect(await sc.tableRDD({ driver: 'duckdb', database, query }).collect()).toEqual([{
      big: 9007199254740993n, d: '1.50', day: new Date('2026-03-29'), t: new Date('2026-03-29T01:30:00.250Z'), clock: '12:00:00', b: new Uint8Array([0, 255]), list: [1, null], nothing: null,
    }])
    expect((await failure(sc.tableRDD({ driver: 'duckdb', database, query, numbers: 'number' }).collect())).message).toMatch(/holds 9007199254740993, which is no exact number/)
  })
})

test('a table that is empty, and one that is not there', async () => {
  await withContext('local', async sc => {
    await connection.run('CREATE TABLE empty (id INTEGER)')
    expect(await sc.tableRDD({ driver: 'duckdb', database, table: 'empty', partitionColumn: 'id', numPartitions: 4 }).collect()).toEqual([])
    expect((await failure(sc.tableRDD({ driver: 'duckdb', database, table: 'nowhere' }).collect())).message).toMatch(/DuckDB at an open database: Catalog Error: Table with name nowhere does not exist/)
    expect((await failure(sc.tableRDD({ driver: 'duckdb', database, table: 'rows', partitionColumn: 'name' }).collect())).message)
      .toBe("rows cannot be cut by 'name', which is VARCHAR: it must hold whole numbers, decimals, dates or times")
  })
})

test('a connection is kept for the next, is never lent to two at a time, and goes when its user has failed', async () => {
  const where = { dialect: duckdb, address: duckDBAddress(database) }
  const used: object[] = []
  const take = (): Promise<void> => withConnection(where, async each => { used.push(each) })
  await take()
  await take()
  expect(used[0]).toBe(used[1])
  await withConnection(where, async outer => {
    await withConnection(where, async inner => { expect(inner).not.toBe(outer) })
  })
  const isBroken = (each: object | undefined): boolean => (each as { readonly isBroken: boolean }).isBroken
  await failure(withConnection(where, async each => {
    used.push(each)
    throw new Error('boom')
  }))
  expect(isBroken(used.at(-1))).toBe(true)
  await take()
  expect(used.at(-1)).not.toBe(used.at(-2))
  await closeIdle(where)
  expect(isBroken(used.at(-1))).toBe(true)
})
