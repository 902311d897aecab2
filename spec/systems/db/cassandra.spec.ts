/** cassandraSink and cassandraTable on a real node: rows by their primary key, token ranges, what is refused; programs killed, the node restarted. */
import { Client } from 'cassandra-driver'
import { cassandraSink, SparkContext, type CassandraSinkOptions, type StreamingContext } from '../../../lib/index'
import { Lives, numbered } from '../../support/lives'
import { failure } from '../../support/operator-cases'
import { quietly, withStreaming } from '../../support/streams'
import { startCassandra } from '../support/index'
import type { System } from '../support/system'

let system: System
let client: Client
let where: Pick<CassandraSinkOptions, 'contactPoints' | 'localDataCenter' | 'keyspace'>

async function connect(): Promise<void> {
  client = new Client({ contactPoints: [system.address], localDataCenter: 'datacenter1', encoding: { useBigIntAsLong: true } })
  await client.connect()
}

beforeAll(async () => {
  system = await startCassandra()
  await connect()
  await client.execute("CREATE KEYSPACE specs WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
  where = { contactPoints: [system.address], localDataCenter: 'datacenter1', keyspace: 'specs' }
}, 180_000)

afterAll(async () => {
  await client.shutdown()
  await system.close()
})

async function rows(cql: string): Promise<unknown[][]> { return (await client.execute(cql, [], { prepare: true })).rows.map(row => row.values()) }

async function save(batches: readonly (readonly unknown[])[], options: Omit<CassandraSinkOptions, keyof typeof where>, master = 'local'): Promise<void> {
  await withStreaming(master, async ({ ssc, runBatches }) => {
    ssc.queueStream(batches.map(batch => ssc.sparkContext.parallelize([...batch], 2))).saveTo(cassandraSink({ ...where, ...options }))
    await ssc.start()
    await runBatches(batches.length)
    if (ssc.firstError !== undefined) throw ssc.firstError.thrown
  })
}

test.each(['local', 'local[2]'])('on %s writes rows by their primary key, again and again, and reads every row once', async master => {
  const table = `counts_${master.length}`
  await client.execute(`CREATE TABLE specs.${table} (batch_time timestamp, "wo""rd" text, count bigint, PRIMARY KEY (batch_time, "wo""rd"))`)
  // Each key twice, in one partition.
  const batch = Array.from({ length: 800 }, (_, n) => [`w${n >> 1}`, n])
  const options = { table, columns: ['wo"rd', 'count'], batchTime: 'batch_time', concurrency: 16 }
  await save([batch], options, master)
  await save([batch, [['x', null]]], options, master)
  expect(Number((await rows(`SELECT count(*) FROM specs.${table}`))[0]![0])).toBe(401)
  const sc = new SparkContext(master, 'read')
  try {
    const read = sc.cassandraTable<any>({ ...where, table, numPartitions: 5, fetchRows: 13 })
    const found = await read.collect()
    expect(found.length).toBe(401)
    expect(found.find(row => row['wo"rd'] === 'x')).toEqual({ batch_time: new Date(2000), 'wo"rd': 'x', count: null })
    expect(await sc.cassandraTable({ ...where, table, columns: ['count'], where: 'count > ?', values: [450n], numbers: 'number' }).count()).toBe(175)
  } finally { await sc.stop() }
})

test('of rows with the same key in one partition the last counts; what is undefined stays, null erases', async () => {
  await client.execute('CREATE TABLE specs.last (k int PRIMARY KEY, a int, b text)')
  await save([[{ k: 1, a: 1, b: 'one' }, { k: 1, a: 2 }], [{ k: 1, b: null }]].map(batch => batch), { table: 'last' })
  expect(await rows('SELECT k, a, b FROM specs.last')).toEqual([[1, 2, null]])
})

test('takes and gives values of every kind', async () => {
  await client.execute(`CREATE TABLE specs.kinds (k int PRIMARY KEY, big bigint, huge varint, d decimal, f double, s text, yes boolean, bytes blob, day date, at timestamp, u uuid, clock time,
    list list<bigint>, tags set<text>, m map<text, int>, t tuple<int, text>, ip inet)`)
  const row = {
    k: -1, big: 2n ** 62n, huge: 10n ** 30n, d: '12345678901234567890.5', f: 0.1, s: 'ü\u{1F33E}', yes: true, bytes: new Uint8Array([0, 255]), day: new Date('2026-03-29'), at: new Date('2026-03-29T01:30:00.123Z'),
    u: '123e4567-e89b-12d3-a456-426614174000', clock: '12:00:00.000000000', list: [1n, 2n], tags: new Set(['a']), m: new Map([['a', 1]]), ip: '127.0.0.1',
  }
  await save([[row]], { table: 'kinds' })
  const sc = new SparkContext('local[2]', 'kinds')
  try {
    const [found] = await sc.cassandraTable<any>({ ...where, table: 'kinds' }).collect()
    expect({ ...found, clock: found.clock.slice(0, 8) }).toEqual({ ...row, clock: '12:00:00', t: null })
    expect((await failure(sc.cassandraTable({ ...where, table: 'kinds', columns: ['big'], numbers: 'number' }).collect())).message).toMatch(/the column 'big' holds 4611686018427387904/)
  } finally { await sc.stop() }
})

test.each<[string, unknown, RegExp]>([
  ['a fraction', { k: 1.5 }, /the column 'k' \(int\) cannot hold 1\.5/],
  ['a number that is too large', { k: 2 ** 40 }, /the column 'k' \(int\) cannot hold 1099511627776/],
  ['a text for a number', { k: 1, a: 'x' }, /the column 'a' \(int\) cannot hold "x"/],
  ['a number for a text', { k: 1, b: 5 }, /the column 'b' \(text\) cannot hold 5/],
  ['other names', { k: 1, z: 5 }, /a row has 'z'/],
])('%s fails its batch, with the column', async (_name, element, message) => {
  await client.execute('CREATE TABLE IF NOT EXISTS specs.misfit (k int PRIMARY KEY, a int, b text)')
  await withStreaming('local', async ({ ssc, runBatches }) => {
    ssc.queueStream([[element], [{ k: 7 }]]).saveTo(cassandraSink({ ...where, table: 'misfit' }))
    await ssc.start()
    await quietly(() => runBatches(2))
    expect((await failure(ssc.awaitTermination())).message).toMatch(message)
  })
  expect(await rows('SELECT k FROM specs.misfit')).toEqual([[7]])
})

test('a start fails at once: counters, missing tables and columns, half a key, nobody there', async () => {
  await client.execute('CREATE TABLE specs.counting (k int PRIMARY KEY, c counter)')
  const started = (options: Partial<CassandraSinkOptions> & { readonly table: string }): Promise<any> => withStreaming('local', async ({ ssc }) => {
    ssc.queueStream([[1]]).saveTo(cassandraSink({ ...where, ...options }))
    return failure(ssc.start())
  })
  expect((await started({ table: 'counting' })).message).toMatch(/the table specs\.counting counts \(c are counters\)$/)
  expect((await started({ table: 'nowhere' })).message).toMatch(/there is no table specs\.nowhere$/)
  expect((await started({ table: 'kinds', columns: ['k', 'zz'] })).message).toMatch(/has no column 'zz'/)
  expect((await started({ table: 'kinds', columns: ['s'] })).message).toMatch(/rows do not fill 'k' of the primary key/)
  expect((await started({ table: 'kinds', contactPoints: ['127.0.0.1:1'] })).message).toMatch(/Cassandra at 127\.0\.0\.1:1: .*ECONNREFUSED/)
})

test('a batch that was written and not ended is written again, and the node may be killed meanwhile', async () => {
  await client.execute('CREATE TABLE specs.lives (n int PRIMARY KEY, batch_time timestamp)')
  const lives = new Lives()
  let left: string | undefined
  let killed: (() => Promise<string>) | undefined
  const build = (ssc: StreamingContext): void => {
    numbered(ssc).saveTo(cassandraSink<number>({ ...where, table: 'lives', columns: ['n'], batchTime: 'batch_time', row: n => [n], retryMs: 60_000 }))
    numbered(ssc).foreachRDD(async (_rdd, { milliseconds }) => { if (milliseconds === 3000) left ??= await killed!() })
  }
  await lives.live(build, async life => {
    killed = life.killed
    await life.runBatches(2)
    // The driver alone does not end a process whose node was away.
    await client.shutdown()
    await system.kill()
    const restarted = system.restart()
    await life.runBatches(1)
    await restarted
  })
  await lives.live(build, ({ runBatches }) => runBatches(2), { directory: left!, atMs: 3000 })
  await connect()
  expect((await rows('SELECT n, batch_time FROM specs.lives')).sort()).toEqual([1, 2, 3, 4, 5].map(n => [n, new Date(n * 1000)]))
}, 120_000)
