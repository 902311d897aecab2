/** Parquet: what is written is read again, type by type; schemas are found or checked; damage is said with its place. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import fc from 'fast-check'
import { FileAlreadyExistsError, type ParquetCodec, type ParquetOutputOptions, type SparkContext } from '../../../../lib/index'
import { parseColumn, typeText } from '../../../../lib/connect/formats/data-types'
import { masters, withSpark } from '../../../support/contexts'
import { listing, withFolder } from '../../../support/folders'
import { withStreaming } from '../../../support/streams'

const inFolder = (master: string, f: (sc: SparkContext, folder: string) => Promise<void>): Promise<void> =>
  withFolder(folder => withSpark(master, sc => f(sc, folder)))
const failure = (run: Promise<unknown>): Promise<any> => run.then(() => { throw new Error('not refused') }, error => error)

describe.each(masters)('Parquet on %s', master => {
  test('holds what elements have, where no schema says it', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const rows = [
      { id: 1n, name: 'ä', share: 1, ok: true, at: new Date(-1), bytes: new Uint8Array([0, 255]), tags: ['a', null], deep: { x: 1, list: [[1n], []] }, counts: new Map<string, number | null>([['__proto__', 1], ['b', null]]) },
      { id: 2n, name: null, more: null, tags: [], deep: { x: null, list: null }, counts: new Map() },
      { id: 3n, name: '', ok: false, tags: null, deep: null, counts: null },
    ]
    await sc.parallelize<any>(rows, 2).saveAsParquetFile(out)
    expect(listing(out)).toEqual(['_SUCCESS', 'part-00000.parquet', 'part-00001.parquet'])
    const nothing = { name: null, share: null, ok: null, at: null, bytes: null, tags: null, deep: null, counts: null, more: null }
    expect(await sc.parquetFile(out).collect()).toEqual(rows.map(row => ({ ...nothing, ...row })))
    expect(await sc.parquetFile(out, { columns: ['tags', 'id'], numbers: 'number' }).collect()).toEqual([{ tags: ['a', null], id: 1 }, { tags: [], id: 2 }, { tags: null, id: 3 }])
    await expect(sc.parallelize([{ a: 1 }]).saveAsParquetFile(out)).rejects.toThrow(FileAlreadyExistsError)
  }))

  test('has the columns of a schema, each value checked', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const schema = {
      tiny: 'tinyint', small: 'smallint', n: 'int not null', big: 'bigint', f: 'float', day: 'date', at: 'timestamp', price: 'decimal(9,2)', wide: 'decimal(38,3)', mid: 'decimal(18,0)',
      tags: 'array<string>', who: 'struct<name:string not null,ages:array<int>>', m: 'map<string,decimal(4,1)>',
    }
    const row = {
      tiny: -128, small: 32767, n: -1, big: 7, f: 0.5, day: new Date('1969-12-31T10:00:00Z'), at: new Date('2024-02-29T12:00:00.123Z'), price: -1234567.1, wide: '-99999999999999999999999999999999999.999', mid: 10n ** 17n,
      tags: new Set(['x']), who: { name: 'ann', ages: [1, null] }, m: { a: '1.5' },
    }
    await sc.parallelize<any>([row, { n: 0 }], 3).saveAsParquetFile(out, { schema })
    const [first, second] = await sc.parquetFile(out).collect()
    expect(first).toEqual({
      ...row, big: 7n, day: new Date('1969-12-31T00:00:00Z'), price: '-1234567.10', mid: '100000000000000000', tags: ['x'], m: new Map([['a', '1.5']]),
    })
    expect(second).toEqual({ ...Object.fromEntries(Object.keys(schema).map(name => [name, null])), n: 0 })
    expect(await sc.parquetFile(out, { columns: ['price', 'big'], numbers: 'number' }).take(1)).toEqual([{ price: -1234567.1, big: 7 }])
    const refused: [object, string][] = [
      [{ n: 2 ** 31 }, 'the column "n": 2147483648 is no int'], [{ n: null }, 'the column "n" is null, and its type says not null'], [{ n: 1, tiny: 128 }, 'the column "tiny": 128 is no tinyint'],
      [{ n: 1, price: '1.234' }, 'the column "price": "1.234" is no decimal(9,2)'], [{ n: 1, price: 1e7 }, 'the column "price": 10000000 is no decimal(9,2)'], [{ n: 1, x: 1 }, 'it has a column "x", which is not in the schema'],
      [{ n: 1, who: { ages: [] } }, 'the column "who.name" is null'], [{ n: 1, at: new Date(NaN) }, 'is no timestamp'], [{ n: 1, tags: 'a' }, 'the column "tags": "a" is no array<string>'],
    ]
    for (const [wrong, message] of refused) expect((await failure(sc.parallelize<any>([wrong], 1).saveAsParquetFile(`${out}2`, { schema }))).message).toContain(message)
    expect(listing(folder).filter(name => name.startsWith('out2'))).toEqual([])
  }))

  test('has row groups that partitions share, in every codec', () => inFolder(master, async (sc, folder) => {
    const rows = Array.from({ length: 1_500 }, (_, i) => ({ id: i, name: `name ${i % 7}`, text: i % 3 === 0 ? null : 'x'.repeat(i % 40) }))
    const codecs: ParquetCodec[] = ['snappy', 'gzip', 'zstd', 'brotli', 'uncompressed']
    for (const codec of codecs) {
      const out = path.join(folder, codec)
      await sc.parallelize(rows, 1).saveAsParquetFile(out, { codec, rowGroupSize: 200 })
      const read = sc.parquetFile(out, { minPartitions: 4 })
      expect(await read.collect()).toEqual(rows)
      expect(Math.max(...await read.glom().map(part => part.length).collect())).toBeLessThan(1_000)
    }
  }))

  test('that is cut off or damaged is an error with file and byte', () => inFolder(master, async (sc, folder) => {
    await sc.parallelize([{ a: 1 }], 1).saveAsParquetFile(path.join(folder, 'out'))
    const whole = fs.readFileSync(path.join(folder, 'out', 'part-00000.parquet'))
    const file = path.join(folder, 'a.parquet')
    const reading = async (bytes: Uint8Array): Promise<string> => {
      fs.writeFileSync(file, bytes)
      return (await failure(sc.parquetFile(file, { minPartitions: 1 }).collect())).message
    }
    expect(await reading(whole.subarray(0, -1))).toContain(`${file}, byte ${whole.length - 9}: this is no Parquet file: it does not end with PAR1`)
    expect(await reading(Buffer.from('PAR1'))).toContain('this is no Parquet file: it has 4 bytes')
    expect(await reading(Buffer.concat([whole.subarray(0, -8), Buffer.from([255, 255, 0, 0]), Buffer.from('PAR1')]))).toContain('the footer of 65535 bytes is larger than the file')
    const page = Buffer.from(whole)
    page.fill(0xFF, 4, 12)
    expect(await reading(page)).toContain(`${file}, byte 4: row group 0 cannot be read: `)
    expect(await reading(Buffer.concat([whole.subarray(0, 4), Buffer.alloc(whole.length - 12, 0x15), whole.subarray(-8)]))).toContain('the footer cannot be read')
    expect((await failure(sc.parquetFile(path.join(folder, 'out'), { columns: ['b'] }).collect())).message).toContain('part-00000.parquet has no column "b"')
    await sc.parallelize([{ a: 2n ** 60n }], 1).saveAsParquetFile(path.join(folder, 'big'))
    expect((await failure(sc.parquetFile(path.join(folder, 'big'), { numbers: 'number' }).collect())).message).toContain("the column \"a\" has 1152921504606846976, which no number holds exactly: read it with numbers: 'exact'")
  }))

  test('schemas that cannot be, and elements without one, are refused', () => inFolder(master, async (sc, folder) => {
    const save = async (rows: any[], options?: ParquetOutputOptions): Promise<string> => (await failure(sc.parallelize(rows, 1).saveAsParquetFile(path.join(folder, 'out'), options))).message
    expect(await save([{ a: 1 }, { a: 'x' }])).toContain('the column "a" is double in one element and string in another')
    expect(await save([{ a: { b: [1] } }, { a: { b: [{}] } }])).toContain('the column "a.b" is double in one element and struct<> in another')
    expect(await save([1])).toContain('1 is no object with columns')
    expect(await save([{ a: {} }])).toContain('the column "a" has objects without fields')
    expect(await save([{ a: [1n, 2] }])).toContain('the column "a" is bigint in one element and double in another')
    expect(await save([{}], { schema: { a: 'strng' } })).toContain('the type of the column "a": "strng" is no type')
    expect(await save([{}], { schema: {} })).toContain('a schema has one column at least')
    expect(await save([{}], { codec: 'lzo' as never })).toContain('codec must be one of "snappy"')
    expect(() => sc.parquetFile('x', { column: ['a'] } as never)).toThrow('there is no option "column"; did you mean columns?')
    await sc.emptyRDD<object>().saveAsParquetFile(path.join(folder, 'empty'))
    expect(listing(path.join(folder, 'empty'))).toEqual(['_SUCCESS'])
    await sc.parallelize<object>([], 2).saveAsParquetFile(path.join(folder, 'columns'), { schema: { a: 'int' } })
    expect(await sc.parquetFile(path.join(folder, 'columns')).collect()).toEqual([])
  }))

  test('is a stream of the new files of a folder, and an output of streams', () => withFolder(folder => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const incoming = path.join(folder, 'in')
    fs.mkdirSync(incoming)
    await clock.set(100_000)
    const rows = ssc.parquetFileStream<{ id: number, item: string }>(incoming, { columns: ['id'], numbers: 'number' })
    rows.saveAsParquetFiles(path.join(folder, 'out'), null, { schema: { id: 'int' } })
    await ssc.sparkContext.parallelize([{ id: 1n, item: 'x' }], 1).saveAsParquetFile(path.join(folder, 'made'))
    await ssc.start()
    const file = path.join(incoming, 'a.parquet')
    fs.copyFileSync(path.join(folder, 'made', 'part-00000.parquet'), file)
    fs.utimesSync(file, 100.5, 100.5)
    await runBatches(2)
    expect(await ssc.sparkContext.parquetFile(path.join(folder, 'out-101000')).collect()).toEqual([{ id: 1 }])
    expect(listing(path.join(folder, 'out-102000'))).toEqual(['_SUCCESS'])
  })))
})

describe('types', () => {
  test('are read by the names of Spark, and written so', () => {
    const texts = ['string', 'decimal(38,0)', 'array<map<string,struct<a:int,`b c`:array<double> not null>>>', 'struct<`a``b`:binary>']
    for (const text of texts) expect(typeText(parseColumn('x', text).type)).toBe(text)
    expect(parseColumn('x', ' Array < LONG > NOT  null ')).toEqual({ name: 'x', type: { kind: 'array', element: { kind: 'bigint' } }, isNullable: false })
    const wrong: [string, string][] = [['array<int', '">" is missing at the end'], ['int int', '"int" follows a type'], ['decimal(39)', 'a decimal has 1 to 38 digits'], ['struct<a:int,a:int>', 'two fields of a struct are called "a"'], ['', 'is no type'], ['array<'.repeat(60), 'a type has more than 50 levels']]
    for (const [text, message] of wrong) expect(() => parseColumn('x', text)).toThrow(message)
  })
})

test('property: rows of any schema come back', () => withFolder(folder => withSpark('local', async sc => {
  type Column = { readonly type: string, readonly value: fc.Arbitrary<unknown> }
  const plain: fc.Arbitrary<Column> = fc.constantFrom<Column>(
    { type: 'string', value: fc.string({ unit: 'grapheme' }) }, { type: 'int', value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }, { type: 'boolean', value: fc.boolean() },
    { type: 'bigint', value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }, { type: 'double', value: fc.double() }, { type: 'binary', value: fc.uint8Array({ maxLength: 5 }) },
    { type: 'timestamp', value: fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }) },
    { type: 'decimal(12,3)', value: fc.integer({ min: -(10 ** 8), max: 10 ** 8 }).map(n => `${n < 0 ? '-' : ''}${Math.abs(n)}.125`) },
  )
  const nullable = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.option(value, { nil: null })
  const { column } = fc.letrec<{ column: Column }>(tie => ({
    column: fc.oneof({ maxDepth: 3 }, plain,
      tie('column').map(({ type, value }): Column => ({ type: `array<${type}>`, value: fc.array(nullable(value), { maxLength: 4 }) })),
      tie('column').map(({ type, value }): Column => ({ type: `map<string,${type}>`, value: fc.uniqueArray(fc.tuple(fc.string(), nullable(value)), { maxLength: 3, selector: ([key]) => key }).map(entries => new Map(entries)) })),
      fc.tuple(tie('column'), tie('column')).map(([a, b]): Column => ({ type: `struct<a:${a.type},b:${b.type}>`, value: fc.record({ a: nullable(a.value), b: nullable(b.value) }, { noNullPrototype: true }) }))),
  }))
  let runs = 0
  const columns = fc.array(column, { minLength: 1, maxLength: 4 })
  const cases = columns.chain(list => fc.tuple(fc.constant(list), fc.array(fc.tuple(...list.map(({ value }) => nullable(value))), { maxLength: 12 })))
  await fc.assert(fc.asyncProperty(cases, fc.integer({ min: 1, max: 5 }), async ([list, tuples], rowGroupSize) => {
    const out = path.join(folder, String(runs++))
    const rows = tuples.map(values => Object.fromEntries(values.map((value, i) => [`c${i}`, value])))
    const schema = Object.fromEntries(list.map(({ type }, i) => [`c${i}`, type]))
    await sc.parallelize(rows, 1).saveAsParquetFile(out, { schema, rowGroupSize })
    expect(await sc.parquetFile(out, { minPartitions: 2 }).collect()).toEqual(rows)
  }), { numRuns: 60 })
})))
