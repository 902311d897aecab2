/**
 * The RDD of a batch's ranges: one partition a range. The driver reads, ahead where it can; tasks are sent record batches as they are
 * in Kafka, wherever they run, and decompress, check and decode them there.
 */
import type { SparkContext } from '../../../rdd/context/spark-context'
import { defineNarrow, definePartition, defineSource } from '../../../rdd/plan'
import { RDD } from '../../../rdd/rdd'
import type { TaskContext } from '../../../rdd/task-context'
import { codecNames, fields, viewOf, wholeBatches } from '../records/batch-format'
import { loadCodec } from '../records/compression'
import type { ConsumerRecord } from '../records/consumer-record'
import { BatchDecoder } from '../records/decode-batch'
import type { Deserializer } from '../records/deserializers'
import { unpackNote, type RangeReader, type ReadRange } from './range-reader'

export interface RangesRddOptions<K, V> {
  readonly reader: RangeReader
  /** Partition i of the RDD has the records of range i. */
  readonly ranges: readonly ReadRange[]
  /** As `requireDeserializer` gives them. */
  readonly key: Deserializer<K>
  readonly value: Deserializer<V>
  readonly checkCrcs?: boolean
}

interface Ranges { readonly reader: RangeReader, readonly ranges: readonly ReadRange[] }

/** What decodes: the same for every batch. */
interface Decoding { readonly key: Deserializer<any>, readonly value: Deserializer<any>, readonly checkCrcs: boolean }

/** The first element says what the range is; then come notes and batches in turn. */
const rangesNode = defineSource<Ranges>('kafkaRanges', {
  partitionCount: ({ ranges }) => ranges.length,
  ship: 'bytes',
  read: async ({ reader, ranges }, partition) => {
    const range = ranges[partition]!
    return { kind: 'array', values: [packRange(range), ...await reader.read(range)] }
  },
})

/** Arrays of records. */
const recordsNode = definePartition<Decoding>('kafkaRecords', {
  compute: (decoding, [elements], _partition, task) => {
    const pieces = [...elements as Iterable<Uint8Array>]
    const decoded = { [Symbol.iterator]: () => decode(pieces, decoding, task) }
    const loading = loadCodecs(pieces)
    return loading === undefined ? decoded : loading.then(() => decoded)
  },
})

const eachNode = defineNarrow<null>('kafkaEach', (loop, _args, chunk, next) => {
  const [i, record] = [loop.variable('i'), loop.variable('record')]
  return `for (let ${i} = 0; ${i} < ${chunk}.length; ${i}++) {\nconst ${record} = ${chunk}[${i}]\n${next(record)}\n}`
})

/** The records of the ranges, in the order of their offsets. Counterpart: KafkaRDD. */
export function kafkaRangesRdd<K, V>(context: SparkContext, options: RangesRddOptions<K, V>): RDD<ConsumerRecord<K, V>> {
  const { reader, ranges, key, value, checkCrcs = true } = options
  const args: Ranges = { reader, ranges: ranges.map(({ topic, partition, fromOffset, untilOffset }) => ({ topic, partition, fromOffset, untilOffset })) }
  return new RDD<Uint8Array>(context, { definition: rangesNode, parents: [], args })
    .derive<ConsumerRecord<K, V>[]>(recordsNode, { key, value, checkCrcs })
    .derive<ConsumerRecord<K, V>>(eachNode, null)
}

function* decode(pieces: readonly Uint8Array[], decoding: Decoding, task: TaskContext): Generator<readonly ConsumerRecord[], void> {
  const decoder = new BatchDecoder({ ...unpackRange(pieces[0]!), ...decoding })
  for (let i = 1; i < pieces.length; i += 2) {
    const { aborted, fromOffset } = unpackNote(pieces[i]!)
    for (const records of decoder.decode(pieces[i + 1]!, aborted, fromOffset)) {
      task.beat()
      task.metrics.recordsRead += records.length
      yield records
    }
  }
}

function loadCodecs(pieces: readonly Uint8Array[]): Promise<unknown> | undefined {
  const codecs = new Set<number>()
  for (let i = 2; i < pieces.length; i += 2) {
    const bytes = pieces[i]!
    const view = viewOf(bytes)
    for (const { start } of wholeBatches(bytes)) codecs.add(view.getInt16(start + fields.attributes) & 7)
  }
  const loading = [...codecs].map(codec => loadCodec(codecNames[codec] ?? 'none')).filter(each => each !== undefined)
  return loading.length === 0 ? undefined : Promise.all(loading)
}

function packRange({ topic, partition, fromOffset, untilOffset }: ReadRange): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify({ topic, partition, fromOffset, untilOffset })))
}

function unpackRange(bytes: Uint8Array): ReadRange {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
}
