/** The formats between Spark and Millrace, where Spark is installed (bench/peers/spark/install.sh): each reads what the other writes. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { output } from '../support/downloads'

const python = path.join(__dirname, '..', '..', '..', '.peers', 'spark', 'bin', 'python')
const pythons = fs.existsSync(python) ? [python] : []
const script = path.join(__dirname, 'spark_formats.py')
const inFolder = (f: (sc: SparkContext, folder: string) => Promise<void>): Promise<void> => withFolder(folder => withSpark('local[2]', sc => f(sc, folder)))

test('Spark is looked for where its benchmarks have it', () => { expect(pythons.every(file => fs.existsSync(file))).toBe(true) })

const rows = [
  { id: 0n, small: 0, share: 0, name: '', ok: false, day: new Date('1969-12-31'), at: new Date('2024-02-29T12:00:00.123Z'), price: '0.00', wide: '0.000', bytes: new Uint8Array(0), tags: [], who: { name: null, ages: [] }, counts: new Map() },
  { id: 1n, small: null, share: null, name: null, ok: null, day: null, at: null, price: null, wide: null, bytes: null, tags: null, who: null, counts: null },
  {
    id: 2n ** 60n, small: -7, share: 1.5, name: 'ä \u{1F600}', ok: true, day: new Date('1969-12-31'), at: new Date('2024-02-29T12:00:00.123Z'), price: '-1.50', wide: '-99999999999999999999999999999999999.999',
    bytes: Uint8Array.of(0, 255), tags: ['a', null], who: { name: 'ann', ages: [1, null] }, counts: new Map<string, bigint | null>([['k', 1n], ['l', null]]),
  },
]

for (const command of pythons) {
  test('what Spark writes is read', () => inFolder(async (sc, folder) => {
    await output(command, [script, 'write', folder], '')
    for (const name of ['snappy', 'gzip', 'zstd', 'lz4_raw', 'none', 'second']) {
      const read = await sc.parquetFile(path.join(folder, `parquet-${name}`)).collect()
      expect({ name, read: read.sort((a, b) => Number(a.id - b.id)) }).toEqual({ name, read: rows })
    }
    const csv = sc.csvFile<any>(path.join(folder, 'csv'), { header: true, types: { id: 'int' } })
    expect((await csv.collect()).sort((a, b) => a.id - b.id)).toEqual([{ id: 1, name: 'a,"b"\nc', more: '' }, { id: 2, name: null, more: ' x ' }])
    const json = await sc.jsonFile<any>(path.join(folder, 'json')).map(row => row.id).collect()
    expect(json.sort((a, b) => Number(BigInt(a) - BigInt(b)))).toEqual([0, 1, 2n ** 60n])
    for (const name of ['pairs', 'pairs-block']) expect(await sc.sequenceFile(path.join(folder, name), 'Text', 'IntWritable').collect()).toEqual([['a', 1], ['b', 2]])
  }), 180_000)

  test('Spark reads what is written here', () => inFolder(async (sc, folder) => {
    const schema = {
      id: 'bigint not null', small: 'int', share: 'double', name: 'string', ok: 'boolean', day: 'date', at: 'timestamp', price: 'decimal(10,2)', wide: 'decimal(38,3)', bytes: 'binary',
      tags: 'array<string>', who: 'struct<name:string,ages:array<int>>', counts: 'map<string,bigint>',
    }
    await sc.parallelize<any>(rows, 2).saveAsParquetFile(path.join(folder, 'parquet'), { schema })
    await sc.parallelize([{ id: 1, name: 'a,"b"\nc', more: '' }, { id: 2, name: null, more: ' x ' }]).saveAsCsvFile(path.join(folder, 'csv'), { header: true })
    await sc.parallelize([{ id: 2n ** 60n, name: 'ä\n' }]).saveAsJsonFile(path.join(folder, 'json'), 'gzip')
    await sc.parallelize<[string, number]>([['a', 1], ['ä', -2]]).saveAsSequenceFile(path.join(folder, 'pairs'), 'gzip')
    await sc.parallelize<[bigint, boolean]>([[2n ** 60n, true]]).saveAsSequenceFile(path.join(folder, 'longs'))
    const printed = JSON.parse((await output(command, [script, 'read', folder], '')).trim().split('\n').at(-1)!.replace(/\b\d{16,}\b(?=[,\]])/g, '"$&"'))
    expect(printed.parquet).toEqual([
      [0, 0, 0, '', false, '1969-12-31', '2024-02-29 12:00:00.123000', '0.00', '0.000', '', [], { name: null, ages: [] }, []],
      [1, ...new Array<null>(12).fill(null)],
      [String(2n ** 60n), -7, 1.5, 'ä \u{1F600}', true, '1969-12-31', '2024-02-29 12:00:00.123000', '-1.50', '-99999999999999999999999999999999999.999', '00ff', ['a', null], { name: 'ann', ages: [1, null] }, [['k', 1], ['l', null]]],
    ])
    expect(printed.types).toEqual(Object.entries(schema).map(([name, type]) => [name, type.replace(' not null', '')]))
    // Spark takes an empty text in quotes for null.
    expect(printed.csv).toEqual([[1, 'a,"b"\nc', null], [2, null, ' x ']])
    expect(printed.json).toEqual([[String(2n ** 60n), 'ä\n']])
    expect(printed.pairs).toEqual([['a', 1], ['ä', -2]])
    expect(printed.longs).toEqual([[String(2n ** 60n), true]])
  }), 180_000)
}
