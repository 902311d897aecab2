/**
 * A Kafka cluster to write to, over kafkajs' connections. Every call is tried again until `delivery.timeout.ms` is over: leaders
 * move, brokers start again, coordinators load. A request that is not answered ends its connection, so that none waits for ever.
 */
import type { Socket } from 'node:net'
import { sleep, systemClock } from '../../../base/clock'
import { SparkError } from '../../../base/errors'
import type { TopicPartition } from '../log'
import type { AppendRequest, GroupOffset, KafkaProducing, ProducerIdentity, TransactionalProducer, TransactionalStart } from '../producing'
import type { ClusterAddress } from './cluster-address'
import { AnswerError, canRetry, duplicateSequence, isEnding, writeError } from './cluster-errors'
import { newCluster, type Broker, type Cluster, type Transaction } from './kafkajs-cluster'
import { offsetFetchRequest, produceRequest, type AppendAnswer, type GroupAnswer } from './raw-requests'

const firstPauseMs = 100
const pauseMsMax = 1_000
/** A transaction takes milliseconds to end. */
const endingPauseMs = 10
/** How long a topic may take to appear that the brokers make because it was asked for. */
const newTopicMs = 3_000

type AppendOptions = Parameters<KafkaProducing['append']>[1]

export class ClusterProducing implements KafkaProducing {
  private readonly sockets = new Set<Socket>()
  private readonly cluster: Cluster
  private isConnected = false

  constructor(private readonly address: ClusterAddress) { this.cluster = newCluster(address, this.sockets) }

  private get name(): string { return this.address.brokers.join(',') }

  connect(): Promise<void> { return this.retrying(`Cannot connect to Kafka at ${this.name}`, () => this.connected()) }

  private async connected(): Promise<void> {
    if (this.isConnected) return
    await this.cluster.connect()
    await this.cluster.refreshMetadataIfNecessary()
    this.isConnected = true
  }

