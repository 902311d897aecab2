/**
 * A member of a consumer group as a receiver. Offsets are committed when what was read is stored, which with the write-ahead log
 * means durably: what was not is given to this or another member again. While storing has to wait the group hears that the
 * member lives.
 */
import { sleep, systemClock } from '../../../base/clock'
import { StorageLevel } from '../../../rdd/storage-level'
import { Receiver } from '../../../streaming/receivers/receiver'
import { within } from '../../../streaming/within'
import { loadCodec } from '../records/compression'
import { ConsumerRecord, type RecordHeader, type TimestampType } from '../records/consumer-record'
import { readerOf, type Reader } from '../records/readers'
import { Slab } from '../records/slab'
import { createConsumer, type Batch, type BatchMessage, type CuttableConsumer, type EachBatch } from './consumer'
import type { CheckedReceiver } from './options'

/** Of one block. */
const recordsMax = 5_000
/** With a limited rate a block has about what may come in so long. */
const blockSeconds = 0.2

/** How long a stop waits for the group to hear of it. */
const farewellMs = 700

/** One connection to the group: from a start to the stop or the failure that ends it. */
interface Membership extends CuttableConsumer { readonly ended: Promise<void>, isEnded: boolean, end(): void }

function newMembership(consumer: CuttableConsumer): Membership {
  let resolve!: () => void
  const membership: Membership = {
    ...consumer, isEnded: false, ended: new Promise<void>(ended => { resolve = ended }),
    end() {
      membership.isEnded = true
      resolve()
    },
  }
  return membership
}

export class KafkaReceiver<K, V> extends Receiver<ConsumerRecord<K, V>> {
  private membership: Membership | undefined
  private readonly slab = new Slab()
  private readonly key: Reader
  private readonly value: Reader

  constructor(private readonly options: CheckedReceiver) {
    super(StorageLevel.MEMORY_AND_DISK_SER_2)
    this.key = readerOf(options.key, this.slab)
    this.value = readerOf(options.value, this.slab)
  }

  async onStart(): Promise<void> {
    const membership: Membership = newMembership(createConsumer(this.options, error => this.failed(membership, error)))
    this.membership = membership
    try {
      await loadCodec('zstd')
      await membership.consumer.connect()
      await membership.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: this.options.fromBeginning })
      await membership.consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: batch => this.take(membership, batch) })
    } catch (error) { this.failed(membership, error) }
  }

  async onStop(): Promise<void> {
    const { membership } = this
    this.membership = undefined
    if (membership === undefined) return
    membership.end()
    // Without a word to the group it would wait for this member for the time of a session.
    await within(membership.consumer.disconnect().catch(() => undefined), farewellMs)
    membership.cut()
  }

  private failed(membership: Membership, error: unknown): void {
    if (membership.isEnded || membership !== this.membership) return
    this.restart(`The consumer of group '${this.options.groupId}' has failed`, error)
  }

  /** Stores what was fetched of a partition, a block at a time, and commits each. */
  private async take(membership: Membership, given: EachBatch): Promise<void> {
    const { batch } = given
    for (let from = 0; from < batch.messages.length;) {
      if (membership.isEnded || !given.isRunning() || given.isStale()) return
      const until = Math.min(batch.messages.length, from + this.blockRecords())
      const messages = batch.messages.slice(from, until)
      if (!await this.alive(membership, given, this.supervisor.admit(messages.length))) return
      const records = messages.flatMap(message => this.record(batch, message) ?? [])
      if (!await this.alive(membership, given, this.stored(membership, records))) return
      await this.commit(given, messages.at(-1)!)
      from = until
    }
    await given.heartbeat()
  }

  private blockRecords(): number { return Math.max(1, Math.min(recordsMax, Math.floor(this.supervisor.rateLimit * blockSeconds))) }

  /** What is refused because the receiver has stopped is not stored, and not committed. */
  private async stored(membership: Membership, records: ConsumerRecord<K, V>[]): Promise<void> {
    try { await this.storeMultiple(records) } catch (error) {
      if (!membership.isEnded && !this.isStopped()) throw error
      membership.end()
    }
  }

  private async commit({ batch: { topic, partition }, resolveOffset, commitOffsetsIfNecessary }: EachBatch, last: BatchMessage): Promise<void> {
    resolveOffset(last.offset)
    await commitOffsetsIfNecessary({ topics: [{ topic, partitions: [{ partition, offset: String(BigInt(last.offset) + 1n) }] }] })
  }

  /** Waits for `work` with the group told in between that the member lives. False when the membership has ended. */
  private async alive(membership: Membership, { heartbeat }: EachBatch, work: Promise<void> | undefined): Promise<boolean> {
    let isDone = work === undefined
    const done = work?.then(() => { isDone = true })
    // Its failure is nobody's once a heartbeat has failed.
    done?.catch(() => undefined)
    while (!isDone && !membership.isEnded) {
      await Promise.race([done, membership.ended, sleep(systemClock, this.options.heartbeatMs)])
      if (!isDone && !membership.isEnded) await heartbeat()
    }
    return !membership.isEnded
  }

  /** Undefined for what a deserializer leaves out. */
  private record({ topic, partition }: Batch, message: BatchMessage): ConsumerRecord<K, V> | undefined {
    const offset = Number(message.offset)
    const timestamp = Number(message.timestamp)
    const read = (reader: Reader, bytes: Buffer | null): any => bytes === null ? null : reader(bytes, 0, bytes.length, () => ({ topic, partition, offset, timestamp }))
    const key = read(this.key, message.key)
    const value = read(this.value, message.value)
    if (key === undefined || value === undefined) return undefined
    const type: TimestampType = timestamp < 0 ? 'NoTimestampType' : 'CreateTime'
    return new ConsumerRecord<K, V>(topic, partition, offset, timestamp, type, key, value, this.headers(message))
  }

  private headers({ headers = {} }: BatchMessage): RecordHeader[] {
    return Object.entries(headers).flatMap(([name, values]) => (Array.isArray(values) ? values : [values]).map(value => (
      [name, value === undefined || value === null ? null : this.slab.copy(Buffer.from(value), 0, value.length)] as const)))
  }
}
