/** Hadoop's formats: what is written is read again, wherever it is cut; classes are found or refused; damage is said with its place. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import fc from 'fast-check'
import { FileAlreadyExistsError, type HadoopFileOptions, type SparkContext, type Writable } from '../../../../lib/index'
import { readLength, readVlong, vlongBytes } from '../../../../lib/connect/formats/hadoop/vints'
import { masters, withSpark } from '../../../support/contexts'
import { listing, withFolder } from '../../../support/folders'
import { withStreaming } from '../../../support/streams'

const inFolder = (master: string, f: (sc: SparkContext, folder: string) => Promise<void>): Promise<void> =>
  withFolder(folder => withSpark(master, sc => f(sc, folder)))
const failure = (run: Promise<unknown>): Promise<any> => run.then(() => { throw new Error('not refused') }, error => error)
const layouts: HadoopFileOptions[] = [
  {}, { codec: 'gzip', compression: 'RECORD' }, { codec: 'org.apache.hadoop.io.compress.DefaultCodec', compression: 'BLOCK' }, { codec: 'GzipCodec' },
]

describe.each(masters)('SequenceFiles on %s', master => {
  test('hold what was written, in every layout and wherever they are cut', () => inFolder(master, async (sc, folder) => {
    const pairs = Array.from({ length: 8_000 }, (_, i): [string, number] => [`wörd ${'x'.repeat(i % 50)}${i}`, i])
    for (const [i, layout] of layouts.entries()) {
      const out = path.join(folder, `out-${i}`)
      await sc.parallelize(pairs, 2).saveAsHadoopFile(out, layout)
      expect(listing(out)).toEqual(['_SUCCESS', 'part-00000', 'part-00001'])
      for (const n of [9]) expect(await sc.sequenceFile<string, number>(out, 'Text', 'org.apache.hadoop.io.IntWritable', n).map(([key, value]) => key.length + value).sum()).toBe(pairs.reduce((sum, [key, value]) => sum + key.length + value, 0))
      expect(await sc.sequenceFile<string, number>(out).take(3)).toEqual(pairs.slice(0, 3))
    }
    const files = await sc.sequenceFile(path.join(folder, 'out-0'), null, null, 4).glom().map(part => part.length).collect()
    expect(files.length).toBe(4)
    expect(Math.min(...files)).toBeGreaterThan(0)
  }))

  test('have the classes of the first pair, or those that are named', () => inFolder(master, async (sc, folder) => {
    const cases: [[unknown, unknown], string, string][] = [
      [['a', 1], 'Text', 'IntWritable'], [[1.5, 'a'], 'DoubleWritable', 'Text'], [[2 ** 31, null], 'DoubleWritable', 'NullWritable'],
      [[7n, new Uint8Array([0, 255])], 'LongWritable', 'BytesWritable'], [[true, undefined], 'BooleanWritable', 'NullWritable'],
    ]
    for (const [i, [[key, value], keyClass, valueClass]] of cases.entries()) {
      const out = path.join(folder, String(i))
      await sc.parallelize<[unknown, unknown]>([[key, value]], 1).saveAsSequenceFile(out, 'deflate')
      expect(await sc.sequenceFile(out).collect()).toEqual([[key, value ?? null]])
      const names = fs.readFileSync(path.join(out, 'part-00000'), 'latin1').match(/org\.apache\.hadoop\.io\.[A-Za-z]+Writable|org\.apache\.hadoop\.io\.Text/g)
      expect(names).toEqual([`org.apache.hadoop.io.${keyClass}`, `org.apache.hadoop.io.${valueClass}`])
    }
    const out = path.join(folder, 'named')
    await sc.parallelize<[number, number]>([[1, 2], [-3, 0.5]], 1).saveAsHadoopFile(out, { keyClass: 'LongWritable', valueClass: 'FloatWritable' })
    expect(await sc.sequenceFile(out).collect()).toEqual([[1n, 2], [-3n, 0.5]])
    await sc.emptyRDD<[string, string]>().saveAsSequenceFile(`${out}-empty`)
    expect(listing(`${out}-empty`)).toEqual(['_SUCCESS'])
  }))

  test('refuse what a class cannot hold, with the class', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const save = (pair: [unknown, unknown], options?: HadoopFileOptions): Promise<any> => failure(sc.parallelize<[unknown, unknown]>([pair], 1).saveAsHadoopFile(out, options))
    expect((await failure(sc.parallelize<[string, number]>([['a', 1], ['b', 1.5]], 1).saveAsSequenceFile(out))).message).toContain('a value cannot be written: 1.5 is no IntWritable')
    expect((await save([2 ** 31, 1], { keyClass: 'IntWritable' })).message).toContain('a key cannot be written: 2147483648 is no IntWritable')
    expect((await save([2n ** 63n, 1])).message).toContain('9223372036854775808n is no LongWritable')
    expect((await save([{}, 1])).message).toContain('no Writable is known for a key that is an object (Object)')
    expect((await failure((sc.parallelize([1]) as any).saveAsSequenceFile(out))).message).toContain('the elements must be pairs of a key and a value, this one is 1')
    expect((await save(['a', 1], { keyClass: 'IntWriteable' as never })).message).toContain('keyClass "IntWriteable" is not known; did you mean IntWritable?')
    expect((await save(['a', 1], { format: 'ParquetOutputFormat' })).message).toContain('the output format "ParquetOutputFormat" is not known')
    expect((await save(['a', 1], { codec: 'BZip2Codec' as never })).message).toContain('the codec "BZip2Codec" is not known')
    expect((await save(['a', 1], { compression: 'BLOCK' })).message).toContain('compression needs a codec')
    expect((await save(['a', 1], { format: 'TextOutputFormat', codec: 'deflate' })).message).toContain('TextOutputFormat is compressed with GzipCodec here')
    expect(listing(folder)).toEqual([])
    await sc.parallelize<[string, number]>([['a', 1]]).saveAsSequenceFile(out)
    const again = await failure(sc.parallelize<[string, number]>([['a', 1]]).saveAsSequenceFile(out))
    expect(again).toBeInstanceOf(FileAlreadyExistsError)
    expect(again.at).toMatch(/^saveAsSequenceFile at hadoop\.spec\.ts:\d+$/)
    expect((await failure(sc.sequenceFile(out, 'LongWritable').collect())).message).toContain('its keys are org.apache.hadoop.io.Text, not org.apache.hadoop.io.LongWritable')
  }))

  test('hold classes of the user, by how their bytes are made', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const point: Writable<{ x: number, y: number }> = {
      className: 'org.example.Point',
      encode: ({ x, y }) => Uint8Array.of(x, y),
      decode: bytes => ({ x: bytes[0]!, y: bytes[1]! }),
    }
    await sc.parallelize<[string, { x: number, y: number }]>([['a', { x: 1, y: 2 }]], 1).saveAsHadoopFile(out, { valueClass: point })
    expect(await sc.sequenceFile(out, null, point).collect()).toEqual([['a', { x: 1, y: 2 }]])
    expect((await failure(sc.sequenceFile(out).collect())).message).toContain('its values are org.example.Point, which is not known')
  }))

  test('that are cut off or damaged are errors with file and byte', () => inFolder(master, async (sc, folder) => {
    const file = path.join(folder, 'file')
    const out = path.join(folder, 'out')
    await sc.parallelize<[string, number]>([['first', 1], ['second', 2]], 1).saveAsSequenceFile(out)
    const whole = fs.readFileSync(path.join(out, 'part-00000'))
    const reading = async (bytes: Uint8Array): Promise<string> => {
      fs.writeFileSync(file, bytes)
      return (await failure(sc.sequenceFile(file, null, null, 1).collect())).message
    }
    expect(await reading(whole.subarray(0, whole.length - 3))).toContain(`${file}, byte ${whole.length - 15}: the file ends within a record: 15 bytes should follow, 12 do`)
    expect(await reading(whole.subarray(0, 60))).toContain('this is no SequenceFile: it ends within the header')
    expect(await reading(new Uint8Array(0))).toContain('this is no SequenceFile: it is empty')
    expect(await reading(Buffer.from('PAR1 and so on'))).toContain('this is no SequenceFile: it does not begin with SEQ')
    expect(await reading(Buffer.concat([Buffer.from('SEQ\x04'), whole.subarray(4)]))).toContain('this is a SequenceFile of version 4; only version 6 can be read')
    const long = Buffer.from(whole)
    long.writeInt32BE(0x7FFF_FFF0, whole.length - 19)
    expect(await reading(long)).toMatch(/the file ends within a record: \d+ bytes should follow, 15 do/)
    const text = Buffer.from(whole)
    text[whole.length - 11] = 40
    expect(await reading(text)).toContain('a record cannot be read: the length of a Text is not that of its bytes')
    const named = Buffer.from(whole.toString('latin1').replace('\x01\x00\x2aorg.apache.hadoop', '\x01\x00\x2aorg.apache.hadoop'), 'latin1')
    expect(await reading(named.subarray(0, named.length - 1))).toContain('the file ends within a record')
  }))

  test('of codecs that are not here name the codec', () => inFolder(master, async (sc, folder) => {
    const file = path.join(folder, 'file')
    const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])
    const header = (codec: string): Buffer => Buffer.concat([
      Buffer.from('SEQ\x06'), text('org.apache.hadoop.io.Text'), text('org.apache.hadoop.io.Text'), Buffer.from([1, 1]), text(codec), Buffer.alloc(4), Buffer.alloc(16, 7),
    ])
    fs.writeFileSync(file, header('org.apache.hadoop.io.compress.SnappyCodec'))
    expect((await failure(sc.sequenceFile(file).collect())).message).toContain('is compressed with org.apache.hadoop.io.compress.SnappyCodec, which cannot be read here')
  }))
})

describe.each(masters)('text in the formats of Hadoop on %s', master => {
  test('is pairs of a byte and a line, or of what stands around a tab', () => inFolder(master, async (sc, folder) => {
    const file = path.join(folder, 'a.txt')
    fs.writeFileSync(file, 'ä\tb\r\n\nc\td\te')
    for (const n of [1, 3, 9]) {
      expect(await sc.hadoopFile(file, 'TextInputFormat', 'LongWritable', 'Text', n).collect()).toEqual([[0n, 'ä\tb'], [6n, ''], [7n, 'c\td\te']])
      expect(await sc.newAPIHadoopFile(file, 'org.apache.hadoop.mapreduce.lib.input.KeyValueTextInputFormat', null, null, n).collect()).toEqual([['ä', 'b'], ['', ''], ['c', 'd\te']])
    }
    expect(() => sc.hadoopFile(file, 'org.example.TextInputFormat')).toThrow('the input format "org.example.TextInputFormat" is not known')
    expect(() => sc.hadoopFile(file, 'TextInputFormt')).toThrow('did you mean TextInputFormat?')
  }))

  test('is lines of key, tab and value', () => inFolder(master, async (sc, folder) => {
    const out = path.join(folder, 'out')
    const pairs: [unknown, unknown][] = [['a', 1], [null, 'alone'], ['key', undefined], [null, null], [[1, 2], 3n]]
    await sc.parallelize(pairs, 1).saveAsNewAPIHadoopFile(out, { format: 'org.apache.hadoop.mapreduce.lib.output.TextOutputFormat' })
    expect(fs.readFileSync(path.join(out, 'part-00000'), 'utf8')).toBe('a\t1\nalone\nkey\n\n(1,2)\t3\n')
    await sc.parallelize(pairs, 1).saveAsHadoopFile(`${out}-gz`, { format: 'TextOutputFormat', codec: 'GzipCodec' })
    expect(await sc.hadoopFile(`${out}-gz`, 'KeyValueTextInputFormat').take(1)).toEqual([['a', '1']])
  }))

  test('and pairs are written by streams, a folder a batch', () => withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
    const counts = ssc.queueStream([['a', 'b', 'a'], []]).map(word => [word, 1]).reduceByKey((a, b) => a + b, 1)
    counts.saveAsHadoopFiles(path.join(folder, 'pairs'), 'seq', { keyClass: 'Text', valueClass: 'IntWritable' })
    counts.saveAsNewAPIHadoopFiles(path.join(folder, 'lines'), null, { format: 'TextOutputFormat' })
    expect(() => counts.saveAsHadoopFiles('x', 'y', { keyClas: 'Text' } as never)).toThrow('there is no option "keyClas"; did you mean keyClass?')
    await ssc.start()
    await runBatches(2)
    expect(listing(folder).filter(name => name.endsWith('/'))).toEqual(['lines-1000/', 'lines-2000/', 'pairs-1000.seq/', 'pairs-2000.seq/'])
    expect((await ssc.sparkContext.sequenceFile(path.join(folder, 'pairs-1000.seq')).collect()).sort()).toEqual([['a', 2], ['b', 1]])
    expect(await ssc.sparkContext.sequenceFile(path.join(folder, 'pairs-2000.seq')).collect()).toEqual([])
  })))

  test('are streams of the new files of a folder', () => withFolder(folder => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const incoming = path.join(folder, 'in')
    fs.mkdirSync(incoming)
    await ssc.sparkContext.parallelize<[string, number]>([['a', 1]], 1).saveAsSequenceFile(path.join(folder, 'made'))
    await clock.set(100_000)
    expect(() => ssc.sequenceFileStream(incoming, { keyClas: 'Text' } as never)).toThrow('there is no option "keyClas"; did you mean keyClass?')
    const seen: unknown[] = []
    ssc.sequenceFileStream<string, number>(incoming, { keyClass: 'Text' }).foreachRDD(async rdd => { seen.push(await rdd.collect()) })
    await ssc.start()
    fs.copyFileSync(path.join(folder, 'made', 'part-00000'), path.join(incoming, 'a'))
    fs.utimesSync(path.join(incoming, 'a'), 100.5, 100.5)
    await runBatches(2)
    expect(seen).toEqual([[['a', 1]], []])
  })))
})

describe('properties', () => {
  test('whole numbers of variable length come back', () => {
    fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), value => {
      const bytes = Buffer.from(vlongBytes(value))
      expect(readVlong(Buffer.concat([Buffer.from([1]), bytes, Buffer.from([9])]), 1)).toEqual({ value, end: 1 + bytes.length })
      expect(readVlong(bytes.subarray(0, -1), 0)).toBeUndefined()
      expect(readLength(bytes, 0)).toEqual(value >= 0n && value < 2n ** 31n ? { value: Number(value), end: bytes.length } : undefined)
    }))
  })
})
