/** textFile: the lines of files, however they are cut; wrong paths fail the first action. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import type { SparkContext } from '../../../lib/index'
import { limits } from '../../../lib/base/limits'
import { textFilesRdd } from '../../../lib/rdd/sources/text-file'
import { masters, withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'ä', '😀', '\r', ','), maxLength: 12 })

describe.each(masters)('textFile on %s', master => {
  const inFolder = <R>(f: (sc: SparkContext, folder: string) => Promise<R>): Promise<R> =>
    withFolder(folder => withSpark(master, sc => f(sc, folder)))
  const write = (folder: string, name: string, content: string | Buffer): string => {
    const file = path.join(folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, content)
    return file
  }

  test('has every line exactly once, in order, wherever the file is cut', () => inFolder((sc, folder) => fc.assert(fc.asyncProperty(
    fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.integer({ min: 1, max: 60 }),
    async (lines, ending, endsWithEnding, minPartitions) => {
      const text = lines.join(ending) + (endsWithEnding && lines.length > 0 ? ending : '')
      const expected = text === '' ? [] : text.replace(/\n$/, '').split('\n').map(one => one.replace(/\r$/, ''))
      const unended = endsWithEnding || !text.endsWith('\r') ? expected : [...expected.slice(0, -1), `${expected.at(-1)}\r`]
      const file = write(folder, 'text', text)
      const rdd = sc.textFile(file, minPartitions)
      expect(await rdd.collect()).toEqual(unended)
      const gzipped = write(folder, 'text.gz', zlib.gzipSync(text))
      expect(await sc.textFile(gzipped, minPartitions).collect()).toEqual(unended)
    },
  ), { numRuns: 80 })))

  test('is cut as Spark cuts files: ranges of the wanted size, the last up to a tenth more', () => inFolder(async (sc, folder) => {
    const file = write(folder, 'hundred', `${'123456789\n'.repeat(10)}`)
    for (const [minPartitions, count] of [[1, 1], [2, 2], [3, 3], [7, 8], [10, 10]]) {
      expect(sc.textFile(file, minPartitions).getNumPartitions()).toBe(count)
    }
    expect(sc.textFile(file).getNumPartitions()).toBe(sc.defaultMinPartitions)
    expect(sc.textFile(write(folder, 'empty', ''), 4).getNumPartitions()).toBe(1)
    expect(sc.textFile(write(folder, 'zipped.gz', zlib.gzipSync('a\n'.repeat(100))), 4).getNumPartitions()).toBe(1)
    const many = sc.textFile(file, 5)
    await many.count()
    expect(many.getNumPartitions()).toBe(5)
  }))

  test('takes folders, commas and globs, in order, and leaves hidden names out', () => inFolder(async (sc, folder) => {
    write(folder, 'in/b.txt', 'b')
    write(folder, 'in/a.txt', 'a')
    write(folder, 'in/_SUCCESS', '')
    write(folder, 'in/.a.crc', 'x')
    write(folder, 'more/c.log', 'c')
    expect(await sc.textFile(`${folder}/in`).collect()).toEqual(['a', 'b'])
    expect(await sc.textFile(`${folder}/more,${folder}/in/a.txt`).collect()).toEqual(['c', 'a'])
    expect(await sc.textFile(`${folder}/*/{b,c}.*`).collect()).toEqual(['b', 'c'])
    expect(await sc.textFile(`file://${folder}/in/[!b].txt`).collect()).toEqual(['a'])
  }))

  test('looks for its files at the first action, and then keeps to them', () => inFolder(async (sc, folder) => {
    const rdd = sc.textFile(path.join(folder, 'late')).map(text => text.length)
    write(folder, 'late', 'abc\n')
    expect(await rdd.collect()).toEqual([3])
    const missing = sc.textFile(path.join(folder, 'missing')).map(text => text)
    await expect(missing.count()).rejects.toMatchObject({
      code: 'MR_INPUT_NOT_FOUND', at: expect.stringMatching(/^textFile at text-file\.spec\.ts:\d+$/),
      message: `Input path does not exist: ${path.join(folder, 'missing')}`,
    })
    expect(() => sc.textFile(path.join(folder, 'missing')).getNumPartitions()).toThrow('Input path does not exist')
    await expect(sc.textFile(`${folder}/*.none`).collect()).rejects.toThrow('matches 0 files')
  }))

  test('reads files by their names where they are given as a list', () => inFolder(async (sc, folder) => {
    const odd = write(folder, 'a,{b}*.txt', 'x\ny\n')
    write(folder, 'a,{b}more.txt', 'z\n')
    expect(await textFilesRdd(sc, [odd]).collect()).toEqual(['x', 'y'])
    expect(textFilesRdd(sc, [odd, odd]).getNumPartitions()).toBe(2)
    await expect(textFilesRdd(sc, [path.join(folder, 'gone')]).count()).rejects.toThrow('Input path does not exist')
  }))

  test('is UTF-8: a byte-order mark is none of the text, broken bytes become U+FFFD', () => inFolder(async (sc, folder) => {
    const marked = write(folder, 'marked', Buffer.concat([Buffer.from([0xEF, 0xBB, 0xBF]), Buffer.from('ä\nb\n')]))
    expect(await sc.textFile(marked, 1).collect()).toEqual(['ä', 'b'])
    const broken = write(folder, 'broken', Buffer.from([0x61, 0xFF, 0x62, 0x0A, 0xC3]))
    expect(await sc.textFile(broken, 1).collect()).toEqual(['a\uFFFDb', '\uFFFD'])
  }))

  test('reads blocks beyond a megabyte and refuses a line without an end', () => inFolder(async (sc, folder) => {
    const long = 'x'.repeat(3_000_000)
    const file = write(folder, 'long', `short\n${long}\n${'line\n'.repeat(400_000)}`)
    const lengths = await sc.textFile(file, 3).map(text => text.length).collect()
    expect(lengths.length).toBe(400_002)
    expect(lengths.slice(0, 3)).toEqual([5, 3_000_000, 4])
    const endless = write(folder, 'endless', Buffer.alloc(limits.lineBytesMax + 100, 'x'))
    for (const minPartitions of [1, 3]) {
      await expect(sc.textFile(endless, minPartitions).count()).rejects.toThrow(/A line of .*endless is longer than lineBytesMax/)
    }
  }))

  test('can be read again and by partition-level operators', () => inFolder(async (sc, folder) => {
    const rdd = sc.textFile(write(folder, 'again', 'a\nb\nc\nd\n'), 2)
    expect(await rdd.mapPartitions(lines => [[...lines].join('+')]).collect()).toEqual(['a+b+c', 'd'])
    expect(await rdd.union(rdd).count()).toBe(8)
  }))

  test('refuses wrong arguments at the call', () => withSpark(master, sc => {
    expect(() => sc.textFile('')).toThrow('Can not create a Path from an empty string')
    expect(() => sc.textFile(undefined as never)).toThrow('the path must be a string')
    expect(() => sc.textFile('x', 0)).toThrow('minPartitions must be a whole number, 1 or more')
  }))
})