  async disconnect(): Promise<void> {
    this.isConnected = false
    for (const socket of this.sockets) socket.destroy()
    await this.cluster.disconnect().catch(() => undefined)
  }

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    await this.connect()
    await this.cluster.refreshMetadataIfNecessary().catch(() => undefined)
    const counts = new Map<string, number>()
    for (const topic of topics) {
      const count = await this.retrying(`Kafka at ${this.name} does not say what partitions '${topic}' has`, () => this.partitionCount(topic))
      if (count > 0) counts.set(topic, count)
    }
    return counts
  }

  private async partitionCount(topic: string): Promise<number> {
    const known = this.cluster.findTopicPartitionMetadata(topic).length
    if (known > 0) return known
    const untilMs = systemClock.now() + newTopicMs
    for (;;) {
      try {
        await this.cluster.addMultipleTargetTopics([topic])
        const found = this.cluster.findTopicPartitionMetadata(topic).length
        if (found > 0) return found
      } catch (error) { if (!isMissing(error)) throw error }
      if (systemClock.now() >= untilMs) return 0
      await sleep(systemClock, firstPauseMs)
    }
  }

  async initProducer(transactional?: TransactionalStart): Promise<ProducerIdentity> {
    const id = transactional?.transactionalId
    const request = { ...id !== undefined && { transactionalId: id }, transactionTimeout: transactional?.timeoutMs ?? 0 }
    const { producerId, producerEpoch } = await this.retrying(`Kafka at ${this.name} does not begin a producer${id === undefined ? '' : ` '${id}'`}`, async () => {
      const broker = id === undefined ? await this.cluster.findControllerBroker() : await this.coordinator(id, 1)
      return this.answer(broker.initProducerId(request))
    })
    return { producerId: BigInt(producerId), epoch: producerEpoch }
  }

  async append(batches: readonly AppendRequest[], options: AppendOptions): Promise<void> {
    await this.connect()
    let left = batches
    const where = (): string => [...new Set(left.map(({ topic, partition }) => `${topic}-${partition}`))].slice(0, 5).join(', ')
    await this.retrying(() => `Kafka at ${this.name} does not take records for ${where()}`, async () => {
      const { failed, error } = await this.appendOnce(left, options)
      left = failed
      if (error === undefined) return
      if (canRetry(error)) await this.cluster.refreshMetadata().catch(() => undefined)
      throw error
    })
  }

  /** Which were not appended, with the error that counts: one that cannot be retried before any other. */
  private async appendOnce(batches: readonly AppendRequest[], options: AppendOptions): Promise<{ failed: readonly AppendRequest[], error: unknown }> {
    const failed: AppendRequest[] = []
    let thrown: unknown
    const fail = (some: readonly AppendRequest[], error: unknown): void => {
      failed.push(...some)
      if (thrown === undefined || canRetry(thrown)) thrown = error
    }
    const leaders = new Map<number, AppendRequest[]>()
    for (const batch of batches) {
      const leader = this.leaderOf(batch)
      if (leader === undefined) fail([batch], new AnswerError(5))
      else leaders.set(leader, [...leaders.get(leader) ?? [], batch])
    }
    await Promise.all(Array.from(leaders, async ([nodeId, own]) => {
      try {
        const broker = await this.cluster.findBroker({ nodeId })
        const answers = await this.send(broker, own, options)
        for (const { topic, partition, errorCode } of answers) {
          if (errorCode === 0 || errorCode === duplicateSequence) continue
          fail(own.filter(batch => batch.topic === topic && batch.partition === partition), new AnswerError(errorCode))
        }
      } catch (error) { fail(own, error) }
    }))
    return { failed, error: thrown }
  }

  private leaderOf({ topic, partition }: TopicPartition): number | undefined {
    const found = this.cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)
    return found === undefined || found.leader < 0 ? undefined : found.leader
  }

  private async send(broker: Broker, batches: readonly AppendRequest[], { acks, transactionalId }: AppendOptions): Promise<AppendAnswer[]> {
    const request = produceRequest(batches, { acks, transactionalId, timeoutMs: this.address.requestTimeoutMs })
    return await this.answer<AppendAnswer[] | undefined>(broker.connectionPool.send(request)) ?? []
  }

  addPartitions(producer: TransactionalProducer, partitions: readonly TopicPartition[]): Promise<void> {
    const topics = byTopic(partitions).map(([topic, own]) => ({ topic, partitions: own.map(({ partition }) => partition) }))
    return this.inTransaction(producer, 'takes no partitions into', async (broker, transaction) => { await broker.addPartitionsToTxn({ ...transaction, topics }) })
  }

  async addOffsets(producer: TransactionalProducer, group: string, offsets: readonly GroupOffset[]): Promise<void> {
    await this.inTransaction(producer, 'takes no offsets into', async (broker, transaction) => { await broker.addOffsetsToTxn({ ...transaction, groupId: group }) })
    const topics = byTopic(offsets).map(([topic, own]) => ({
      topic, partitions: own.map(({ partition, offset, metadata }) => ({ partition, offset: String(offset), metadata })),
    }))
    await this.retrying(`Kafka at ${this.name} takes no offsets of ${group}`, async () => {
      const broker = await this.coordinator(group, 0)
      await this.answer(broker.txnOffsetCommit({ ...protocolForm(producer), groupId: group, topics }))
    })
  }

  endTransaction(producer: TransactionalProducer, outcome: 'commit' | 'abort'): Promise<void> {
    return this.inTransaction(producer, `does not ${outcome}`, async (broker, transaction) => { await broker.endTxn({ ...transaction, transactionResult: outcome === 'commit' }) })
  }

  groupOffsets(group: string): Promise<GroupOffset[]> {
    return this.retrying(`Kafka at ${this.name} does not say what ${group} has committed`, async () => {
      const broker = await this.coordinator(group, 0)
      const { errorCode, offsets } = await this.answer<GroupAnswer>(broker.connectionPool.send(offsetFetchRequest(group)))
      if (errorCode !== 0) throw new AnswerError(errorCode)
      return [...offsets]
    })
  }

  private inTransaction(producer: TransactionalProducer, what: string, f: (broker: Broker, transaction: Transaction) => Promise<void>): Promise<void> {
    return this.retrying(`Kafka at ${this.name} ${what} the transaction of '${producer.transactionalId}'`, async () => {
      await this.answer(f(await this.coordinator(producer.transactionalId, 1), protocolForm(producer)))
    })
  }

  private async coordinator(groupId: string, coordinatorType: 0 | 1): Promise<Broker> {
    await this.connected()
    return this.cluster.findGroupCoordinator({ groupId, coordinatorType })
  }

  /**
   * What comes of a request, or of several one after another; when they have taken `request.timeout.ms` each, the connections are
   * ended, which fails what waits on them. The timer is also what keeps the process alive until then.
   */
  private async answer<R>(request: Promise<R>, requests = 1): Promise<R> {
    const { requestTimeoutMs } = this.address
    const timer = systemClock.schedule(systemClock.now() + requests * requestTimeoutMs + (requests > 1 ? newTopicMs : firstPauseMs), () => {
      for (const socket of this.sockets) socket.destroy(new Error(`no answer within ${requestTimeoutMs} ms`))
    })
    try { return await request } finally { timer.cancel() }
  }

  private async retrying<R>(what: string | (() => string), f: () => Promise<R>): Promise<R> {
    const untilMs = systemClock.now() + this.address.deliveryTimeoutMs
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, pauseMsMax)) {
      // kafkajs asks for brokers and partitions in between by itself.
      try { return await this.answer(f(), 2) } catch (error) {
        const message = typeof what === 'string' ? what : what()
        if (!canRetry(error)) throw writeError(message, error)
        if (systemClock.now() >= untilMs) {
          throw new SparkError(`${message} within ${this.address.deliveryTimeoutMs} ms: ${String((error as Error).message)}`, { cause: error, retriable: true })
        }
        await sleep(systemClock, isEnding(error) ? endingPauseMs : pauseMs)
      }
    }
  }
}

function protocolForm({ transactionalId, producerId, epoch }: TransactionalProducer): Transaction {
  return { transactionalId, producerId: String(producerId), producerEpoch: epoch }
}

function byTopic<P extends TopicPartition>(partitions: readonly P[]): [topic: string, own: P[]][] {
  const topics = new Map<string, P[]>()
  for (const partition of partitions) topics.set(partition.topic, [...topics.get(partition.topic) ?? [], partition])
  return [...topics]
}

function isMissing(error: unknown): boolean {
  const { type, cause } = error as { type?: string, cause?: unknown }
  return type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'LEADER_NOT_AVAILABLE' || (cause !== undefined && isMissing(cause))
}
