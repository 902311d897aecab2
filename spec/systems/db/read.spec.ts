/** tableRDD and JdbcRDD on real databases: every row once, whatever the ranges; joins with a stream; little memory. */
import { execFile } from 'node:child_process'
import * as path from 'node:path'
import { promisify } from 'node:util'
import * as fc from 'fast-check'
import { JdbcRDD, SparkContext, type TableRDDOptions } from '../../../lib/index'
import { failure } from '../../support/operator-cases'
import { withStreaming } from '../../support/streams'
import { databases, freshTable, type Asked } from './databases'

const root = path.join(__dirname, '..', '..', '..')

describe.each(databases)('$name', database => {
  let asked: Asked
  beforeAll(async () => { asked = await database.connect((await database.shared()).port) })
  afterAll(() => asked.close())

  async function withContext<R>(master: string, f: (sc: SparkContext) => Promise<R>): Promise<R> {
    const sc = new SparkContext(master, 'read')
    try { return await f(sc) } finally { await sc.stop() }
  }

  async function tableOf(rows: readonly string[], columns = 'id bigint, name varchar(50)'): Promise<string> {
    const table = freshTable('read')
    await asked.ask(`CREATE TABLE ${table} (${columns})`)
    if (rows.length > 0) await asked.ask(`INSERT INTO ${table} VALUES ${rows.join(', ')}`)
    return table
  }

  const read = (sc: SparkContext, options: TableRDDOptions): Promise<any[]> => sc.tableRDD<any>({ url: asked.url, ...options }).collect()

  describe.each(['local', 'local[2]'])('on %s', master => {
    test('reads every row once by ranges that it finds itself, rows without a key among them', async () => {
      const table = await tableOf([...Array.from({ length: 1_000 }, (_, n) => `(${n * 3}, 'n${n}')`), "(NULL, 'none')"])
      await withContext(master, async sc => {
        const rdd = sc.tableRDD<{ id: bigint | null, name: string }>({ url: asked.url, table, partitionColumn: 'id', numPartitions: 4, fetchRows: 7 })
        expect(rdd.getNumPartitions()).toBe(4)
        const parts = await rdd.map(({ name }) => name).glom().collect()
        expect(parts.map(part => part.length)).toEqual([251, 250, 250, 250])
        expect(new Set(parts.flat()).size).toBe(1_001)
        expect((await rdd.first()).id === null || typeof (await rdd.first()).id === 'bigint').toBe(true)
      })
    })

    test('a JdbcRDD reads a range of keys a partition', async () => {
      const table = await tableOf(Array.from({ length: 100 }, (_, n) => `(${n + 1}, 'n${n + 1}')`))
      await withContext(master, async sc => {
        const { url } = asked
        const rdd = new JdbcRDD(sc, () => ({ url, numbers: 'number' }), `SELECT id, '?' AS mark FROM ${table} WHERE ? <= id AND id <= ? ORDER BY id -- ?`, 1, 100, 3, ({ id }) => Number(id))
        expect((await rdd.glom().collect()).map(part => [part[0], part.at(-1)])).toEqual([[1, 33], [34, 66], [67, 100]])
        expect(await rdd.sum()).toBe(5_050)
      })
    })
  })

  test('a column is cut into any number of ranges between any bounds, and every row is read once', async () => {
    const columns = 'id bigint, d decimal(12,3), t timestamp NULL, day date'
    const values = (n: number): string => `(${n}, ${n / 8}, '2026-01-0${1 + Math.abs(n) % 9} 0${Math.abs(n) % 9}:00:00', '2026-01-1${Math.abs(n) % 9}')`
    const table = await tableOf([...Array.from({ length: 61 }, (_, i) => values(i * 7 - 200)), '(NULL, NULL, NULL, NULL)'], columns)
    const bounds: Record<string, fc.Arbitrary<[any, any]>> = {
      id: fc.tuple(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.integer({ min: -300, max: 300 })),
      d: fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: -50, max: 50, noNaN: true })),
      t: fc.tuple(fc.date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }), fc.constant('2026-01-05 03:00:00')),
      day: fc.tuple(fc.constant('2026-01-12'), fc.date({ min: new Date('1990-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })),
    }
    await withContext('local', async sc => {
      const anyRead = fc.constantFrom('id', 'd', 't', 'day').chain(column => fc.tuple(fc.constant(column), bounds[column]!, fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.integer({ min: 1, max: 80 })))
      await fc.assert(fc.asyncProperty(anyRead, async ([partitionColumn, [a, b], numPartitions, isBounded, fetchRows]) => {
        const bounded = isBounded ? { lowerBound: a, upperBound: b } : {}
        const found = await read(sc, { table, partitionColumn, numPartitions, fetchRows, numbers: 'number', ...bounded })
        expect(found.map(({ id }) => id).sort((x, y) => x - y)).toEqual([null, ...Array.from({ length: 61 }, (_, i) => i * 7 - 200)].sort((x, y) => (x as number) - (y as number)))
      }), { numRuns: 40 })
    })
  })

  test('values come back as what JavaScript has for them', async () => {
    const isPostgres = database.name === 'postgres'
    const table = await tableOf([], isPostgres
      ? 'i int, big bigint, d decimal(30,10), f double precision, s text, b bytea, day date, t timestamp, tz timestamptz, j jsonb, yes boolean, a int[], u uuid, nothing int'
      : 'i int, big bigint, d decimal(30,10), f double, s text, b blob, day date, t datetime(3), tz timestamp(3) NULL, j json, yes tinyint(1), a int, u char(36), nothing int')
    const [bytes, yes, array] = isPostgres ? ["'\\x00ff'", 'true', "'{1,NULL}'"] : ["x'00ff'", '1', 'NULL']
    await asked.ask(`INSERT INTO ${table} VALUES (-1, 9007199254740993, 12345678901234567890.0123456789, 0.5, 'ü\u{1F33E}', ${bytes}, '2026-03-29', '2026-03-29 01:30:00.25',
      '2026-03-29 01:30:00.25', '{"a":[1]}', ${yes}, ${array}, '123e4567-e89b-12d3-a456-426614174000', NULL)`)
    await withContext('local', async sc => {
      const [row] = await read(sc, { table })
      expect(row).toEqual({
        i: -1, big: 9007199254740993n, d: '12345678901234567890.0123456789', f: 0.5, s: 'ü\u{1F33E}', b: new Uint8Array([0, 255]), day: new Date('2026-03-29'),
        t: new Date('2026-03-29T01:30:00.250Z'), tz: new Date('2026-03-29T01:30:00.250Z'), j: { a: [1] }, yes: isPostgres ? true : 1, a: isPostgres ? [1, null] : null,
        u: '123e4567-e89b-12d3-a456-426614174000', nothing: null,
      })
      expect((await failure(read(sc, { table, columns: ['big'], numbers: 'number' }))).message).toMatch(/the column 'big' holds 9007199254740993, which is no exact number/)
      expect(await read(sc, { table, columns: ['i', 'd'], numbers: 'number' })).toEqual([{ i: -1, d: 12345678901234567000 }])
    })
  })

  test('conditions, queries and their parameters', async () => {
    const table = await tableOf(Array.from({ length: 20 }, (_, n) => `(${n}, 'it''s ${n % 2}')`))
    const { parameter } = database
    await withContext('local', async sc => {
      const ids = async (options: TableRDDOptions): Promise<number[]> => (await read(sc, { numbers: 'number', ...options })).map(({ id }) => id).sort((a, b) => a - b)
      expect(await ids({ table, where: `name = ${parameter(1)} AND id > ${parameter(2)}`, values: ["it's 1", 9], partitionColumn: 'id', numPartitions: 3 })).toEqual([11, 13, 15, 17, 19])
      expect(await ids({ query: `SELECT id * 2 AS id FROM ${table} WHERE id < ${parameter(1)}`, values: [3], partitionColumn: 'id', numPartitions: 2 })).toEqual([0, 2, 4])
      expect(await ids({ table, where: `name = ${parameter(1)} OR id < 0`, values: ["'; DROP TABLE x --"], partitionColumn: 'id', numPartitions: 2 })).toEqual([])
      expect(await sc.tableRDD({ url: asked.url, table }).take(3)).toHaveLength(3)
    })
  })

  test('what is not there is named', async () => {
    const table = await tableOf([])
    await withContext('local', async sc => {
      expect((await failure(read(sc, { table: 'nowhere' }))).message).toMatch(/(PostgreSQL|MySQL) at 127\.0\.0\.1:\d+\/\w+: .*nowhere/)
      expect((await failure(read(sc, { table, partitionColumn: 'zz' })))).toMatchObject({ message: "there is no column 'zz'; there are id, name", at: expect.stringMatching(/^tableRDD at read\.spec\.ts:\d+$/) })
      expect((await failure(read(sc, { table, partitionColumn: 'name' }))).message).toMatch(/^rows cannot be cut by 'name', which is .*: it must hold whole numbers, decimals, dates or times$/)
      expect(await read(sc, { table, partitionColumn: 'id', numPartitions: 3 })).toEqual([])
    })
  })

  test('a stream is joined with a table that changes between batches', async () => {
    const table = await tableOf(["(1, 'ann')", "(2, 'bob')"])
    const joined: unknown[][] = []
    await withStreaming('local[2]', async ({ ssc, runBatches }) => {
      const orders = ssc.queueStream<[number, string]>([[[1, 'flour'], [3, 'bran']], [[1, 'oats'], [2, 'rye']]])
      const { url } = asked
      const names = (): ReturnType<typeof ssc.sparkContext.tableRDD<{ id: number, name: string }>> => (
        ssc.sparkContext.tableRDD({ url, table, partitionColumn: 'id', numPartitions: 2, numbers: 'number' }))
      orders.transform(rdd => rdd.join(names().map(({ id, name }): [number, string] => [id, name]))).foreachRDD(async rdd => { joined.push((await rdd.collect()).sort()) })
      await ssc.start()
      await runBatches(1)
      await asked.ask(`UPDATE ${table} SET name = 'anna' WHERE id = 1`)
      await runBatches(1)
    })
    expect(joined).toEqual([[[1, ['flour', 'ann']]], [[1, ['oats', 'anna']], [2, ['rye', 'bob']]]])
  })

  test('a large table is read in little memory, and a program that has read ends by itself', async () => {
    const table = freshTable('large')
    await asked.ask(database.name === 'postgres' ? `CREATE TABLE ${table} AS SELECT g AS id, repeat('x', 500) AS filler FROM generate_series(1, 300000) g`
      : `CREATE TABLE ${table} AS SELECT seq AS id, repeat('x', 500) AS filler FROM seq_1_to_300000`)
    const program = `const { SparkContext } = require(${JSON.stringify(path.join(root, 'dist', 'index.js'))})
      const sc = new SparkContext('local', 'large')
      let most = 0
      const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss) }, 20)
      sc.tableRDD({ url: process.argv[1], table: ${JSON.stringify(table)} }).map(row => row.filler.length).sum().then(async sum => {
        clearInterval(watch)
        console.log(sum, most < 350e6 ? 'little' : most)
        await sc.stop()
      })`
    const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=120', '-e', program, asked.url], { timeout: 60_000 })
    expect(stdout).toBe('150000000 little\n')
    await asked.ask(`DROP TABLE ${table}`)
  })
})
