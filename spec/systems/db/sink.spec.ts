/** postgresSink, mysqlSink and saveToTable on real databases: values, keys, refusals, deadlocks, lives. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { setLogger } from '../../../lib/base/log'
import type { StreamingContext, TableOptions } from '../../../lib/index'
import { Lives, numbered } from '../../support/lives'
import { eventually } from '../../support/eventually'
import { failure } from '../../support/operator-cases'
import { quietly, withStreaming } from '../../support/streams'
import { databases, freshTable, type Asked } from './databases'

type Options = Partial<TableOptions> & { readonly columns?: TableOptions['columns'] }

describe.each(databases)('$name', database => {
  let asked: Asked
  beforeAll(async () => { asked = await database.connect((await database.shared()).port) })
  afterAll(() => asked.close())

  const isPostgres = database.name === 'postgres'
  const sink = (table: string, options: Options = {}): ReturnType<typeof database.sink> => database.sink({ url: asked.url, table, ...options })
  const rows = (table: string, columns = '*', order = '1'): Promise<unknown[][]> => asked.ask(`SELECT ${columns} FROM ${table} ORDER BY ${order}`)

  /** Makes a role that the server, which trusts all others, asks for its password. */
  async function requirePassword(role: string, password: string): Promise<void> {
    await asked.ask(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`)
    const rules = path.join((await database.shared()).folder, 'data', 'pg_hba.conf')
    fs.writeFileSync(rules, `host all ${role} 127.0.0.1/32 scram-sha-256\n${fs.readFileSync(rules, 'utf8')}`)
    await asked.ask('SELECT pg_reload_conf()')
    await eventually(async () => Number((await asked.ask(`SELECT count(*) FROM pg_hba_file_rules WHERE '${role}' = ANY (user_name)`))[0]![0]) > 0)
  }

  /** Lets batches through a sink; fails as the stream does. */
  async function save(batches: readonly (readonly unknown[])[], table: string, options: Options, master = 'local'): Promise<void> {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      ssc.queueStream(batches.map(batch => ssc.sparkContext.parallelize([...batch], 3))).saveTo(sink(table, options))
      await ssc.start()
      await runBatches(batches.length)
      if (ssc.firstError !== undefined) throw ssc.firstError.thrown
    })
  }

  test.each(['local', 'local[2]'])('on %s creates the table, adds rows with their batch time, and keeps connections between batches', async master => {
    const table = freshTable('added')
    const options = { columns: { word: database.text, count: 'bigint' }, batchTime: 'made' }
    await save([[['a', 1], ['b', 2n], ['c', null]], [], [['a', '9007199254740993']]], table, options, master)
    expect((await rows(table, 'word, count, made', '3, 1')).map(row => row.map(String))).toEqual([
      ['a', '1', expect.stringContaining('1970-01-01 00:00:01')], ['b', '2', expect.stringContaining('00:00:01')],
      ['c', 'null', expect.stringContaining('00:00:01')], ['a', '9007199254740993', expect.stringContaining('00:00:03')],
    ])
  })

  test.each(['local', 'local[2]'])('on %s replaces rows by their key; of several in a batch the last counts', async master => {
    const table = freshTable('keyed')
    const batches = [Array.from({ length: 5_000 }, (_, n) => [n % 100, n]), [[5, -1], [200, 7]]]
    await save(batches, table, { columns: { k: 'int', n: 'bigint' }, key: ['k'], batchRows: 300 }, master)
    const expected = new Map(batches.flat() as [number, number][])
    expect(new Map((await rows(table)).map(row => row.map(Number) as [number, number]))).toEqual(expected)
  })

  test('takes names with quotes, keywords and emoji, rows by name, and several batches of one insert', async () => {
    const { quoted } = database
    const [table, word, emoji] = [freshTable('or"d`er \u{1F33E}'.slice(0, isPostgres ? 20 : 9).trimEnd()), 'se"le`ct', isPostgres ? '\u{1F33E}' : 'grün']
    await asked.ask(`CREATE TABLE ${quoted(table)} (${quoted(word)} ${database.text}, ${quoted(emoji)} int)`)
    await save([Array.from({ length: 2_500 }, (_, n) => ({ [word]: `it's "${n}" \\ \u{1F33E}`, [emoji]: n }))], table, {})
    const found = await rows(quoted(table), '*', '2')
    expect(found.length).toBe(2_500)
    expect(found[7]).toEqual([`it's "7" \\ \u{1F33E}`, 7])
  })

  test('takes values of every kind', async () => {
    const table = freshTable('kinds')
    const types = isPostgres
      ? ['bigint', 'numeric(20,5)', 'double precision', 'boolean', 'text', 'bytea', 'date', 'timestamptz', 'timestamp', 'jsonb', 'int[]', 'text[]', 'uuid', 'time']
      : ['bigint', 'decimal(20,5)', 'double', 'tinyint(1)', 'text', 'blob', 'date', 'timestamp(3)', 'datetime(3)', 'json', 'json', 'json', 'char(36)', 'time']
    const columns = Object.fromEntries(types.map((type, i) => [`c${i}`, type]))
    const time = new Date('2026-03-29T01:30:00.123Z')
    const uuid = '123e4567-e89b-12d3-a456-426614174000'
    const row = [-(2n ** 63n), '12345678901234.56789', 0.1, true, 'ü\u{1F33E}"\'\\', new Uint8Array([0, 255]), time, time, time, { a: [1, 'x"'] }, [1, 2], ['a"b', 'c,d', 'NULL'], uuid, '12:00:00']
    await save([[row, types.map(() => null)]], table, { columns })
    const hex = isPostgres ? "encode(c5, 'hex')" : 'lower(hex(c5))'
    const [read, empty] = await rows(table, `c0, c1, c2, c3, c4, ${hex}, c6, c7, c8, c9, c10, c11, c12, c13`, 'c0 IS NULL')
    const text = (read as unknown[]).map(value => typeof value === 'object' ? JSON.stringify(value) : String(value))
    expect(text).toEqual([
      '-9223372036854775808', '12345678901234.56789', '0.1', isPostgres ? 'true' : '1', 'ü\u{1F33E}"\'\\', '00ff', '2026-03-29',
      isPostgres ? '2026-03-29 01:30:00.123+00' : '2026-03-29 01:30:00.123', '2026-03-29 01:30:00.123', '{"a":[1,"x\\""]}', '[1,2]', '["a\\"b","c,d","NULL"]', uuid, '12:00:00',
    ])
    expect(empty!.every(value => value === null)).toBe(true)
  })

  describe('what does not fit fails its batch whole, with the column, and the next batch is written', () => {
    test.each<[string, unknown, RegExp]>([
      ['a fraction for a whole number', ['a', 1.5, 1, 1], /the column 'n' \(.+\) cannot hold 1\.5/],
      ['a text for a whole number', ['a', 'x', 1, 1], /the column 'n' \(.+\) cannot hold "x"/],
      ['a number that is too large', ['a', 2 ** 40, 1, 1], /'n'/],
      ['a decimal that is too large', ['a', 1, '123456.7', 1], /'d'/],
      ['a text that is too long', ['abcdef', 1, 1, 1], /the column 'word' \(.+\) cannot hold "abcdef"/],
      ['null where it may not be', ['a', 1, 1, null], /the column 'must' \(.+\) cannot hold null/],
      ['half a character', ['\ud800', 1, 1, 1], /the column 'word'/],
      ['a row that is too short', ['a', 1], /a row of 2 values does not fit 4 columns \(word, n, d, must\)/],
      ['other names', { word: 'a', nope: 1 }, /a row has 'nope'/],
    ])('%s', async (_name, element, message) => {
      const table = freshTable('misfit')
      await asked.ask(`CREATE TABLE ${table} (word varchar(5), n int, d decimal(6,2), must int NOT NULL)`)
      await withStreaming('local', async ({ ssc, runBatches }) => {
        ssc.queueStream([[['x', 1, 1, 1], element], [['y', 2, 2, 2]]]).saveTo(sink(table))
        await ssc.start()
        await quietly(() => runBatches(2))
        expect((await failure(ssc.awaitTermination())).message).toMatch(message)
      })
      expect(await rows(table, 'word, n')).toEqual([['y', 2]])
    })

    test('a row that a constraint refuses', async () => {
      const table = freshTable('refused')
      await asked.ask(`CREATE TABLE ${table} (k int PRIMARY KEY, n int)`)
      await withStreaming('local', async ({ ssc, runBatches }) => {
        ssc.queueStream([[[1, 1], [2, 2]], [[3, 3], [1, 5]], [[4, 4]]]).saveTo(sink(table))
        await ssc.start()
        await quietly(() => runBatches(3))
        expect((await failure(ssc.awaitTermination())).message).toMatch(/could not prepare the batch at 2000 ms.*[dD]uplicate/)
      })
      expect(await rows(table)).toEqual([[1, 1], [2, 2], [4, 4]])
    })
  })

  describe('a start fails at once, and says why', () => {
    const started = (table: string, options: Options & { url?: string } = {}): Promise<any> => withStreaming('local', async ({ ssc }) => {
      ssc.queueStream([[1]]).saveTo(sink(table, options))
      return failure(ssc.start())
    })

    test('a missing table, a missing column, a key that is none', async () => {
      const table = freshTable('start')
      await asked.ask(`CREATE TABLE ${table} (a int, b int)`)
      expect((await started('nowhere')).message).toMatch(/^The sink \w+\(nowhere\) of saveTo-0 could not be started: there is no table \w+\.nowhere$/)
      expect((await started(table, { columns: ['a', 'zz'] })).message).toMatch(/has no column 'zz'; it has a, b$/)
      expect((await started(table, { batchTime: 'made' })).message).toMatch(/has no column 'made'/)
      expect((await started(table, { key: ['a'] })).message).toMatch(/has no primary key and no unique constraint on a$/)
    })

    test('nobody who answers', async () => {
      const error = await started('t', { url: asked.url.replace(/:\d+\//, ':1/') })
      expect(error.message).toMatch(/(PostgreSQL|MySQL) at 127\.0\.0\.1:1\/\w+: .*ECONNREFUSED/)
      expect(error.cause.hint).toBe('Is the server running, and are host and port right?')
    })

    test('a wrong password, which is not shown', async () => {
      if (isPostgres) await requirePassword('locked', 'right')
      const url = isPostgres ? asked.url.replace('postgres@', 'locked:hunter22@') : asked.url.replace('test:test@', 'test:hunter22@')
      const error = await started('t', { url })
      expect(error.message).toMatch(isPostgres ? /password authentication failed for user "locked"/ : /Access denied for user 'test'/)
      expect(error.cause.hint).toBe('Check user, password and database, and what the user may do.')
      expect(JSON.stringify([error.message, error.stack, error.cause.message, error.cause.stack, String(error.cause.cause?.stack)])).not.toContain('hunter22')
    })
  })

  test('a deadlock is tried again', async () => {
    const table = freshTable('deadlock')
    await asked.ask(`CREATE TABLE ${table} (k int PRIMARY KEY, n int)`)
    await asked.ask(`INSERT INTO ${table} VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0)`)
    const other = await database.connect((await database.shared()).port)
    const messages: string[] = []
    setLogger({ debug: () => undefined, info: message => { messages.push(message) }, warn: () => undefined, error: () => undefined })
    try {
      await withStreaming('local', async ({ ssc }) => {
        ssc.sparkContext.setLogLevel('INFO')
        await other.ask('BEGIN')
        // Of two that wait for one another MySQL ends the one that has changed less, Postgres the one that has waited for longer.
        await other.ask(`UPDATE ${table} SET n = 10 WHERE k > 1`)
        const saved = ssc.sparkContext.parallelize([[1, 100], [2, 200]], 1).saveToTable({ url: asked.url, table, key: ['k'], batchRows: 1 })
        const isWaiting = async (): Promise<boolean> => isPostgres ? (await asked.ask('SELECT FROM pg_locks WHERE NOT granted')).length > 0
          : (await asked.ask('SHOW ENGINE INNODB STATUS')).flat().join().includes('LOCK WAIT')
        await eventually(isWaiting)
        await other.ask(`UPDATE ${table} SET n = 10 WHERE k = 1`)
        await other.ask('COMMIT')
        await saved
        ssc.sparkContext.setLogLevel('WARN')
      })
      expect(messages.filter(message => /deadlock/i.test(message)).length).toBe(1)
      expect(await rows(table)).toEqual([[1, 100], [2, 200], [3, 10], [4, 10], [5, 10], [6, 10]])
    } finally {
      setLogger(undefined)
      await other.close()
    }
  })

  describe('lives', () => {
    test.each(['saveTo', 'saveToTable'])('a batch that was written and not ended is there once, by %s', async way => {
      const table = freshTable('lives')
      await asked.ask(`CREATE TABLE ${table} (n bigint NOT NULL)`)
      const lives = new Lives()
      let left: string | undefined
      let killed: (() => Promise<string>) | undefined
      const build = (ssc: StreamingContext): void => {
        if (way === 'saveTo') numbered(ssc).saveTo(sink(table))
        else numbered(ssc).foreachRDD((rdd, _time, output) => rdd.saveToTable({ url: asked.url, table }, output))
        numbered(ssc).foreachRDD(async (_rdd, { milliseconds }) => { if (milliseconds === 3000) left ??= await killed!() })
      }
      await lives.live(build, async life => {
        killed = life.killed
        await life.runBatches(3)
      })
      const numbers = async (): Promise<number[]> => (await rows(table)).map(([n]) => Number(n))
      expect(await numbers()).toEqual([1, 2, 3])
      // The folder knows nothing of batch 3's end, the database has its rows.
      await lives.live(build, ({ runBatches }) => runBatches(2), { directory: left!, atMs: 3000 })
      expect(await numbers()).toEqual([1, 2, 3, 4, 5])
      expect((await asked.ask(`SELECT count(*) FROM ${database.ledger} WHERE application = 'lives'`)).map(row => Number(row[0]))[0]).toBeLessThanOrEqual(4)
      // A program that starts anew is not taken for the one before.
      await new Lives().live(build, ({ runBatches }) => runBatches(1))
      expect(await numbers()).toEqual([1, 1, 2, 3, 4, 5])
    })

    test('a database that is older than the checkpoint is refused', async () => {
      const table = freshTable('older')
      await asked.ask(`CREATE TABLE ${table} (n bigint NOT NULL)`)
      const lives = new Lives()
      const build = (ssc: StreamingContext): void => {
        numbered(ssc).saveTo(sink(table))
        numbered(ssc).foreachRDD(() => asked.ask(`DROP TABLE ${table}`))
      }
      await quietly(() => lives.live(build, ({ runBatches }) => runBatches(1)))
      await asked.ask(`CREATE TABLE ${table} (n bigint NOT NULL)`)
      const names = await asked.ask(isPostgres ? "SELECT 'millrace.' || tablename FROM pg_tables WHERE tablename LIKE 'staged%'" : "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'millrace_staged%'")
      for (const [name] of names) await asked.ask(`DROP TABLE ${String(name)}`)
      const again = lives.live(build, () => undefined, { atMs: 1000 })
      expect((await failure(again)).message).toMatch(/the database has neither the rows of the batch nor a note that they were committed$/)
    })
  })
})
