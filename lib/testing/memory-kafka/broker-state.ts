/**
 * All that a MemoryKafka holds: what its events amount to. Nothing here refuses anything, for what is told has happened;
 * what may happen is asked before (`broker.ts`).
 */
import type { TopicPartition } from '../../connect/kafka/log'
import type { GroupOffset } from '../../connect/kafka/producing'
import type { KafkaEvent } from './events'
import { PartitionLog } from './partition-log'

export interface OpenTransaction {
  readonly beganMs: number
  readonly partitions: Map<string, TopicPartition>
  readonly offsets: { readonly group: string, readonly offset: GroupOffset }[]
}

export interface ProducerState {
  epoch: number
  readonly transactionalId: string | undefined
  readonly timeoutMs: number
  transaction: OpenTransaction | undefined
  lastOutcome: 'commit' | 'abort' | undefined
}

export const placeKey = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`

export class BrokerState {
  readonly topics = new Map<string, PartitionLog[]>()
  readonly producers = new Map<number, ProducerState>()
  readonly transactional = new Map<string, number>()
  private readonly groups = new Map<string, Map<string, GroupOffset>>()

  log({ topic, partition }: TopicPartition): PartitionLog | undefined { return this.topics.get(topic)?.[partition] }

  offsetsOf(group: string): ReadonlyMap<string, GroupOffset> { return this.groups.get(group) ?? new Map() }

  apply(event: KafkaEvent): void {
    switch (event.kind) {
      case 'topic': return this.grow(event.topic, event.partitions)
      case 'topicDeleted': return this.deleteTopic(event.topic)
      case 'appended': return this.log(event)!.append(event.bytes)
      case 'recordsDeleted': return this.log(event)!.deleteBefore(event.before)
      case 'compacted': return this.log(event)!.replace(event.bytes)
      case 'committed': return this.commit(event.group, event.offsets)
      case 'producer': return this.beginProducer(event)
      case 'enlisted': return this.enlist(event)
      case 'ended': return this.endTransaction(event)
    }
  }

  private grow(topic: string, partitions: number): void {
    const logs = this.topics.get(topic) ?? []
    while (logs.length < partitions) logs.push(new PartitionLog())
    this.topics.set(topic, logs)
  }

  private deleteTopic(topic: string): void {
    this.topics.delete(topic)
    for (const offsets of this.groups.values()) for (const [key, offset] of offsets) if (offset.topic === topic) offsets.delete(key)
  }

  private commit(group: string, offsets: readonly GroupOffset[]): void {
    const known = this.groups.get(group) ?? new Map<string, GroupOffset>()
    for (const offset of offsets) known.set(placeKey(offset), offset)
    this.groups.set(group, known)
  }

  private beginProducer({ producerId, epoch, transactionalId, timeoutMs = Infinity }: KafkaEvent & { kind: 'producer' }): void {
    this.producers.set(producerId, { epoch, transactionalId, timeoutMs, transaction: undefined, lastOutcome: undefined })
    if (transactionalId !== undefined) this.transactional.set(transactionalId, producerId)
  }

  private enlist({ producerId, atMs, partitions, group, offsets = [] }: KafkaEvent & { kind: 'enlisted' }): void {
    const producer = this.producers.get(producerId)!
    producer.transaction ??= { beganMs: atMs, partitions: new Map(), offsets: [] }
    for (const place of partitions) producer.transaction.partitions.set(placeKey(place), place)
    if (group !== undefined) producer.transaction.offsets.push(...offsets.map(offset => ({ group, offset })))
  }

  private endTransaction({ producerId, outcome, atMs }: KafkaEvent & { kind: 'ended' }): void {
    const producer = this.producers.get(producerId)!
    const { transaction, epoch } = producer
    producer.transaction = undefined
    producer.lastOutcome = outcome
    for (const place of transaction?.partitions.values() ?? []) this.log(place)?.endTransaction(BigInt(producerId), epoch, outcome, atMs)
    if (outcome === 'abort') return
    for (const { group, offset } of transaction?.offsets ?? []) this.commit(group, [offset])
  }
}
