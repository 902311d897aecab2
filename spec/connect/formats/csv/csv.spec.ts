/** CSV: what is written is read again, quoted line breaks and all, wherever a file is cut; and damage is said with its place. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { FileAlreadyExistsError, type CsvOptions, type SparkContext } from '../../../../lib/index'
import { convertible } from '../../../../lib/connect/formats/csv/convert'
import { RecordParser } from '../../../../lib/connect/formats/csv/parse-records'
import { marksOf, QuoteScanner, TransitionScanner } from '../../../../lib/connect/formats/csv/quotes'
import { recordWriter } from '../../../../lib/connect/formats/csv/sink'
import { parseColumn } from '../../../../lib/connect/formats/data-types'
import { masters, withSpark } from '../../../support/contexts'
import { listing, withFolder } from '../../../support/folders'
import { withStreaming } from '../../../support/streams'

const inFolder = (master: string, f: (sc: SparkContext, folder: string) => Promise<void>): Promise<void> =>
  withFolder(folder => withSpark(master, sc => f(sc, folder)))
const failure = (run: Promise<unknown>): Promise<any> => run.then(() => { throw new Error('not refused') }, error => error)

describe.each(masters)('CSV on %s', master => {
  const reading = (text: string | Uint8Array, options: CsvOptions | undefined, f: (rows: any[] | Error) => void): Promise<void> => inFolder(master, async (sc, folder) => {
    fs.writeFileSync(path.join(folder, 'a.csv'), text)
    f(await sc.csvFile(path.join(folder, 'a.csv'), options).collect().catch(error => error))
  })

  test('is written and read as arrays and as objects', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const rows = [['a,b', 'line\nbreak', '"quoted"'], ['', null, ' spaced '], ['ä', '1', '\r']]
    await sc.parallelize(rows, 2).saveAsCsvFile(out)
    expect(listing(out)).toEqual(['_SUCCESS', 'part-00000.csv', 'part-00001.csv'])
    expect(fs.readFileSync(path.join(out, 'part-00000.csv'), 'utf8')).toBe('"a,b","line\nbreak","""quoted"""\n')
    expect(fs.readFileSync(path.join(out, 'part-00001.csv'), 'utf8')).toBe('"",, spaced \nä,1,"\r"\n')
    expect(await sc.csvFile(out).collect()).toEqual(rows)
    const objects = [{ id: 1, at: new Date(0), bytes: Buffer.from('hi'), big: 2n ** 60n, ok: true }, { id: 2, at: null, ok: false }]
    await sc.parallelize(objects, 3).saveAsCsvFile(`${out}2`, { header: true, codec: 'gzip' })
    expect(zlib.gunzipSync(fs.readFileSync(path.join(`${out}2`, 'part-00001.csv.gz'))).toString()).toBe('id,at,bytes,big,ok\n1,1970-01-01T00:00:00.000Z,aGk=,1152921504606846976,true\n')
    expect(await sc.csvFile(`${out}2`, { header: true, types: { id: 'int', at: 'timestamp', big: 'bigint', ok: 'boolean' } }).collect()).toEqual([
      { id: 1, at: new Date(0), bytes: 'aGk=', big: 2n ** 60n, ok: true }, { id: 2, at: null, bytes: null, big: null, ok: false },
    ])
    await expect(sc.parallelize(rows).saveAsCsvFile(out)).rejects.toThrow(FileAlreadyExistsError)
  }))

  test('has other delimiters, quotes, escapes and nulls where that is asked for', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const dialect = { delimiter: '||', quote: "'", escape: '\\', nullValue: 'NULL' }
    const rows = [["it's", 'a||b', null], ['NULL', '\\', ''], ["\\'", '|', '\n']]
    await sc.parallelize(rows, 1).saveAsCsvFile(out, dialect)
    expect(fs.readFileSync(path.join(out, 'part-00000.csv'), 'utf8')).toBe("'it\\'s'||'a||b'||NULL\n'NULL'||\\||''\n'\\\\\\''||'|'||'\n'\n")
    expect(await sc.csvFile(out, dialect).collect()).toEqual(rows)
    await sc.parallelize([['a"b', '']], 1).saveAsCsvFile(`${out}2`, { quote: '', delimiter: '\t', nullValue: '-' })
    expect(await sc.csvFile(`${out}2`, { quote: '', delimiter: '\t', nullValue: '-' }).collect()).toEqual([['a"b', '']])
    expect((await failure(sc.parallelize([['a\tb']]).saveAsCsvFile(`${out}3`, { quote: '', delimiter: '\t' }))).message).toContain(`"a\\tb" needs quotes, and quote is ''`)
  }))

  test('records are each in one partition, wherever a file is cut, line breaks in quotes or not', () => inFolder(master, async (sc, folder) => {
    const rows = Array.from({ length: 300 }, (_, i) => [String(i), i % 7 === 0 ? '"\n'.repeat(i % 11) : 'x'.repeat(i % 13), 'ä,"\r\n"'])
    const text = (escape: string): string => rows.map(recordWriter({ delimiter: ',', quote: '"', escape, nullValue: '', columns: undefined })).join('')
    for (const escape of ['"', '\\']) {
      fs.writeFileSync(path.join(folder, 'a.csv'), text(escape))
      fs.writeFileSync(path.join(folder, 'b.csv'), `\uFEFF${text(escape)}`)
      for (const minPartitions of [1, 2, 9, 64]) {
        const rdd = sc.csvFile(path.join(folder, '*.csv'), { escape, minPartitions })
        expect(rdd.getNumPartitions()).toBeGreaterThanOrEqual(minPartitions)
        expect(await rdd.collect()).toEqual([...rows, ...rows].map(row => row.map(field => field === '' ? '' : field)))
      }
    }
  }))

  test('CRLF, empty lines, a last line without an end and an empty file are read', async () => {
    await reading('a,b\r\n\r\n"1","2"\r\n\n3,4', { header: true }, rows => expect(rows).toEqual([{ a: '1', b: '2' }, { a: '3', b: '4' }]))
    await reading('a,,b\n,\n', {}, rows => expect(rows).toEqual([['a', null, 'b'], [null, null]]))
    await reading('', { header: true }, rows => expect(rows).toEqual([]))
    await reading('one\n\n""\nx', { header: true }, rows => expect(rows).toEqual([{ one: null }, { one: '' }, { one: 'x' }]))
    await reading('a,\n1,2\n', { header: true }, rows => expect(rows).toEqual([{ a: '1', _c1: '2' }]))
    await reading('__proto__,constructor\n1,2\n', { header: true }, rows => expect(Object.entries((rows as any[])[0])).toEqual([['__proto__', '1'], ['constructor', '2']]))
    await reading('x,y\n1,2\n', { header: true, columns: ['a', 'b'], types: { b: 'int' } }, rows => expect(rows).toEqual([{ a: '1', b: 2 }]))
    expect(({} as any)['1']).toBeUndefined()
  })

  test('damage fails the job with file, line and byte', async () => {
    const told = (text: string | Uint8Array, options: CsvOptions, expected: string): Promise<void> => reading(text, options, error => expect((error as Error).message).toContain(expected))
    await told('a,b\nä,"x\ny"\n1,2,3\n', { header: true, minPartitions: 1 }, 'a.csv, line 4, byte 13: this record is damaged: it has 3 fields, and there are 2 columns')
    await told('a,b"c\n', {}, 'line 1, byte 0: this record is damaged: a quote stands within a field that does not begin with one')
    await told('a\n"b" c\n', { minPartitions: 1 }, 'line 2, byte 2: this record is damaged: something follows a quoted field before the next delimiter')
    await told('a\nb,"c\n', { minPartitions: 1 }, 'line 2, byte 2: this record is damaged: a quoted field does not end')
    await told('a,"b\nc"\n', { multiLine: false, minPartitions: 1 }, 'a quoted field does not end')
    await told('n\n1\n2147483648\n', { header: true, types: { n: 'int' }, minPartitions: 1 }, 'line 3, byte 4: this record is damaged: the column "n": "2147483648" is no int')
    await told('n,m\n,1\n', { header: true, types: { n: 'int not null' } }, 'the column "n" is null, and its type says not null')
    await told('a,a\n1,2\n', { header: true }, 'the header is damaged: two columns are called "a"')
    await told('a\n1\n', { header: true, types: { b: 'int' } }, 'there is no column "b", which types names')
    await told(Buffer.concat([Buffer.from('ä,b\n'), Buffer.from([0xC3, 0x2C, 0x62])]), { minPartitions: 1 }, 'line 2, byte 5: this record is damaged: it is not valid UTF-8')
    await told(`"${'x'.repeat(17 * 1024 * 1024)}`, {}, 'The record at byte 0 of')
    await reading(zlib.gzipSync('a,b\n'), {}, rows => expect(rows).toHaveProperty('message', expect.stringContaining('this record is damaged')))
  })

  test('damage is left out or kept as text where that is asked for', async () => {
    const text = Buffer.concat([Buffer.from('a,b\n1,2\n3\n"x"y,"\n"\nz,9\n'), Buffer.from([0xFF]), Buffer.from(',1\n7,8')])
    const options: CsvOptions = { header: true, types: { a: 'int', b: 'int' } }
    await reading(text, { ...options, mode: 'DROPMALFORMED' }, rows => expect(rows).toEqual([{ a: 1, b: 2 }, { a: 7, b: 8 }]))
    await reading(text, { ...options, mode: 'PERMISSIVE' }, rows => expect(rows).toEqual([
      { a: 1, b: 2 }, { a: 3, b: null, _corrupt_record: '3' }, { a: null, b: null, _corrupt_record: '"x"y,"\n"' },
      { a: null, b: 9, _corrupt_record: 'z,9' }, { a: null, b: 1, _corrupt_record: '\uFFFD,1' }, { a: 7, b: 8 },
    ]))
  })

  test('options and elements that cannot be are refused at once', () => inFolder(master, async (sc, folder) => {
    expect(() => sc.csvFile('x', { headers: true } as never)).toThrow('there is no option "headers"; did you mean header?')
    expect(() => sc.csvFile('x', { quote: '""' })).toThrow('quote must be one character of ASCII')
    expect(() => sc.csvFile('x', { delimiter: '"' })).toThrow('the delimiter and the quote must not be the same')
    expect(() => sc.csvFile('x', { types: { a: 'int' } })).toThrow('types needs the names of columns')
    expect(() => sc.csvFile('x', { columns: ['a'], types: { b: 'int' } })).toThrow('types has the column "b", columns has not')
    expect(() => sc.csvFile('x', { columns: ['a'], types: { a: 'array<int>' } })).toThrow('the column "a" cannot be array<int> in a CSV file')
    expect(() => sc.csvFile('x', { columns: ['a'], types: { a: 'itn' } })).toThrow('the type of the column "a": "itn" is no type')
    const save = async (rows: any[], options = {}): Promise<string> => (await failure(sc.parallelize(rows, 1).saveAsCsvFile(path.join(folder, 'out'), options))).message
    expect(await save([{ a: 1 }, { b: 2 }])).toContain('it has a column "b", which is none of "a"')
    expect(await save([{ a: {} }])).toContain('an object (Object) has no form in a CSV file')
    expect(await save([1])).toContain('1 is neither an array nor an object with columns')
    expect(await save([[1, 2]], { columns: ['a'] })).toContain('an array of 2 has not the 1 columns that there are')
    expect(await save([[1]], { header: true })).toContain('a header needs the names of the columns, and the elements are arrays')
    expect(listing(folder)).toEqual([])
  }))

  test('and JSON are streams of the new files of a folder, and outputs of streams', () => withFolder(folder => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const incoming = path.join(folder, 'in')
    fs.mkdirSync(incoming)
    await clock.set(100_000)
    const rows = ssc.csvFileStream<{ id: number }>(incoming, { header: true, types: { id: 'int' }, filter: file => file.endsWith('.csv') })
    rows.saveAsJsonFiles(path.join(folder, 'json'))
    ssc.jsonFileStream<{ id: number }>(incoming, { filter: file => file.endsWith('.json') }).saveAsCsvFiles(path.join(folder, 'csv'), 'd', { header: true })
    await ssc.start()
    fs.writeFileSync(path.join(incoming, 'a.csv'), 'id,name\n1,"x\ny"\n')
    fs.writeFileSync(path.join(incoming, 'a.json'), '{"id":2}\n')
    for (const name of ['a.csv', 'a.json']) fs.utimesSync(path.join(incoming, name), 100.5, 100.5)
    await runBatches(2)
    expect(await ssc.sparkContext.textFile(path.join(folder, 'json-101000')).collect()).toEqual(['{"id":1,"name":"x\\ny"}'])
    expect(fs.readFileSync(path.join(folder, 'csv-101000.d', 'part-00000.csv'), 'utf8')).toBe('id\n2\n')
    expect(listing(path.join(folder, 'csv-102000.d'))).toEqual(['_SUCCESS'])
  })))
})

describe('fields', () => {
  const convert = (type: string, text: string): unknown => convertible(parseColumn('x', type).type)!(text)

  test('become values of their types', () => {
    expect(['-128', '+7', '007'].map(text => convert('tinyint', text))).toEqual([-128, 7, 7])
    expect(['1.50', '-0', '.5', '12', '00012.3'].map(text => convert('decimal(4,2)', text))).toEqual(['1.50', '-0.00', '0.50', '12.00', '12.30'])
    expect(['1e3', 'NaN', '-Inf', '.5', '5.'].map(text => convert('double', text))).toEqual([1000, NaN, -Infinity, 0.5, 5])
    expect(['TRUE', 'false'].map(text => convert('boolean', text))).toEqual([true, false])
    expect(convert('date', '2024-02-29')).toEqual(new Date('2024-02-29T00:00:00Z'))
    const at = new Date('2024-02-29T23:30:00.123Z')
    expect(['2024-02-29T23:30:00.123Z', '2024-02-29 23:30:00.123999', '2024-03-01T01:30:00.123+02:00', '2024-02-29T18:00:00.123-0530'].map(text => convert('timestamp', text)))
      .toEqual([at, at, at, at])
  })

  test('are refused where they are none', () => {
    const wrong: [string, string][] = [
      ['int', '1.0'], ['int', ''], ['int', ' 1'], ['tinyint', '128'], ['bigint', '9223372036854775808'], ['bigint', '0x10'], ['double', '1,5'], ['double', '0x10'],
      ['boolean', '1'], ['date', '2023-02-29'], ['date', '2023-13-01'], ['timestamp', '2023-01-01T24:00:00Z'], ['timestamp', '2023-01-01T10:61Z'], ['decimal(4,2)', '123'],
      ['decimal(4,2)', '1.234'], ['decimal(4,2)', '.'],
    ]
    for (const [type, text] of wrong) expect(() => convert(type, text)).toThrow(`${JSON.stringify(text)} is no ${type}`)
  })
})

describe('properties', () => {
  const character = fc.constantFrom('a', ';', '"', '\\', ',', '\n', '\r', "'", 'ä', '', ' ', '\u{1F600}')
  const field = fc.option(fc.array(character, { maxLength: 6 }).map(parts => parts.join('')), { nil: null })
  const dialect = fc.record({ delimiter: fc.constantFrom(',', ';;', '\t'), quote: fc.constantFrom('"', "'"), escape: fc.constantFrom('', '\\'), nullValue: fc.constantFrom('', 'null') })
    .map(({ escape, quote, ...rest }) => ({ ...rest, quote, escape: escape === '' ? quote : escape, multiLine: true }))

  const parsed = (text: string, of: Parameters<typeof recordWriter>[0] & { multiLine: boolean }): unknown[] => {
    const parser = new RecordParser(text, of)
    const records: unknown[] = []
    for (let record = parser.next(); record !== undefined; record = parser.next()) records.push(record.wrong ?? record.fields)
    return records
  }

  test('whatever is written is parsed, in every dialect', () => {
    fc.assert(fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 }), dialect, (rows, given) => {
      const of = { ...given, columns: undefined }
      expect(parsed(rows.map(recordWriter(of)).join(''), of)).toEqual(rows)
    }), { numRuns: 1_000 })
  })

  test('any text at all is parsed to its end, and what is counted in bytes agrees with what is parsed', () => {
    fc.assert(fc.property(fc.array(character, { maxLength: 40 }).map(parts => parts.join('')), dialect, fc.nat(40), (text, of, at) => {
      const parser = new RecordParser(text, of)
      const ends: number[] = []
      let last = 0
      for (let record = parser.next(); record !== undefined; record = parser.next()) {
        expect(record.start).toBeGreaterThanOrEqual(last)
        last = record.end
        ends.push(Buffer.byteLength(text.slice(0, record.end)))
      }
      const bytes = Buffer.from(text)
      const lines: number[] = []
      new QuoteScanner(marksOf(of)).lines(bytes, line => {
        lines.push(line)
        return false
      })
      const trim = (end: number): number => bytes[end] === 13 ? end + 1 : end
      expect(ends.map(trim).slice(0, lines.length)).toEqual(lines)
      expect(ends.length - lines.length).toBeLessThanOrEqual(1)
      // The same in two pieces, whose states are known only afterwards.
      const cut = Math.min(at, bytes.length)
      const [first, second, whole] = [bytes.subarray(0, cut), bytes.subarray(cut), bytes].map(piece => {
        const scanner = new TransitionScanner(marksOf(of))
        scanner.pass(piece!)
        return scanner.transition
      })
      expect(second![first![0]]).toBe(whole![0])
    }), { numRuns: 2_000 })
  })
})
