/** JSON lines: what is written is read again, wherever a file is cut; and what is no JSON is said with its place. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import { FileAlreadyExistsError, type SparkContext } from '../../../../lib/index'
import { jsonLine } from '../../../../lib/connect/formats/json/json-text'
import { parseJson } from '../../../../lib/connect/formats/json/parse-json'
import { masters, withSpark } from '../../../support/contexts'
import { listing, withFolder } from '../../../support/folders'

const inFolder = (master: string, f: (sc: SparkContext, folder: string) => Promise<void>): Promise<void> =>
  withFolder(folder => withSpark(master, sc => f(sc, folder)))
const failure = (run: Promise<unknown>): Promise<any> => run.then(() => { throw new Error('not refused') }, error => error)

describe.each(masters)('JSON lines on %s', master => {
  test('are written a line an element and read again', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const values = [{ id: 1, name: 'ä\n"\u2028' }, [1, null], 'text', 4.5, true, null, { id: 9007199254740993n, deep: { list: [1n, { x: [] }] } }]
    await sc.parallelize(values, 2).saveAsJsonFile(out)
    expect(listing(out)).toEqual(['_SUCCESS', 'part-00000.json', 'part-00001.json'])
    expect(fs.readFileSync(path.join(out, 'part-00000.json'), 'utf8')).toBe('{"id":1,"name":"ä\\n\\"\u2028"}\n[1,null]\n"text"\n')
    expect(await sc.jsonFile(out).collect()).toEqual([...values.slice(0, 6), { id: 9007199254740993n, deep: { list: [1, { x: [] }] } }])
    await expect(sc.parallelize([1]).saveAsJsonFile(out)).rejects.toThrow(FileAlreadyExistsError)
  }))

  test('are compressed, also where nothing is in them', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    await sc.parallelize([{ a: 1 }], 2).saveAsJsonFile(out, 'gzip')
    expect(listing(out)).toEqual(['_SUCCESS', 'part-00000.json.gz', 'part-00001.json.gz'])
    expect(zlib.gunzipSync(fs.readFileSync(path.join(out, 'part-00001.json.gz'))).toString()).toBe('{"a":1}\n')
    expect(await sc.jsonFile(out).collect()).toEqual([{ a: 1 }])
  }))

  test('are each in one partition, wherever a file is cut', () => inFolder(master, async (sc, folder) => {
    const file = path.join(folder, 'a.jsonl')
    const texts = Array.from({ length: 400 }, (_, i) => 'x'.repeat(i % 97))
    fs.writeFileSync(file, `\uFEFF${texts.map((text, i) => JSON.stringify({ i, text })).join('\r\n\n  \n')}`)
    for (const minPartitions of [1, 2, 7, 61]) {
      const read = await sc.jsonFile<{ i: number, text: string }>(file, { minPartitions }).collect()
      expect(read).toEqual(texts.map((text, i) => ({ i, text })))
    }
  }))

  test('that are none fail the job with file, line and byte', () => inFolder(master, async (sc, folder) => {
    const file = path.join(folder, 'bad.jsonl')
    fs.writeFileSync(file, '{"a":1}\n\n{"ä":2}\n{"a":\n')
    const error = await failure(sc.jsonFile(file, { minPartitions: 1 }).collect())
    expect(error.message).toContain(`${file}, line 4, byte 18: this line is not JSON: `)
    expect(error.message).toMatch(/jsonFile at json\.spec\.ts:\d+/)
    fs.writeFileSync(file, Buffer.concat([Buffer.from('"a"\n"'), Buffer.from([0xC3]), Buffer.from('"\n"\uFFFD"\n')]))
    expect((await failure(sc.jsonFile(file, { minPartitions: 1 }).collect())).message).toContain('line 2, byte 4: this line is not JSON: it is not valid UTF-8')
    expect(await sc.jsonFile(file, { mode: 'DROPMALFORMED' }).collect()).toEqual(['a', '\uFFFD'])
  }))

  test('that are none are left out or kept as text where that is asked for', () => inFolder(master, async (sc, folder) => {
    const file = path.join(folder, 'bad.jsonl')
    fs.writeFileSync(file, 'no\r\n{"a":1}\n{"a":\0}\n')
    expect(await sc.jsonFile(file, { mode: 'DROPMALFORMED' }).collect()).toEqual([{ a: 1 }])
    expect(await sc.jsonFile(file, { mode: 'PERMISSIVE' }).collect()).toEqual([{ _corrupt_record: 'no' }, { a: 1 }, { _corrupt_record: '{"a":\0}' }])
    expect(await sc.jsonFile(file, { mode: 'PERMISSIVE', columnNameOfCorruptRecord: '__proto__' }).map(x => Object.keys(x)).collect())
      .toEqual([['__proto__'], ['a'], ['__proto__']])
  }))

  test('that are too deep or too long, cut off or damaged, are clear errors', () => inFolder(master, async (sc, folder) => {
    const file = path.join(folder, 'hostile.json')
    fs.writeFileSync(file, `${'['.repeat(100_000)}${']'.repeat(100_000)}\n`)
    expect((await failure(sc.jsonFile(file).collect())).message).toContain('it nests deeper than receivedDepthMax, 500 levels')
    fs.writeFileSync(file, `"${'['.repeat(100_000)}"\n`)
    expect(await sc.jsonFile(file).map(text => text.length).collect()).toEqual([100_000])
    fs.writeFileSync(file, `"${'x'.repeat(16 * 1024 * 1024)}"`)
    expect((await failure(sc.jsonFile(file).count())).message).toContain(`The line at byte 0 of ${file} is longer than lineBytesMax`)
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync('{"a":1}\n'.repeat(10_000)).subarray(0, 50))
    expect((await failure(sc.jsonFile(`${file}.gz`).count())).message).toContain('is not a whole gzip file: unexpected end of file')
  }))

  test('documents are read whole, arrays of them as elements', () => inFolder(master, async (sc, folder) => {
    fs.writeFileSync(path.join(folder, 'a.json'), '\uFEFF[\n {"a": 1},\n {"a": 12345678901234567890}\n]')
    fs.writeFileSync(path.join(folder, 'b.json'), '{\n}\n')
    fs.writeFileSync(path.join(folder, 'c.json'), ' \n')
    expect(await sc.jsonFile(folder, { multiLine: true }).collect()).toEqual([{ a: 1 }, { a: 12345678901234567890n }, {}])
    fs.writeFileSync(path.join(folder, 'c.json'), '{')
    expect((await failure(sc.jsonFile(folder, { multiLine: true }).collect())).message).toContain('c.json, line 1, byte 0: this document is not JSON')
    expect(await sc.jsonFile(path.join(folder, '[bc].json'), { multiLine: true, mode: 'PERMISSIVE' }).collect()).toEqual([{}, { _corrupt_record: '{' }])
  }))

  test('options are checked at the call', () => inFolder(master, async sc => {
    expect(() => sc.jsonFile('x', { mod: 'FAILFAST' } as never)).toThrow('there is no option "mod"; did you mean mode?')
    expect(() => sc.jsonFile('x', { mode: 'failfast' } as never)).toThrow('mode must be one of "FAILFAST"')
    await expect(sc.parallelize([1]).saveAsJsonFile('x', 'lzo' as never)).rejects.toThrow("the codec must be 'gzip'")
    await expect(sc.parallelize([undefined], 1).saveAsJsonFile('never-there')).rejects.toThrow('an element cannot be written as JSON: undefined has no JSON')
  }))
})

describe('JSON text', () => {
  test('has bigints, bytes, maps and sets, and what JSON.stringify writes of the rest', () => {
    expect(jsonLine({ a: 1n, b: Buffer.from('hi'), c: new Map<unknown, unknown>([['__proto__', 2n], [1, [3n]]]), d: new Set([4n]), e: undefined, f: () => 1, g: [undefined, 5n] }))
      .toBe('{"a":1,"b":"aGk=","c":{"__proto__":2,"1":[3]},"d":[4],"g":[null,5]}')
    expect(jsonLine(new Uint8Array([255]))).toBe('"/w=="')
    class Named { constructor(readonly x: bigint) {} toJSON() { return { named: this.x } } }
    expect(jsonLine([new Named(1n), new Date(0), NaN, Object('boxed')])).toBe('[{"named":1},"1970-01-01T00:00:00.000Z",null,"boxed"]')
    const cycle: any[] = [1n]
    cycle.push(cycle)
    expect(() => jsonLine(cycle)).toThrow('it nests deeper than receivedDepthMax, 500 levels, or holds itself')
    expect(() => jsonLine(new Map([[{}, 1]]))).toThrow('a key of a Map is an object')
  })

  test('property: what is written by hand equals JSON.stringify where that can, and is read again', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), value => {
      expect(jsonLine(value)).toBe(JSON.stringify(value))
      // With a bigint in it, it goes the other way.
      expect(jsonLine([value, 0n])).toBe(`[${JSON.stringify(value)},0]`)
      expect(parseJson(jsonLine(value), false)).toEqual(JSON.parse(JSON.stringify(value)))
    }), { numRuns: 500 })
  })

  test('property: whole numbers of any size come back exactly, in any company', () => {
    const leaf = fc.oneof(fc.bigInt(), fc.string({ unit: 'binary' }), fc.double({ noDefaultInfinity: true, noNaN: true }).map(x => x === 0 ? 0 : x), fc.stringMatching(/^\d{16,20}$/), fc.constant('\uE000'))
    const normal = (value: unknown): unknown => typeof value === 'bigint' && value === BigInt(Number(value)) && Number.isSafeInteger(Number(value)) ? Number(value)
      : typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && !String(value).includes('e') ? BigInt(String(value)) : value
    fc.assert(fc.property(fc.array(fc.tuple(fc.string(), leaf)), entries => {
      const text = jsonLine(entries)
      expect(parseJson(text, true)).toEqual(entries.map(([name, value]) => [name, normal(value)]))
    }), { numRuns: 500 })
  })
})
