/**
 * MemoryKafka: a Kafka in this process for tests and samples, behind the interface through which streams read and write
 * clusters: record batches as brokers keep them, transactions, retention, groups.
 */
import { systemClock, type Clock } from '../../base/clock'
import { requireInteger } from '../../rdd/arguments'
import { forgetInProcessKafka, registerInProcessKafka, type InProcessKafka } from '../../connect/kafka/in-process'
import type { KafkaLog } from '../../connect/kafka/log'
import type { KafkaProducing } from '../../connect/kafka/producing'
import { Broker } from './broker'
import { MemoryLog } from './memory-log'
import { MemoryProducing } from './memory-producing'
import { MemoryTopic, type MemoryRecord, type ReadOptions } from './memory-topic'
import { MemoryTransaction } from './memory-transaction'

/** What a MemoryKafka can be told. */
export interface MemoryKafkaOptions {
  /** Where it is kept, so that it outlives the process, a SIGKILL too. Default: nowhere. One process at a time. */
  readonly folder?: string
  /** What `bootstrap.servers` find it by. Default `memory:1`, `memory:2` and so on, in the order in which they are made. */
  readonly bootstrapServers?: `memory:${string}`
  /** Where records and transactions have their times from. Default: the system's clock. */
  readonly clock?: Clock
  /** How many partitions a topic gets that is made because a stream writes to it. Default 1; 0: it is not made. */
  readonly newTopicPartitions?: number
}

let count = 0

/**
 * A Kafka without a broker. Streams read and write it as they do a cluster: give `kafka.bootstrapServers` as
 * `bootstrap.servers`. It has topics with partitions, keys, headers and timestamps, compressed batches, transactions, retention and committed
 * offsets; with a `folder` it outlives the process, for tests that kill programs. Methods resolve when what they do is done, and
 * what is sent is seen by the next batch.
 * @example
 * ```ts
 * import { ConsumerStrategies, KafkaUtils, LocationStrategies, Seconds, StreamingContext } from 'millrace'
 * import { collectBatches, ManualClock, MemoryKafka } from 'millrace/testing'
 * const kafka = new MemoryKafka()
 * const topic = kafka.topic('words', { partitions: 2 })
 * const clock = new ManualClock()
 * const ssc = new StreamingContext('local', 'words', Seconds(1), { clock })
 * const words = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent,
 *   ConsumerStrategies.Subscribe(['words'], { 'bootstrap.servers': kafka.bootstrapServers }))
 * const batches = collectBatches(words.map(record => record.value))
 * await ssc.start()
 * await topic.send(['a', 'b'])
 * await clock.advance(1_000)
 * console.log(batches) // [ [ 'a', 'b' ] ]
 * await ssc.stop()
 * ```
 */
export class MemoryKafka implements InProcessKafka {
  /** What `bootstrap.servers` find it by, as `memory:1`. */
  readonly bootstrapServers: string
  private readonly broker: Broker

  constructor(options: MemoryKafkaOptions = {}) {
    const { folder, bootstrapServers = `memory:${++count}`, clock = systemClock, newTopicPartitions = 1 } = options
    requireInteger('MemoryKafka', newTopicPartitions, 0, 'newTopicPartitions')
    this.bootstrapServers = bootstrapServers
    this.broker = new Broker({ name: bootstrapServers, folder, clock, newTopicPartitions })
    registerInProcessKafka(bootstrapServers, this)
  }

  /**
   * A topic, which is made, with so many partitions (default 1), where there is none. One that has fewer gets more; none are
   * taken away.
   */
  topic(name: string, { partitions = 1 }: { readonly partitions?: number } = {}): MemoryTopic {
    requireInteger('topic', partitions, 1, 'partitions')
    const topic = new MemoryTopic(this.broker, name)
    // Whoever uses the topic comes after it, and is told of what fails.
    topic.addPartitions(partitions).catch(() => {})
    return topic
  }

  /** The names of all topics. */
  topics(): Promise<string[]> { return this.broker.run((_tell, { topics }) => [...topics.keys()].sort()) }

  /** All records of a topic that can be read, in the order of partitions and offsets; none where there is no such topic. */
  async records(topic: string, options: ReadOptions = {}): Promise<MemoryRecord[]> {
    const isThere = await this.broker.run((_tell, { topics }) => topics.has(topic))
    return isThere ? new MemoryTopic(this.broker, topic).records(options) : []
  }

  /** Begins a transaction: what is sent in it is seen by readers of committed records when it is committed. */
  transaction(transactionalId?: string): Promise<MemoryTransaction> { return MemoryTransaction.begin(this.broker, transactionalId) }

  /** What a group has committed. */
  async committed(group: string): Promise<{ topic: string, partition: number, offset: number }[]> {
    const offsets = await this.broker.run((_tell, state) => [...state.offsetsOf(group).values()])
    return offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
  }

  /** From now on it does not answer streams, as a broker that is down: they wait. */
  breakDown(): void { this.broker.breakDown() }

  /** It answers again, and holds what it held. */
  repair(): void { this.broker.repair() }

  /** Resolves when all that was asked is done. Nobody finds it any more. */
  async close(): Promise<void> {
    forgetInProcessKafka(this.bootstrapServers, this)
    await this.broker.close()
  }

  /** Internal: a client that reads. */
  log(): KafkaLog { return new MemoryLog(this.broker) }

  /** Internal: a client that writes. */
  producing(): KafkaProducing { return new MemoryProducing(this.broker) }
}

