/** The DuckDB sink: rows of each batch once, appended or replaced by key, in one transaction with the ledger. */
import * as path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { duckDBSink, type DuckDBSinkOptions, type StreamingContext } from '../../../lib/index'
import { withFolder } from '../../support/folders'
import { Lives, numbered } from '../../support/lives'
import { masters } from '../../support/contexts'
import { failure, thrown } from '../../support/operator-cases'
import { quietly, withStreaming } from '../../support/streams'

type Rows = readonly (readonly unknown[])[]

/** Runs `f` with a database in memory and a function that reads from it. */
async function withDatabase<R>(f: (database: DuckDBInstance, read: (sql: string) => Promise<unknown[][]>) => R | Promise<R>): Promise<R> {
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  try {
    return await f(database, async sql => (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][])
  } finally {
    connection.closeSync()
    database.closeSync()
  }
}

/** Lets the batches through a sink, and gives what stands in the table. */
function saved(batches: readonly Rows[], options: DuckDBSinkOptions, sql: string, master = 'local'): Promise<unknown[][]> {
  return withDatabase(async (database, read) => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      ssc.queueStream(batches.map(batch => ssc.sparkContext.parallelize([...batch], 2))).saveTo(duckDBSink(database, 't', options))
      await ssc.start()
      await runBatches(batches.length)
      if (ssc.firstError !== undefined) throw ssc.firstError.thrown
    })
    return read(sql)
  })
}

describe.each(masters)('duckDBSink on %s', master => {
  test('adds rows in their order, with the batch time', async () => {
    const options = { columns: { word: 'VARCHAR', count: 'BIGINT' }, batchTime: 'made' }
    expect(await saved([[['a', 1], ['b', 2]], [], [['a', 3]]], options, 'SELECT word, count, made FROM t ORDER BY made, rowid', master)).toEqual([
      ['a', 1n, new Date(1000)], ['b', 2n, new Date(1000)], ['a', 3n, new Date(3000)],
    ])
  })

  test('replaces rows by their key, and of several in a batch the last counts', async () => {
    const options = { columns: { word: 'VARCHAR', count: 'INTEGER' }, key: ['word'] }
    expect(await saved([[['a', 1], ['b', 2], ['a', 5]], [['b', 3]]], options, 'SELECT * FROM t ORDER BY word', master)).toEqual([['a', 5], ['b', 3]])
  })
})

test('takes values of every kind, objects by the names of columns, and rows that a function makes', async () => {
  const columns = { i: 'INTEGER', d: 'DOUBLE', s: 'VARCHAR', b: 'BOOLEAN', at: 'TIMESTAMP', day: 'DATE', bytes: 'BLOB', list: 'INTEGER[]', o: 'STRUCT(x INTEGER)' }
  const row = { i: -1, d: 0.5, s: 'ü', b: true, at: new Date(5), day: new Date(86_400_000), bytes: new Uint8Array([1, 2]), list: [1, 2], o: { x: 1 } }
  const [read, empty] = await saved([[row, { s: 'only' }] as never], { columns }, 'SELECT * FROM t ORDER BY rowid') as [unknown[], unknown[]]
  expect(read.map(value => value instanceof Uint8Array ? [...value] : value)).toEqual([-1, 0.5, 'ü', true, new Date(5), new Date(86_400_000), [1, 2], [1, 2], { x: 1 }])
  expect(empty).toEqual([null, null, 'only', null, null, null, null, null, null])
  expect(await saved([[7, 8] as never], { columns: { n: 'BIGINT' } }, 'SELECT * FROM t')).toEqual([[7n], [8n]])
  const rowed = { columns: { n: 'BIGINT' }, row: (n: number) => [n * 2] }
  expect(await saved([[7] as never], rowed, 'SELECT * FROM t')).toEqual([[14n]])
})

