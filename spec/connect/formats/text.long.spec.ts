/** Text from strangers: whatever bytes a file holds, it is read or refused by name, and alike wherever it is cut. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import type { RDD, SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

const inFolder = (f: (sc: SparkContext, folder: string) => Promise<void>): Promise<void> => withFolder(folder => withSpark('local', sc => f(sc, folder)))
const piece = fc.oneof(
  fc.constantFrom('{"a":1}', '[', ']', '{', '"', '""', '\\', ',', '\n', '\r\n', '\r', '\0', 'ä', '\u{1F600}', '\uFEFF', ' ', '1e999', '12345678901234567890', 'null', '\t').map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 3 }).map(bytes => Buffer.from(bytes)),
)
const file = fc.array(piece, { maxLength: 60 }).map(pieces => Buffer.concat(pieces))

/** What a job gives: its elements, or the code of its error. */
const outcome = (rdd: RDD<any>): Promise<unknown> => rdd.collect().catch((error: { code: string }) => error.code)

const readers: [string, (sc: SparkContext, at: string, minPartitions: number) => RDD<any>][] = [
  ['JSON lines', (sc, at, minPartitions) => sc.jsonFile(at, { mode: 'PERMISSIVE', minPartitions })],
  ['CSV', (sc, at, minPartitions) => sc.csvFile(at, { mode: 'PERMISSIVE', minPartitions })],
  ['CSV with escapes and names', (sc, at, minPartitions) => sc.csvFile(at, { mode: 'PERMISSIVE', minPartitions, escape: '\\', columns: ['a', 'b'], types: { b: 'bigint' } })],
  ['CSV of lines', (sc, at, minPartitions) => sc.csvFile(at, { mode: 'DROPMALFORMED', minPartitions, multiLine: false })],
  ['keys and values', (sc, at, minPartitions) => sc.hadoopFile(at, 'KeyValueTextInputFormat', null, null, minPartitions)],
  ['bytes and lines', (sc, at, minPartitions) => sc.hadoopFile(at, 'TextInputFormat', null, null, minPartitions)],
]

test.each(readers)('%s of any bytes are alike however they are cut, and when they are compressed', (_name, read) => inFolder(async (sc, folder) => {
  const at = path.join(folder, 'file')
  await fc.assert(fc.asyncProperty(file, fc.integer({ min: 2, max: 9 }), async (bytes, parts) => {
    fs.writeFileSync(at, bytes)
    fs.writeFileSync(`${at}.gz`, zlib.gzipSync(bytes))
    const whole = await outcome(read(sc, at, 1))
    expect(Array.isArray(whole)).toBe(true)
    expect(await outcome(read(sc, at, parts))).toEqual(whole)
    expect(await outcome(read(sc, `${at}.gz`, 1))).toEqual(whole)
  }), { numRuns: 200 })
}))

test('what fails fast fails with a name, and with a place that is in the file', () => inFolder(async (sc, folder) => {
  const at = path.join(folder, 'file')
  await fc.assert(fc.asyncProperty(file, fc.integer({ min: 1, max: 4 }), async (bytes, minPartitions) => {
    fs.writeFileSync(at, bytes)
    for (const rdd of [sc.jsonFile(at, { minPartitions }), sc.csvFile(at, { minPartitions }), sc.jsonFile(at, { multiLine: true })]) {
      const error = await rdd.collect().then(() => undefined, (refused: Error & { code: string }) => refused)
      if (error === undefined) continue
      expect(error.code).toBe('MR_INPUT_DAMAGED')
      expect(Number(/byte (\d+): this/.exec(error.message)![1])).toBeLessThanOrEqual(bytes.length)
    }
  }), { numRuns: 150 })
}))
