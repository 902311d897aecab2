/** Answers that a broker of version 4.3.1 gave: what the Java producer had written, with each codec, and transactions of kafkajs. */
import { readFetchAnswer } from '../../../../lib/connect/kafka/client/fetch-answer'
import { loadCodec } from '../../../../lib/connect/kafka/records/compression'
import { BatchDecoder } from '../../../../lib/connect/kafka/records/decode-batch'
import { Deserializers } from '../../../../lib/connect/kafka/records/deserializers'
import type { AbortedTransaction } from '../../../../lib/connect/kafka/log'

const answers = require('./fetch-answers.json') as Record<string, { version: number, answer: string }>

beforeAll(() => loadCodec('zstd'))

function read(topic: string) {
  const { version, answer } = answers[topic]!
  return readFetchAnswer(Buffer.from(answer, 'base64'), version).partitions[0]!
}

function decode(batches: Uint8Array, aborted: readonly AbortedTransaction[]) {
  const decoder = new BatchDecoder({ topic: 't', partition: 0, fromOffset: 0, untilOffset: 100, key: Deserializers.string, value: Deserializers.string })
  return [...decoder.decode(batches, aborted)].flat()
}

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('what Java has written with %s', codec => {
  const { batches, aborted, ...rest } = read(`java-${codec}`)
  expect(rest).toEqual({ topic: `java-${codec}`, partition: 0, errorCode: 0, highWatermark: 8, lastStableOffset: 8 })
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
  expect(decode(batches, aborted)).toEqual(Array.from({ length: 8 }, (_, i) => ({
    topic: 't', partition: 0, offset: i, timestamp: 1_700_000_000_000 + i, timestampType: 'CreateTime', key: `key ${i}`,
    value: i === 6 ? null : `value ${i} ${'abc '.repeat(i)}`, headers: [['n', bytes(String(i))], ['n', bytes('again')]],
  })))
})

test('transactions, of which those that were aborted are listed', () => {
  const { batches, aborted, highWatermark } = read('txn')
  expect(aborted.slice(0, 3)).toEqual([0, 6, 9].map(firstOffset => ({ producerId: 1n, firstOffset })))
  expect(decode(batches, aborted).slice(0, 4).map(({ offset, key, value }) => [offset, key, value]))
    .toEqual([[3, 'k', 'to commit'], [4, 'gone', null], [12, 'k', 'to commit'], [13, 'gone', null]])
  expect(decode(batches, []).filter(({ offset }) => offset < 9).map(({ value }) => value)).toEqual(['to abort', null, 'to commit', null, 'to abort', null])
  expect(highWatermark).toBe(36)
})

test('an answer that is cut off anywhere is an error', () => {
  const { version, answer } = answers['java-none']!
  const whole = Buffer.from(answer, 'base64')
  for (let length = 0; length < whole.length; length++) expect(() => readFetchAnswer(whole.subarray(0, length), version)).toThrow(/ends too early|outside buffer bounds|out of range/)
})