test('fills a table that is there, with names that need quotes, and one that only has keys', async () => {
  await withDatabase(async (database, read) => {
    await read('CREATE SCHEMA "a b"; CREATE TABLE "a b"."order ""1""" ("select" VARCHAR PRIMARY KEY, "at" BIGINT, made INTEGER DEFAULT 5)')
    await withStreaming('local', async ({ ssc, runBatches }) => {
      ssc.queueStream([['x', 'y'], ['x']]).saveTo(duckDBSink<string>(database, 'order "1"', {
        schema: 'a b', batchTime: 'at', columns: { select: 'VARCHAR' }, key: ['select'], row: word => [word],
      }))
      ssc.queueStream([['k'], ['k']]).saveTo(duckDBSink(database, 'keys', { columns: { key: 'VARCHAR' }, key: ['key'] }))
      await ssc.start()
      await runBatches(2)
    })
    expect(await read('SELECT * FROM "a b"."order ""1""" ORDER BY 1')).toEqual([['x', 2000n, 5], ['y', 1000n, 5]])
    expect(await read('SELECT * FROM keys')).toEqual([['k']])
  })
})

describe('what does not fit', () => {
  const options: DuckDBSinkOptions = { columns: { word: 'VARCHAR', count: 'INTEGER' } }
  test.each<[string, unknown, RegExp]>([
    ['a number of another kind', ['a', 1.5], /the column 'count' \(INTEGER\) cannot hold 1\.5$/],
    ['a text for a number', ['a', 'b'], /the column 'count' \(INTEGER\) cannot hold "b"$/],
    ['a row that is too short', ['a'], /a row of 1 values does not fit 2 columns \(word, count\): an array of 1$/],
    ['an object with other names', { word: 'a', n: 1 }, /a row has 'n', the columns are 'word', 'count'$/],
    ['a value for two columns', 'a', /a row of 1 values does not fit 2 columns/],
  ])('%s fails the batch whole, with the column', async (_name, element, message) => {
    await withDatabase(async (database, read) => {
      await withStreaming('local', async ({ ssc, runBatches }) => {
        ssc.queueStream([[['x', 1], element], [['y', 2]]]).saveTo(duckDBSink(database, 't', options))
        await ssc.start()
        await quietly(() => runBatches(2))
        expect((await failure(ssc.awaitTermination())).message).toMatch(message)
      })
      expect(await read('SELECT * FROM t')).toEqual([['y', 2]])
      expect(await read("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'millrace'")).toEqual([['ledger']])
    })
  })

  test('tables and columns that are not there, at the start', async () => {
    await withDatabase(async (database, read) => {
      await read('CREATE TABLE t (a INTEGER)')
      const started = (table: string, more: DuckDBSinkOptions = {}): Promise<any> => withStreaming('local', async ({ ssc }) => {
        ssc.queueStream([[1]]).saveTo(duckDBSink(database, table, more))
        return failure(ssc.start())
      })
      expect((await started('nowhere')).message).toBe('The sink duckDBSink(nowhere) of saveTo-0 could not be started: there is no table main.nowhere')
      expect((await started('t', { key: ['b'] })).message).toMatch(/the table main\.t has no column 'b'; it has a$/)
    })
  })

  test('options, at the call', () => {
    const message = (...args: unknown[]): string => thrown(() => duckDBSink(...args as [string, string])).message
    expect(message(5, 't')).toMatch(/^duckDBSink: the database must be the path of a file or a DuckDBInstance, got 5$/)
    expect(message('f', '')).toMatch(/the table must be a name, got ""/)
    expect(message('f', 't', { columns: ['a'] })).toMatch(/columns must be names with SQL types/)
    expect(message('f', 't', { key: 'a' })).toMatch(/key must be a list of columns/)
    expect(message('f', 't', { batchTime: 1 })).toMatch(/batchTime must be the name of a column/)
    expect(message('f', 't', { row: 1 })).toMatch(/row must be a function/)
    expect(message('f', 't', { schema: '' })).toMatch(/schema must be a name/)
    expect(message('f', 't', null)).toMatch(/the options must be an object/)
  })
})

