/** SequenceFiles between Hadoop and Millrace: each reads what the other writes, in every compression, wherever it is cut. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { jars } from '../support/downloads'
import { runJava } from '../support'

const source = path.join(__dirname, 'SequenceFiles.java')

async function hadoop(...args: string[]): Promise<string[]> {
  const printed = await runJava({ jars: await jars('hdfs', '3.4.2'), main: source, args })
  return printed.split('\n').slice(0, -1)
}

const inFolder = (f: (sc: SparkContext, folder: string) => Promise<void>): Promise<void> => withFolder(folder => withSpark('local[2]', sc => f(sc, folder)))
const floats = [0, -0, 1.5, NaN, Infinity, 0]
const variable = [0, -112, -113, 127, 128, 255, 256, -256, -257, 2 ** 31 - 1, -(2 ** 31)]

/** What SequenceFiles.java writes. */
const written: Record<string, unknown[]> = {
  words: Array.from({ length: 20_000 }, (_, i) => [`wörd ${i}`, i - 10_000]),
  longs: [
    ...[0n, -1n, 127n, 128n, -(2n ** 63n), 2n ** 63n - 1n].map(value => [value, Uint8Array.of(0, Number(value & 0xFFn), 255)]), [7n, new Uint8Array(0)],
  ],
  nulls: ['', '\u{1F600}', '\0', 'tab\tnewline\n', 'x'.repeat(300_000)].map(text => [null, text]),
  doubles: [0, -0, 1.5, NaN, Infinity, Number.MIN_VALUE].map((value, i) => [value, floats[i]]),
  variables: variable.map(value => [BigInt.asIntN(64, BigInt(value) * 4294967297n), value]),
  small: [[0, 0], [256, 1], [-32768, -128], [32512, 127]],
  booleans: [[true, null], [false, null]],
  empty: [],
}

test('what Hadoop writes is read, in any number of partitions', () => inFolder(async (sc, folder) => {
  await hadoop('write', folder)
  for (const [name, pairs] of Object.entries(written)) {
    for (const compression of ['NONE', 'RECORD', 'BLOCK']) {
      for (const minPartitions of [1, 6]) {
        const read = await sc.sequenceFile(path.join(folder, `${name}-${compression}`), null, null, minPartitions).collect()
        expect({ name, compression, read }).toEqual({ name, compression, read: pairs })
      }
    }
  }
}), 120_000)

const shown = (value: unknown): string => value === null ? 'null' : value instanceof Uint8Array ? Array.from(value, byte => byte.toString(16).padStart(2, '0')).join(' ')
  : typeof value === 'number' && !Number.isInteger(value) ? String(value) : String(value).replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\t/g, '\\t')

test('Hadoop reads what is written here', () => inFolder(async (sc, folder) => {
  const cases: [string, unknown[], string][] = [
    ['words', written.words!, 'Text IntWritable'],
    ['longs', written.longs!, 'LongWritable BytesWritable'],
    ['nulls', written.nulls!, 'NullWritable Text'],
    ['doubles', [[1.5, true], [-0.25, false]], 'DoubleWritable BooleanWritable'],
  ]
  const layouts = [['NONE'], ['RECORD', 'deflate'], ['RECORD', 'gzip'], ['BLOCK', 'deflate'], ['BLOCK', 'gzip']] as const
  const files: string[] = []
  for (const [name] of cases) for (const [compression, codec] of layouts) files.push(path.join(folder, `${name}-${compression}-${codec ?? ''}`, 'part-00000'))
  for (const [name, pairs] of cases) {
    for (const [compression, codec] of layouts) {
      const out = path.join(folder, `${name}-${compression}-${codec ?? ''}`)
      const options = codec === undefined ? {} : { codec, compression: compression as 'RECORD' | 'BLOCK' }
      await sc.parallelize(pairs as [unknown, unknown][], 1).saveAsHadoopFile(out, options)
    }
  }
  const expected = cases.flatMap(([, pairs, classes]) => layouts.flatMap(([compression]) => [
    `${classes} ${compression}`, ...(pairs as [unknown, unknown][]).map(([key, value]) => `${shown(key)}\t${shown(value)}`),
  ]))
  expect(await hadoop('dump', ...files)).toEqual(expected)
  // Hadoop cuts them where Hadoop cuts its own: at the markers.
  const ranges = (await hadoop('split', path.join(folder, 'words-NONE-', 'part-00000'), '4')).map(Number)
  expect(ranges.reduce((sum, count) => sum + count)).toBe(20_000)
  expect(ranges.filter(count => count > 0)).toHaveLength(4)
}), 120_000)

test('Hadoop shows what is written here by its own tool, lines of TextOutputFormat and pairs', () => inFolder(async (sc, folder) => {
  const out = path.join(folder, 'lines')
  await sc.parallelize<[string, number | null]>([['a', 1], ['b', null]], 1).saveAsHadoopFile(out, { format: 'TextOutputFormat', codec: 'gzip' })
  expect(fs.readdirSync(out).sort()).toEqual(['_SUCCESS', 'part-00000.gz'])
  const settings = path.join(folder, 'settings')
  fs.mkdirSync(settings)
  fs.writeFileSync(path.join(settings, 'core-site.xml'), '<configuration/>')
  const text = async (file: string): Promise<string> => (
    runJava({ jars: await jars('hdfs', '3.4.2'), settings, main: 'org.apache.hadoop.fs.FsShell', args: ['-text', file] }))
  expect(await text(path.join(out, 'part-00000.gz'))).toBe('a\t1\nb\n')
  await sc.parallelize<[string, bigint]>([['a', 1n]], 1).saveAsSequenceFile(path.join(folder, 'pairs'), 'gzip')
  expect(await text(path.join(folder, 'pairs', 'part-00000'))).toBe('a\t1\n')
}), 120_000)
