/** A MemoryKafka as its writers see it: numbers, epochs and transactions are checked as a broker checks them. */
import { SparkError } from '../../base/errors'
import { attributeBits, currentMagic, fields, headBytes, readHead, viewOf } from '../../connect/kafka/records/batch-format'
import { crc32c } from '../../connect/kafka/records/crc32c'
import {
  ProducerFencedError, type AppendRequest, type GroupOffset, type KafkaProducing, type ProducerIdentity, type TransactionalProducer,
  type TransactionalStart,
} from '../../connect/kafka/producing'
import type { TopicPartition } from '../../connect/kafka/log'
import type { Broker, Tell } from './broker'
import { placeKey, type BrokerState, type ProducerState } from './broker-state'
import { Connection } from './connection'

const epochMax = 32_767

export class MemoryProducing implements KafkaProducing {
  private readonly connection: Connection

  constructor(private readonly broker: Broker) { this.connection = new Connection(broker) }

  connect(): Promise<void> { return this.connection.connect() }
  async disconnect(): Promise<void> { this.connection.disconnect() }

  partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { newTopicPartitions } = this.broker.options
    return this.connection.run(async (tell, state) => {
      const counts = new Map<string, number>()
      for (const topic of topics) {
        if (!state.topics.has(topic) && newTopicPartitions > 0) await tell({ kind: 'topic', topic, partitions: newTopicPartitions })
        const logs = state.topics.get(topic)
        if (logs !== undefined) counts.set(topic, logs.length)
      }
      return counts
    })
  }

  initProducer(transactional?: TransactionalStart): Promise<ProducerIdentity> {
    return this.connection.run(async (tell, state) => {
      if (transactional === undefined) return begin(tell, { producerId: state.producers.size, epoch: 0 })
      const { transactionalId, timeoutMs } = transactional
      const known = state.transactional.get(transactionalId)
      if (known === undefined) return begin(tell, { producerId: state.producers.size, epoch: 0, transactionalId, timeoutMs })
      const producer = state.producers.get(known)!
      if (producer.transaction !== undefined) await tell({ kind: 'ended', producerId: known, outcome: 'abort', atMs: this.now })
      const next = producer.epoch < epochMax - 1 ? { producerId: known, epoch: producer.epoch + 1 } : { producerId: state.producers.size, epoch: 0 }
      return begin(tell, { ...next, transactionalId, timeoutMs })
    })
  }

  append(batches: readonly AppendRequest[], { transactionalId }: { readonly transactionalId?: string | undefined }): Promise<void> {
    return this.connection.run(async (tell, state) => {
      for (const { batch, ...place } of batches) {
        this.check(batch, place, transactionalId, state)
        const log = this.broker.requireLog(place)
        const where = log.place(batch)
        if (where === 'out of order') throw this.refused(place, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
        if (where === 'new') await tell({ kind: 'appended', ...place, bytes: new Uint8Array(batch) })
      }
    })
  }

  private check(batch: Uint8Array, place: TopicPartition, transactionalId: string | undefined, state: BrokerState): void {
    if (batch.length < headBytes) throw this.refused(place, 'CORRUPT_MESSAGE: it is shorter than a batch')
    const head = readHead(viewOf(batch), 0)
    if (head.sizeBytes !== batch.length || head.magic !== currentMagic) throw this.refused(place, 'CORRUPT_MESSAGE: it is no record batch')
    if (head.checksum !== crc32c(batch, fields.attributes)) throw this.refused(place, 'CORRUPT_MESSAGE: its checksum is wrong')
    if (head.isControl) throw this.refused(place, `INVALID_RECORD: only brokers write control batches (bit ${attributeBits.control})`)
    if (head.producerId < 0n) return
    const producer = state.producers.get(Number(head.producerId))
    if (producer === undefined) throw this.refused(place, 'UNKNOWN_PRODUCER_ID')
    if (head.producerEpoch !== producer.epoch) throw this.fenced(producer.transactionalId ?? String(head.producerId))
    if (!head.isTransactional) return
    const isEnlisted = producer.transactionalId === transactionalId && producer.transaction?.partitions.has(placeKey(place)) === true
    if (!isEnlisted) throw this.refused(place, 'INVALID_TXN_STATE: the partition is not in the transaction')
  }

  addPartitions(producer: TransactionalProducer, partitions: readonly TopicPartition[]): Promise<void> {
    return this.connection.run(async (tell, state) => {
      this.requireCurrent(producer, state)
      for (const place of partitions) this.broker.requireLog(place)
      await tell({ kind: 'enlisted', producerId: Number(producer.producerId), atMs: this.now, partitions: partitions.map(({ topic, partition }) => ({ topic, partition })) })
    })
  }

  addOffsets(producer: TransactionalProducer, group: string, offsets: readonly GroupOffset[]): Promise<void> {
    return this.connection.run(async (tell, state) => {
      this.requireCurrent(producer, state)
      for (const place of offsets) this.broker.requireLog(place)
      const plain = offsets.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata }))
      await tell({ kind: 'enlisted', producerId: Number(producer.producerId), atMs: this.now, partitions: [], group, offsets: plain })
    })
  }

  endTransaction(producer: TransactionalProducer, outcome: 'commit' | 'abort'): Promise<void> {
    return this.connection.run(async (tell, state) => {
      const { transaction, lastOutcome } = this.requireCurrent(producer, state)
      if (transaction !== undefined) return tell({ kind: 'ended', producerId: Number(producer.producerId), outcome, atMs: this.now })
      if (lastOutcome !== outcome) throw new SparkError(`Kafka at ${this.broker.name}: '${producer.transactionalId}' has no transaction to ${outcome} (INVALID_TXN_STATE)`)
    })
  }

  groupOffsets(group: string): Promise<GroupOffset[]> { return this.connection.run((_tell, state) => [...state.offsetsOf(group).values()]) }

  private get now(): number { return this.broker.options.clock.now() }

  private requireCurrent({ producerId, epoch, transactionalId }: TransactionalProducer, state: BrokerState): ProducerState {
    const known = state.transactional.get(transactionalId)
    const producer = state.producers.get(Number(producerId))
    if (producer === undefined || BigInt(known ?? -1) !== producerId || producer.epoch !== epoch) throw this.fenced(transactionalId)
    return producer
  }

  private fenced(transactionalId: string): ProducerFencedError {
    return new ProducerFencedError(`Kafka at ${this.broker.name}: another producer has begun as '${transactionalId}', or its transaction was open for too long`)
  }

  private refused(place: TopicPartition, why: string): SparkError {
    return new SparkError(`Kafka at ${this.broker.name} does not take a batch for ${placeKey(place)}: ${why}`)
  }
}

interface Beginning { readonly producerId: number, readonly epoch: number, readonly transactionalId?: string, readonly timeoutMs?: number }

async function begin(tell: Tell, producer: Beginning): Promise<ProducerIdentity> {
  await tell({ kind: 'producer', ...producer })
  return { producerId: BigInt(producer.producerId), epoch: producer.epoch }
}
