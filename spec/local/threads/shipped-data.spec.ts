/** What the driver holds reaches the threads whole: few elements and many, text in shared memory and not. */
import { isShared, sharedBytesMin } from '../../../lib/base/shared-bytes'
import { decodeColumns } from '../../../lib/codec/columns'
import type { SparkContext } from '../../../lib/index'
import { decodeChunks, shippedData } from '../../../lib/local/threads/shipped-data'
import { blocksRdd, type Block } from '../../../lib/streaming/receivers/block'
import { withSpark } from '../../support/contexts'

const shipped = (rdd: any, partition = 0): ReturnType<typeof shippedData> => shippedData(rdd, rdd.node.definition, rdd.node.args, partition)
const inThreads = (f: (sc: SparkContext) => Promise<void>): Promise<void> => withSpark('local[2]', f)
const textBlock = (text: Uint8Array): Block => ({ kind: 'text', text, records: 1, bytes: text.byteLength })

test('few elements are columns, many are chunks; both are made once', () => inThreads(async sc => {
  const few = sc.parallelize(Array.from({ length: 4_096 }, (_, n) => ({ n })), 1)
  const columns = await shipped(few)
  expect(columns.kind === 'columns' && decodeColumns(columns.bytes)).toEqual(await few.collect())
  expect(await shipped(few)).toBe(columns)
  const many = sc.parallelize(Array.from({ length: 30_000 }, (_, n) => [n, `name ${n}`]), 1)
  const chunks = await shipped(many)
  expect(chunks.kind === 'chunks' && decodeChunks(chunks.chunks)).toEqual(await many.collect())
  expect(await shipped(many)).toBe(chunks)
}))

test('two large partitions at a time', () => inThreads(async sc => {
  const rdd = sc.parallelize(Array.from({ length: 20_000 }, (_, n) => n), 2)
  const both = await Promise.all([shipped(rdd, 0), shipped(rdd, 1)])
  expect(both.flatMap(data => data.kind === 'chunks' ? decodeChunks(data.chunks) : [])).toEqual(Array.from({ length: 20_000 }, (_, n) => n))
  expect(await rdd.map(n => n + 1).sum()).toBe(20_000 * 20_001 / 2)
}))

test('large text is shared once, however many jobs read it; of small text no more goes than there is', () => inThreads(async sc => {
  const large = Buffer.from('a line of text\n'.repeat(sharedBytesMin / 10))
  const small = Buffer.from('padding\nb\n').subarray(8)
  const rdd = blocksRdd(sc, [textBlock(large), textBlock(small)])
  const first = await shipped(rdd, 0)
  const second = await shipped(rdd, 1)
  if (first.kind !== 'text' || second.kind !== 'text') throw new Error('it is text')
  expect(isShared(first.blocks[0]!)).toBe(true)
  expect((await shipped(rdd, 0) as typeof first).blocks[0]!.buffer).toBe(first.blocks[0]!.buffer)
  expect(second.blocks[0]!.buffer.byteLength).toBe(2)
  expect(await rdd.count()).toBe(Math.floor(sharedBytesMin / 10) + 1)
  expect(await rdd.distinct().collect()).toEqual(expect.arrayContaining(['a line of text', 'b']))
}))

test('what cannot be encoded fails its job, and the next one runs', () => inThreads(async sc => {
  const bad = sc.parallelize([...Array(5_000).keys(), (() => 1) as unknown], 1)
  await expect(bad.count()).rejects.toThrow(/function/)
  expect(await sc.parallelize([...Array(5_000).keys()], 1).count()).toBe(5_000)
}))
