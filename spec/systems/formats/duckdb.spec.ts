/** Parquet and CSV between DuckDB and Millrace: each reads what the other writes. */
import * as path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

const inFolder = (f: (sc: SparkContext, folder: string, ask: (sql: string) => Promise<any[]>) => Promise<void>): Promise<void> => (
  withFolder(folder => withSpark('local[2]', async sc => {
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run("SET TimeZone = 'UTC'")
    const ask = async (sql: string): Promise<any[]> => (await connection.runAndReadAll(sql)).getRowObjectsJson()
    try { await f(sc, folder, ask) } finally {
      connection.closeSync()
      instance.closeSync()
    }
  })))

const text = "a,\"b\"\nc\r\n'ä'"

test('DuckDB reads what is written as Parquet, types and all', () => inFolder(async (sc, folder, ask) => {
  const schema = {
    id: 'bigint not null', tiny: 'tinyint', share: 'float', name: 'string', ok: 'boolean', day: 'date', at: 'timestamp', price: 'decimal(9,2)', wide: 'decimal(38,3)',
    bytes: 'binary', tags: 'array<array<string>>', who: 'struct<name:string,ages:array<int>>', counts: 'map<string,double>',
  }
  const row = {
    id: 2n ** 60n, tiny: -1, share: 0.5, name: text, ok: false, day: new Date('1969-12-31'), at: new Date('2024-02-29T12:00:00.123Z'), price: '-1.50', wide: '-99999999999999999999999999999999999.999',
    bytes: Uint8Array.of(1, 255), tags: [['a', null], null, []], who: { name: null, ages: [1, null] }, counts: new Map([['k', 1.5], ['l', null]]),
  }
  for (const codec of ['snappy', 'gzip', 'zstd', 'brotli', 'uncompressed'] as const) {
    const out = path.join(folder, codec)
    await sc.parallelize<any>([row, { id: 1n }], 2).saveAsParquetFile(out, { schema, codec })
    expect((await ask(`DESCRIBE SELECT * FROM '${out}/*.parquet'`)).map(({ column_type }) => column_type)).toEqual([
      'BIGINT', 'TINYINT', 'FLOAT', 'VARCHAR', 'BOOLEAN', 'DATE', 'TIMESTAMP WITH TIME ZONE', 'DECIMAL(9,2)', 'DECIMAL(38,3)', 'BLOB', 'VARCHAR[][]',
      'STRUCT("name" VARCHAR, ages INTEGER[])', 'MAP(VARCHAR, DOUBLE)',
    ])
    const [first, second] = await ask(`SELECT * FROM '${out}/*.parquet' ORDER BY id DESC`)
    expect(first).toEqual({
      ...row, id: String(2n ** 60n), day: '1969-12-31', at: '2024-02-29 12:00:00.123+00', bytes: '\\x01\\xFF', counts: [{ key: 'k', value: 1.5 }, { key: 'l', value: null }],
    })
    expect(Object.values(second).filter(value => value !== null)).toEqual(['1'])
    // Statistics are right where DuckDB leaves row groups out by them.
    expect(await ask(`SELECT count(*) AS n FROM '${out}/*.parquet' WHERE id > 1 AND price < 0 AND day < DATE '1970-01-01' AND name > 'a'`)).toEqual([{ n: '1' }])
  }
}))

test('what DuckDB writes as Parquet is read, in every codec and version', () => inFolder(async (sc, folder, ask) => {
  const columns = `i AS id, (i % 100)::TINYINT AS tiny, i * 0.5 AS half, CASE WHEN i % 3 = 0 THEN NULL ELSE 'name ' || (i % 13) END AS name, [[i], NULL, []] AS list,
    {a: i, b: CASE WHEN i % 2 = 0 THEN 'x' END} AS pair, MAP {'k': i, 'l': NULL} AS counts, (i * 1.01)::DECIMAL(30, 4) AS price, TIMESTAMP '1969-12-31 23:59:59.9995' + to_minutes(i) AS at,
    DATE '1969-12-30' + i::INT AS day, i % 2 = 0 AS ok, 'b'::BLOB AS bytes, i::FLOAT AS f, '6a4bc9b8-0a8f-4d0c-9c2b-0d9ad3e1f1aa'::UUID AS u, i::UTINYINT AS ut`
  const expected = Array.from({ length: 250 }, (_, i) => ({
    id: BigInt(i), tiny: i % 100, half: i * 0.5, name: i % 3 === 0 ? null : `name ${i % 13}`, list: [[BigInt(i)], null, []], pair: { a: BigInt(i), b: i % 2 === 0 ? 'x' : null },
    counts: new Map([['k', BigInt(i)], ['l', null]]), price: `${Math.floor(i * 101 / 100)}.${String(i * 101 % 100).padStart(2, '0')}00`, at: new Date(i * 60_000 - 1), day: new Date((i - 2) * 86_400_000),
    ok: i % 2 === 0, bytes: Uint8Array.of(98), f: i, u: '6a4bc9b8-0a8f-4d0c-9c2b-0d9ad3e1f1aa', ut: i,
  }))
  for (const codec of ['snappy', 'gzip', 'zstd', 'lz4_raw', 'brotli', 'uncompressed']) {
    for (const version of ['V1', 'V2']) {
      const file = path.join(folder, `${codec}-${version}.parquet`)
      await ask(`COPY (SELECT ${columns} FROM range(250) t(i)) TO '${file}' (FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version}, ROW_GROUP_SIZE 100)`)
      const read = await sc.parquetFile(file, { minPartitions: 3 }).collect()
      expect({ codec, version, read: read.map(row => ({ ...row, half: Number(row.half) })) }).toEqual({ codec, version, read: expected })
    }
  }
}))

test('CSV goes both ways', () => inFolder(async (sc, folder, ask) => {
  const rows = [{ id: 1, name: text, at: new Date(0) }, { id: 2, name: null, at: null }, { id: 3, name: ' "" ', at: new Date(1) }]
  const out = path.join(folder, 'out')
  await sc.parallelize<any>(rows, 2).saveAsCsvFile(out, { header: true })
  const names = "header = true, columns = {'id': 'INT', 'name': 'VARCHAR', 'at': 'TIMESTAMP'}, quote = '\"', escape = '\"', new_line = '\\n'"
  expect(await ask(`SELECT id, name, epoch_ms("at")::VARCHAR AS ms FROM read_csv('${out}/*.csv', ${names}) ORDER BY id`)).toEqual([
    { id: 1, name: text, ms: '0' }, { id: 2, name: null, ms: null }, { id: 3, name: ' "" ', ms: '1' },
  ])
  const file = path.join(folder, 'made.csv')
  await ask(`COPY (SELECT i AS id, CASE WHEN i % 3 = 0 THEN NULL WHEN i % 3 = 1 THEN 'line' || chr(10) || '"quoted", ' || i ELSE '' END AS name FROM range(3000) t(i)) TO '${file}' (HEADER true)`)
  const read = await sc.csvFile<{ id: number, name: string | null }>(file, { header: true, types: { id: 'int' }, minPartitions: 7 }).collect()
  expect(read).toEqual(Array.from({ length: 3_000 }, (_, id) => ({ id, name: id % 3 === 0 ? null : id % 3 === 1 ? `line\n"quoted", ${id}` : '' })))
}))