/** The folder that a kill leaves, taken while the n-th batch's row function runs, and the program's next life from it. */
describe('recoveries', () => {
  const options: DuckDBSinkOptions<number> = { columns: { n: 'BIGINT' }, row: n => [n] }

  test('a batch that was written and not ended is there once, and one that was committed and not noted too', async () => {
    await withDatabase(async (database, read) => {
      const lives = new Lives()
      let left: string | undefined
      let killed: (() => Promise<string>) | undefined
      const build = (ssc: StreamingContext): void => {
        numbered(ssc).saveTo(duckDBSink<number>(database, 't', options))
        // The sink's transaction of batch 3 is prepared here; in what goes on below, it is committed, too.
        numbered(ssc).foreachRDD(async (_rdd, { milliseconds }) => { if (milliseconds === 3000) left ??= await killed!() })
      }
      await lives.live(build, async life => {
        killed = life.killed
        await life.runBatches(3)
      })
      expect(await read('SELECT n FROM t ORDER BY n')).toEqual([[1n], [2n], [3n]])
      // The folder knows nothing of batch 3's end, the database has its rows.
      await lives.live(build, ({ runBatches }) => runBatches(2), { directory: left!, atMs: 3000 })
      expect(await read('SELECT n FROM t ORDER BY n')).toEqual([[1n], [2n], [3n], [4n], [5n]])
      expect(await read('SELECT application, output, batch_time FROM millrace.ledger')).toEqual([['lives', 'saveTo-0', 5000n]])
    })
  })

  test('a program that starts anew is not taken for the one before', async () => {
    await withDatabase(async (database, read) => {
      const build = (ssc: StreamingContext): void => numbered(ssc).saveTo(duckDBSink<number>(database, 't', options))
      for (let i = 0; i < 2; i++) await new Lives().live(build, ({ runBatches }) => runBatches(2))
      expect(await read('SELECT n FROM t ORDER BY n')).toEqual([[1n], [1n], [2n], [2n]])
    })
  })

  test('a database that is older than the checkpoint is refused', async () => {
    const lives = new Lives()
    const build = (database: DuckDBInstance, between: () => Promise<unknown>) => (ssc: StreamingContext): void => {
      numbered(ssc).saveTo(duckDBSink<number>(database, 't', options))
      numbered(ssc).foreachRDD(between)
    }
    await withDatabase(async (database, read) => {
      await quietly(() => lives.live(build(database, () => read('DROP TABLE t')), ({ runBatches }) => runBatches(1)))
    })
    await withDatabase(async database => {
      const again = lives.live(build(database, async () => undefined), () => undefined, { atMs: 1000 })
      expect((await failure(again)).message).toMatch(/the database has neither the rows of the batch nor a note that they were committed$/)
    })
  })
})

test('a file is opened while the stream runs, and left whole', async () => {
  await withFolder(async folder => {
    const file = path.join(folder, 'counts.duckdb')
    await withStreaming('local', async ({ ssc, runBatches }) => {
      ssc.queueStream([['a'], ['b']]).saveTo(duckDBSink(file, 't', { columns: { word: 'VARCHAR' } }))
      await ssc.start()
      await runBatches(2)
    })
    const database = await DuckDBInstance.create(file)
    const connection = await database.connect()
    expect((await connection.runAndReadAll('SELECT * FROM t')).getRows()).toEqual([['a'], ['b']])
    connection.closeSync()
    database.closeSync()
  })
})

test('any batches of any words are in the table as in a naive one', async () => {
  const batch = fc.array(fc.tuple(fc.constantFrom('a', 'b', '"', '', '\u{1F33E}'), fc.integer({ min: -5, max: 5 })), { maxLength: 8 })
  await fc.assert(fc.asyncProperty(fc.array(batch, { maxLength: 4 }), async batches => {
    const naive = new Map(batches.flat())
    const read = await saved(batches, { columns: { word: 'VARCHAR', count: 'INTEGER' }, key: ['word'] }, 'SELECT word, count FROM t')
    expect(new Map(read as [string, number][])).toEqual(naive)
    expect(read.length).toBe(naive.size)
  }), { numRuns: 10 })
})
