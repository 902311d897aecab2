/** A topic of a MemoryKafka, for the tests and samples that send to it and look at it. */
import type { IsolationLevel } from '../../connect/kafka/log'
import type { Codec } from '../../connect/kafka/records/compression'
import type { ConsumerRecord } from '../../connect/kafka/records/consumer-record'
import { Deserializers, type Deserializer } from '../../connect/kafka/records/deserializers'
import type { Broker } from './broker'
import { compacted, readRecords } from './kept-records'
import { RecordsToSend, type MemoryRecords } from './new-records'
import type { PartitionLog } from './partition-log'

/** A record of a topic. */
export type MemoryRecord<K = string | null, V = string | null> = ConsumerRecord<K, V>

export interface SendOptions {
  /** How batches are compressed. Default 'none'. */
  readonly codec?: Codec
}

export interface ReadOptions<K = string, V = string> {
  /** Default 'read_committed'. */
  readonly isolation?: IsolationLevel
  /** Default: text. */
  readonly key?: Deserializer<K>
  readonly value?: Deserializer<V>
}

/** What `kafka.topic()` gives. Every method resolves when what it does is done. */
export class MemoryTopic {
  private turns = 0

  /** Internal: `kafka.topic()` makes it. */
  constructor(private readonly broker: Broker, readonly name: string) {}

  /**
   * Appends records: values alone, or with key, headers, time or partition. Those of one call that go to one partition are one batch.
   * @example
   * ```ts
   * import { MemoryKafka } from 'millrace/testing'
   * const orders = new MemoryKafka().topic('orders', { partitions: 4 })
   * await orders.send('a value')
   * await orders.send([{ key: 'customer 7', value: '{"id":1}', headers: { trace: 'x' } }, { value: 'b', partition: 3 }], { codec: 'gzip' })
   * ```
   */
  async send(records: MemoryRecords, { codec = 'none' }: SendOptions = {}): Promise<void> {
    await this.broker.run(async (tell, { topics }) => {
      const { name: topic } = this
      this.partitionLog(0)
      const toSend = new RecordsToSend(records, this.broker.options.clock.now())
      const batches = await toSend.batches(topics.get(topic)!.length, () => this.turns++, codec)
      for (const [partition, bytes] of batches) await tell({ kind: 'appended', topic, partition, bytes })
    })
  }

  /** All records that can be read, in the order of partitions and offsets. */
  records<K = string, V = string>(options: ReadOptions<K, V> = {}): Promise<MemoryRecord<K | null, V | null>[]> {
    const { isolation = 'read_committed', key = Deserializers.string as Deserializer<any>, value = Deserializers.string as Deserializer<any> } = options
    return this.broker.run(async (_tell, { topics }) => {
      const all: MemoryRecord<K | null, V | null>[] = []
      this.partitionLog(0)
      for (const [partition, log] of topics.get(this.name)!.entries()) all.push(...await readRecords(log, { topic: this.name, partition, isolation, key, value }))
      return all
    })
  }

  /** The first offset of each partition that is there, and the one behind its last. */
  offsets(): Promise<{ readonly start: number, readonly end: number }[]> {
    return this.broker.run((_tell, { topics }) => {
      this.partitionLog(0)
      return topics.get(this.name)!.map(({ startOffset: start, endOffset: end }) => ({ start, end }))
    })
  }

  /** From now on the topic has so many partitions, or more where it had more. */
  addPartitions(partitions: number): Promise<void> {
    return this.broker.run(async (tell, { topics }) => {
      if ((topics.get(this.name)?.length ?? 0) < partitions) await tell({ kind: 'topic', topic: this.name, partitions })
    })
  }

  /** Deletes the records of a partition before an offset, as retention does. */
  deleteRecords(partition: number, before: number): Promise<void> {
    return this.broker.run(async tell => {
      this.partitionLog(partition)
      await tell({ kind: 'recordsDeleted', topic: this.name, partition, before })
    })
  }

  /** Of records with the same key only the last stays, at its offset. */
  compact(): Promise<void> {
    return this.broker.run(async (tell, { topics }) => {
      this.partitionLog(0)
      for (const [partition, log] of topics.get(this.name)!.entries()) {
        const batches = await compacted(log)
        await tell({ kind: 'compacted', topic: this.name, partition, bytes: Buffer.concat(batches) })
      }
    })
  }

  /** The topic is no more. One of its name that is made later is another. */
  delete(): Promise<void> {
    return this.broker.run(async (tell, { topics }) => {
      if (topics.has(this.name)) await tell({ kind: 'topicDeleted', topic: this.name })
    })
  }

  private partitionLog(partition: number): PartitionLog { return this.broker.requireLog({ topic: this.name, partition }) }
}
