/** SequenceFiles from strangers: bytes that are wrong, and blocks that grow, are refused by name; nothing hangs. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import fc from 'fast-check'
import type { HadoopFileOptions } from '../../../../lib/index'
import { withSpark } from '../../../support/contexts'
import { withFolder } from '../../../support/folders'

const layouts: HadoopFileOptions[] = [{}, { codec: 'gzip', compression: 'RECORD' }, { codec: 'DefaultCodec', compression: 'BLOCK' }, { codec: 'GzipCodec' }]

test('a block that grows too large is refused', () => withFolder(folder => withSpark('local', async sc => {
  const file = path.join(folder, 'file')
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])
  const header = (codec: string): Buffer => Buffer.concat([
    Buffer.from('SEQ\x06'), text('org.apache.hadoop.io.Text'), text('org.apache.hadoop.io.Text'), Buffer.from([1, 1]), text(codec), Buffer.alloc(4), Buffer.alloc(16, 7),
  ])
  const bomb = zlib.deflateSync(Buffer.alloc(540 * 1024 * 1024))
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(bomb.length)
  const length = Buffer.concat([Buffer.from([0x8c]), bytes])
  fs.writeFileSync(file, Buffer.concat([header('org.apache.hadoop.io.compress.DefaultCodec'), Buffer.from([255, 255, 255, 255]), Buffer.alloc(16, 7), Buffer.from([1]), length, bomb]))
  await expect(sc.sequenceFile(file, null, null, 1).collect()).rejects.toThrow('it has more than formatBlockBytesMax, 536870912 bytes, when decompressed')
})))

test('a file in which bytes are wrong is read, or refused by name; it never hangs', () => withFolder(folder => withSpark('local', async sc => {
  const pairs = Array.from({ length: 40 }, (_, i): [string, bigint] => [`key ${i}`, BigInt(i)])
  for (const [i, layout] of layouts.entries()) await sc.parallelize(pairs, 1).saveAsHadoopFile(path.join(folder, `${i}`), layout)
  const files = layouts.map((_, i) => fs.readFileSync(path.join(folder, `${i}`, 'part-00000')))
  const file = path.join(folder, 'broken')
  const refusals = new Set<string>()
  await fc.assert(fc.asyncProperty(fc.nat(layouts.length - 1), fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 3 }), fc.nat(60), async (which, changes, cut) => {
    const bytes = Buffer.from(files[which]!)
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte
    fs.writeFileSync(file, cut > 50 ? bytes.subarray(0, bytes.length * (cut - 50) / 12) : bytes)
    const outcome = await sc.sequenceFile(file, null, null, 1 + cut % 3).collect().then(read => Array.isArray(read), (error: Error & { code: string, cause?: { code?: string } }) => {
      refusals.add(String(error.cause?.code))
      return error.cause?.code === 'MR_INPUT_DAMAGED' || error.cause?.code === 'MR_UNSUPPORTED'
    })
    expect(outcome).toBe(true)
  }), { numRuns: 300 })
  expect(refusals).toContain('MR_INPUT_DAMAGED')
})))
