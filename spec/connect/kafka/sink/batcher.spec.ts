/** Which partition and which batch an element goes to. */
import { BatchDecoder } from '../../../../lib/connect/kafka/records/decode-batch'
import { Deserializers } from '../../../../lib/connect/kafka/records/deserializers'
import { Batcher } from '../../../../lib/connect/kafka/sink/batcher'
import { partitionOfKey } from '../../../../lib/connect/kafka/sink/murmur2'
import type { RecordPlan } from '../../../../lib/connect/kafka/sink/options'
import type { OutgoingBatch } from '../../../../lib/connect/kafka/sink/record-sender'
import { thrown } from '../../../support/operator-cases'

const plan: RecordPlan = {
  topic: 't', key: undefined, value: undefined, headers: undefined, partition: undefined, timestamp: undefined, codec: 'none',
  batchBytes: 2_000, recordBytesMax: 5_000,
}

function batches(elements: readonly unknown[], own: Partial<RecordPlan> = {}, counts = new Map([['t', 4]]), start = 0): OutgoingBatch[] {
  const batcher = new Batcher({ ...plan, ...own }, counts, start)
  for (const element of elements) batcher.add(batcher.topicOf(element), element, 1_000)
  batcher.closeAll()
  return batcher.finished
}

function read({ topic, bytes }: OutgoingBatch): [unknown, unknown][] {
  const decoder = new BatchDecoder({ topic, partition: 0, fromOffset: 0, untilOffset: Infinity, key: Deserializers.string, value: Deserializers.string, checkCrcs: false })
  return [...decoder.decode(bytes, [])].flat().map(({ key, value }) => [key, value])
}

test('pairs go where their keys belong, in their order', () => {
  const pairs = Array.from({ length: 200 }, (_, i) => [`key ${i % 17}`, `value ${i}`] as [string, string])
  const all = batches(pairs)
  for (const batch of all) for (const [key] of read(batch)) expect(partitionOfKey(Buffer.from(key as string), 4)).toBe(batch.partition)
  for (let key = 0; key < 17; key++) {
    expect(all.flatMap(read).filter(pair => pair[0] === `key ${key}`)).toEqual(pairs.filter(pair => pair[0] === `key ${key}`))
  }
})

test('records without a key fill one partition after another', () => {
  const all = batches(Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(90)}`))
  expect(all.length).toBeGreaterThan(4)
  expect(all.map(({ partition }) => partition)).toEqual(all.map((_, i) => (all[0]!.partition + i) % 4))
  expect(all.every(({ bytes }) => bytes.length <= 2_000)).toBe(true)
})

test('tasks begin with different partitions, whatever their numbers have in common', () => {
  for (const step of [1, 2, 4, 8]) {
    const begun = Array.from({ length: 400 }, (_, i) => batches(['a'], {}, undefined, i * step)[0]!.partition)
    for (let partition = 0; partition < 4; partition++) expect(begun.filter(each => each === partition).length).toBeGreaterThan(50)
  }
})

test('a record that is larger than a batch has its own; one that is larger than may be is refused with topic and key', () => {
  const all = batches([['a', 'x'], ['a', 'y'.repeat(3_000)], ['a', 'z']])
  expect(all.map(batch => read(batch).map(([, value]) => (value as string)[0]))).toEqual([['x'], ['y'], ['z']])
  expect(thrown(() => batches([['the key', 'x'.repeat(5_200)]]))).toMatchObject({
    code: 'MR_ILLEGAL_ARGUMENT', message: 'saveToKafka: a record with the key "the key" for topic \'t\' is larger than recordBytesMax, 5000 bytes',
  })
  expect(thrown(() => batches(['x'.repeat(5_200)]))).toMatchObject({ message: expect.stringMatching(/^saveToKafka: a record without a key for topic 't'/) })
})

test('a partition that is given must be there, except in a topic that nobody knows yet', () => {
  expect(batches(['a', 'b'], { partition: () => 3 }).map(({ partition }) => partition)).toEqual([3])
  for (const partition of [4, -1, 1.5, '0' as any]) {
    expect(thrown(() => batches(['a'], { partition: () => partition }))).toMatchObject({ message: expect.stringContaining("topic 't', which has 4 partitions, from 0") })
  }
  expect(batches(['a'], { partition: () => 9 }, new Map())[0]!.partition).toBe(9)
  expect(batches(['a', ['k', 'v']], {}, new Map()).map(({ partition }) => partition)).toEqual([-1])
})

test('only what Kafka takes as a name is a topic', () => {
  for (const topic of ['', 'a b', '..', 'x'.repeat(250), 7 as any, undefined as any]) {
    expect(thrown(() => batches(['a'], { topic: () => topic }))).toMatchObject({ code: 'MR_ILLEGAL_ARGUMENT', message: expect.stringMatching(/a topic must be a name/) })
  }
})

test('what is open is closed when it is much', () => {
  const counts = new Map([['t', 100]])
  const batcher = new Batcher({ ...plan, batchBytes: 1024 * 1024, recordBytesMax: 1024 * 1024 }, counts, 0)
  for (let i = 0; i < 100; i++) batcher.add('t', [`key ${i}`, 'x'.repeat(500_000)], 0)
  expect(batcher.finished.length).toBeGreaterThan(30)
})
