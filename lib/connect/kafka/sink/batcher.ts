/**
 * Elements on their way into record batches: a batch is open for each partition that has records, and closed when it is full or
 * when too much is open. Records without a key go into one partition until its batch is full, then into the next.
 */
import { IllegalArgumentError } from '../../../base/errors'
import { describe } from '../../../rdd/arguments'
import { headBytes } from '../records/batch-format'
import { partitionOfKey } from './murmur2'
import { requireTopic, type RecordPlan } from './options'
import { RecordBatchBuilder } from './record-batch-builder'
import type { OutgoingBatch } from './record-sender'
import { headersOf, keyOf, timestampOf, valueOf } from './to-record'

interface TopicState {
  readonly topic: string
  readonly open: Map<number, RecordBatchBuilder>
  count: number
  /** Where records without a key go. */
  current: number
}

/** Of all open batches together. */
const openBytesMax = 32 * 1024 * 1024
/** More than the fields of a record take besides its contents, and than a batch takes besides its records. */
const overheadBytes = 128

export class Batcher {
  private readonly topics = new Map<string, TopicState>()
  private openBytes = 0
  /** What is to be sent. */
  readonly finished: OutgoingBatch[] = []
  records = 0
  bytes = 0

  /** `counts`: how many partitions topics have, as far as that is known. `start`: differs from task to task. */
  constructor(private readonly plan: RecordPlan, private readonly counts: ReadonlyMap<string, number>, private readonly start: number) {}

  /** The topic of an element. */
  topicOf(element: unknown): string { return typeof this.plan.topic === 'string' ? this.plan.topic : this.plan.topic(element) }

  /** Throws IllegalArgumentError for what cannot be written, with the topic. */
  add(topic: string, element: unknown, nowMs: number): void {
    const { plan } = this
    const state = this.topics.get(topic) ?? this.newTopic(topic)
    const key = keyOf(plan, element)
    const value = valueOf(plan, element)
    const headers = headersOf(plan, element)
    const timestampMs = timestampOf(plan, element, nowMs)
    const partition = this.partitionOf(state, key, element)
    for (let builder = state.open.get(partition); ; builder = undefined) {
      const isNew = builder === undefined
      builder ??= new RecordBatchBuilder()
      const bytesMax = isNew ? plan.recordBytesMax + overheadBytes : plan.batchBytes
      const added = builder.add(key, value, headers, timestampMs, bytesMax)
      if (added > 0) {
        if (isNew) state.open.set(partition, builder)
        this.count(state, partition, builder, added)
        return
      }
      if (isNew) throw this.tooLarge(topic, key)
      this.close(state, partition)
    }
  }

  private count(state: TopicState, partition: number, builder: RecordBatchBuilder, added: number): void {
    this.records++
    this.bytes += added
    this.openBytes += added
    if (builder.sizeBytes >= this.plan.batchBytes) this.close(state, partition)
    else if (this.openBytes >= openBytesMax) this.closeAll()
  }

  private newTopic(topic: string): TopicState {
    const count = this.counts.get(requireTopic(topic)) ?? 0
    const state = { topic, open: new Map(), count, current: count === 0 ? -1 : spread(this.start) % count }
    this.topics.set(topic, state)
    return state
  }

  private partitionOf(state: TopicState, key: Uint8Array | null, element: unknown): number {
    const { count, topic } = state
    const given = this.plan.partition?.(element)
    if (given !== undefined) {
      // Of a topic that nobody has asked for yet the driver knows better.
      if (Number.isInteger(given) && given >= 0 && (given < count || count === 0)) return given
      throw new IllegalArgumentError(`saveToKafka: partition gave ${describe(given)} for topic '${topic}', which has ${count} partitions, from 0`)
    }
    if (key === null || count === 0) return state.current
    return partitionOfKey(key, count)
  }

  private close(state: TopicState, partition: number): void {
    const builder = state.open.get(partition)!
    state.open.delete(partition)
    this.openBytes -= builder.sizeBytes - headBytes
    this.finished.push({ topic: state.topic, partition, bytes: builder.finish(this.plan.codec) })
    if (partition === state.current) state.current = (partition + 1) % Math.max(state.count, 1)
  }

  /** Closes what is open. */
  closeAll(): void {
    for (const state of this.topics.values()) for (const partition of [...state.open.keys()]) this.close(state, partition)
  }

  private tooLarge(topic: string, key: Uint8Array | null): IllegalArgumentError {
    const { recordBytesMax } = this.plan
    const which = key === null ? 'without a key' : `with the key ${describe(Buffer.from(key).toString())}`
    return new IllegalArgumentError(`saveToKafka: a record ${which} for topic '${topic}' is larger than recordBytesMax, ${recordBytesMax} bytes`, {
      hint: "Write less in one record, or raise recordBytesMax and the topic's max.message.bytes.",
    })
  }
}

/** Numbers that follow one another become numbers that do not, so that tasks of each batch begin with other partitions. */
function spread(number: number): number { return Math.imul(number + 1, 0x9e3779b1) >>> 8 }
