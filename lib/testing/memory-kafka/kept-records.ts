/** The records in the batches that a partition keeps: read for tests, searched by time, and compacted. */
import type { IsolationLevel } from '../../connect/kafka/log'
import { codecNames, readHead, viewOf } from '../../connect/kafka/records/batch-format'
import { loadCodec } from '../../connect/kafka/records/compression'
import type { ConsumerRecord } from '../../connect/kafka/records/consumer-record'
import { BatchDecoder } from '../../connect/kafka/records/decode-batch'
import { Deserializers, type Deserializer } from '../../connect/kafka/records/deserializers'
import { encodeBatch } from '../../connect/kafka/records/encode-batch'
import type { KeptBatch, PartitionLog } from './partition-log'

export interface RecordsToRead<K, V> {
  readonly topic: string
  readonly partition: number
  readonly isolation: IsolationLevel
  readonly key: Deserializer<K>
  readonly value: Deserializer<V>
}

const ownBytes = { topic: '', partition: 0, key: Deserializers.bytes, value: Deserializers.bytes } as const

/** All records that `isolation` lets see, in the order of their offsets. */
export async function readRecords<K, V>(log: PartitionLog, { isolation, ...rest }: RecordsToRead<K, V>): Promise<ConsumerRecord<K, V>[]> {
  const { bytes, aborted } = log.fetch(log.startOffset, Infinity, isolation)!
  await loadCodecs(log.batches)
  const decoder = new BatchDecoder({ ...rest, fromOffset: log.startOffset, untilOffset: log.readableEnd(isolation) })
  return [...decoder.decode(bytes, aborted)].flat() as ConsumerRecord<K, V>[]
}

async function loadCodecs(batches: readonly KeptBatch[]): Promise<void> {
  const codecs = new Set(batches.map(({ bytes }) => codecNames[readHead(viewOf(bytes), 0).codec]!))
  for (const codec of codecs) await loadCodec(codec)
}

/** The first record at `timestampMs` or later; the end where there is none. */
export async function offsetAtTime(log: PartitionLog, timestampMs: number, isolation: IsolationLevel): Promise<number> {
  const endOffset = log.readableEnd(isolation)
  const later = log.batches.filter(batch => batch.maxTimestamp >= timestampMs && batch.baseOffset < endOffset)
  await loadCodecs(later)
  const decoder = new BatchDecoder({ ...ownBytes, fromOffset: log.startOffset, untilOffset: endOffset })
  for (const { bytes } of later) {
    const found = [...decoder.decode(bytes, [])].flat().find(({ timestamp }) => timestamp >= timestampMs)
    if (found !== undefined) return found.offset
  }
  return endOffset
}

/** All batches without the records whose key comes again later. Those of transactions stay as they are. */
export async function compacted(log: PartitionLog): Promise<Uint8Array[]> {
  const records = await readRecords(log, { ...ownBytes, isolation: 'read_committed' })
  const keyOf = ({ key }: ConsumerRecord<Uint8Array | null, unknown>): string | undefined => key === null ? undefined : Buffer.from(key).toString('latin1')
  const latest = new Map(records.map(record => [keyOf(record), record.offset]))
  const kept = records.filter(record => record.key === null || latest.get(keyOf(record)) === record.offset)
  return log.batches.flatMap(({ bytes, baseOffset, lastOffset }) => {
    const { isTransactional, codec } = readHead(viewOf(bytes), 0)
    if (isTransactional || baseOffset >= log.stableOffset) return [bytes]
    const left = kept.filter(({ offset }) => offset >= baseOffset && offset <= lastOffset)
    if (left.length === 0) return []
    const encoded = left.map(record => ({ ...record, offsetDelta: record.offset - baseOffset }))
    return [encodeBatch(encoded, { codec: codecNames[codec]!, baseOffset, lastOffsetDelta: lastOffset - baseOffset })]
  })
}
