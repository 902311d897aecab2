/**
 * A Kafka cluster to write to, over the connections that reading has, too. Every call is tried again until `delivery.timeout.ms` is
 * over: leaders move, brokers start again, coordinators load. What waits for an answer keeps the process alive, connections do not.
 */
import { sleep, systemClock } from '../../../base/clock'
import { optionalPackage } from '../../support/optional-package'
import { AnswerError, check, codes, isPassing } from '../client/broker-errors'
import { Cluster } from '../client/cluster'
import { Retrying } from '../client/retrying'
import type { TopicPartition } from '../log'
import type { AppendRequest, GroupOffset, KafkaProducing, ProducerIdentity, TransactionalProducer, TransactionalStart } from '../producing'
import type { ClusterAddress } from './producer-params'
import { offsetFetchRequest, produceRequest, readGroupOffsets, readProduced, type AppendAnswer } from './raw-requests'

/** How long a topic may take to appear that brokers make because it was asked for, and how often it is looked for. */
const newTopicMs = 3_000
const newTopicPauseMs = 100

type AppendOptions = Parameters<KafkaProducing['append']>[1]

export class ClusterProducing implements KafkaProducing {
  private readonly cluster: Cluster
  private readonly retrying: Retrying
  private readonly requestTimeoutMs: number

  constructor({ address, deliveryTimeoutMs, metadataAgeMsMax, ...pauses }: ClusterAddress) {
    optionalPackage('kafkajs', 'Writing to Kafka', () => require('kafkajs') as unknown)
    this.cluster = new Cluster(address, metadataAgeMsMax)
    this.retrying = new Retrying({ ...pauses, apiTimeoutMs: deliveryTimeoutMs }, address.brokers.map(({ host, port }) => `${host}:${port}`).join(', '))
    this.requestTimeoutMs = address.requestTimeoutMs
  }

  /** Connections are made when they are needed. */
  async connect(): Promise<void> {}

  async disconnect(): Promise<void> {
    this.retrying.end()
    this.cluster.close('the connection to Kafka was closed')
  }

  async partitionCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>()
    for (const topic of topics) {
      const count = await this.retrying.run(`asking for the partitions of topic ${topic}`, () => this.partitionCount(topic))
      if (count > 0) counts.set(topic, count)
    }
    return counts
  }

  private async partitionCount(topic: string): Promise<number> {
    for (const untilMs = systemClock.now() + newTopicMs; ;) {
      try {
        const count = (await this.cluster.partitions([topic], false, true)).get(topic)!.length
        if (count > 0) return count
      } catch (error) { if (!(error instanceof AnswerError && error.code === codes.leaderNotAvailable)) throw error }
      if (systemClock.now() >= untilMs) return 0
      await sleep(systemClock, newTopicPauseMs)
    }
  }

  initProducer(transactional?: TransactionalStart): Promise<ProducerIdentity> {
    const id = transactional?.transactionalId
    return this.retrying.run(`beginning a producer${id === undefined ? '' : ` '${id}'`}`, async () => {
      const answer = id === undefined ? await this.cluster.sendToAny('InitProducerId', { transactionalId: null, transactionTimeout: 0 })
        : await this.cluster.sendToTransactions(id, 'InitProducerId', { transactionTimeout: transactional!.timeoutMs })
      check(answer.errorCode)
      return { producerId: BigInt(answer.producerId), epoch: answer.producerEpoch }
    })
  }

  async append(batches: readonly AppendRequest[], options: AppendOptions): Promise<void> {
    let left = batches
    const where = [...new Set(batches.map(({ topic, partition }) => `${topic}-${partition}`))]
    const what = `writing to ${where.slice(0, 5).join(', ')}${where.length > 5 ? ` and ${where.length - 5} more` : ''}`
    await this.retrying.run(what, async () => {
      await this.cluster.learn(left.map(({ topic }) => topic))
      const { failed, error } = await this.appendOnce(left, options)
      left = failed
      if (error !== undefined) throw error
    })
  }

  /** Which were not appended, with the error that counts: one that does not pass before any other. */
  private async appendOnce(batches: readonly AppendRequest[], options: AppendOptions): Promise<{ failed: readonly AppendRequest[], error: unknown }> {
    const failed: AppendRequest[] = []
    let thrown: unknown
    const fail = (some: readonly AppendRequest[], error: unknown): void => {
      failed.push(...some)
      for (const { topic } of some) this.cluster.forget(topic)
      if (thrown === undefined || isPassing(thrown)) thrown = error
    }
    const leaders = new Map<number, AppendRequest[]>()
    for (const batch of batches) {
      try {
        const leader = this.cluster.leaderOf(batch.topic, batch.partition)
        leaders.set(leader, [...leaders.get(leader) ?? [], batch])
      } catch (error) { fail([batch], error) }
    }
    await Promise.all(Array.from(leaders, async ([leader, own]) => {
      try {
        for (const { topic, partition, errorCode } of await this.send(leader, own, options)) {
          if (errorCode === codes.none || errorCode === codes.duplicateSequence) continue
          fail(own.filter(batch => batch.topic === topic && batch.partition === partition), new AnswerError(errorCode))
        }
      } catch (error) { fail(own, error) }
    }))
    return { failed, error: thrown }
  }

  private async send(leader: number, batches: readonly AppendRequest[], { acks, transactionalId }: AppendOptions): Promise<AppendAnswer[]> {
    const request = produceRequest(batches, { acks, transactionalId, timeoutMs: this.requestTimeoutMs })
    const answer = await this.cluster.sendTo(leader, 'Produce', request, { read: bytes => readProduced(bytes) }) as AppendAnswer[] | undefined
    return answer ?? []
  }

  addPartitions(producer: TransactionalProducer, partitions: readonly TopicPartition[]): Promise<void> {
    const topics = byTopic(partitions).map(([topic, own]) => ({ topic, partitions: own.map(({ partition }) => partition) }))
    return this.inTransaction(producer, 'adding partitions to', async transaction => {
      const { errors } = await this.cluster.sendToTransactions(producer.transactionalId, 'AddPartitionsToTxn', { ...transaction, topics })
      checkAll(errors.flatMap(({ partitionErrors }: { partitionErrors: Answer[] }) => partitionErrors))
    })
  }

  async addOffsets(producer: TransactionalProducer, group: string, offsets: readonly GroupOffset[]): Promise<void> {
    const { transactionalId } = producer
    const topics = byTopic(offsets).map(([topic, own]) => ({
      topic, partitions: own.map(({ partition, offset, metadata }) => ({ partition, offset: String(offset), metadata })),
    }))
    await this.inTransaction(producer, 'adding offsets to', async transaction => {
      check((await this.cluster.sendToTransactions(transactionalId, 'AddOffsetsToTxn', { ...transaction, groupId: group })).errorCode)
    })
    await this.inTransaction(producer, 'writing offsets in', async transaction => {
      const answer = await this.cluster.sendToCoordinator(group, 'TxnOffsetCommit', { ...transaction, transactionalId, topics })
      checkAll(answer.topics.flatMap(({ partitions }: { partitions: Answer[] }) => partitions))
    })
  }

  endTransaction(producer: TransactionalProducer, outcome: 'commit' | 'abort'): Promise<void> {
    return this.inTransaction(producer, outcome === 'commit' ? 'committing' : 'aborting', async transaction => {
      check((await this.cluster.sendToTransactions(producer.transactionalId, 'EndTxn', { ...transaction, transactionResult: outcome === 'commit' })).errorCode)
    })
  }

  groupOffsets(group: string): Promise<GroupOffset[]> {
    return this.retrying.run(`asking for the offsets of group ${group}`, async () => {
      const { errorCode, offsets } = await this.cluster.sendToCoordinator(group, 'OffsetFetch', offsetFetchRequest(group), { read: bytes => readGroupOffsets(bytes) })
      check(errorCode)
      return offsets as GroupOffset[]
    })
  }

  private inTransaction({ transactionalId, producerId, epoch }: TransactionalProducer, what: string, f: (transaction: object) => Promise<void>): Promise<void> {
    return this.retrying.run(`${what} the transaction of '${transactionalId}'`, () => f({ producerId: String(producerId), producerEpoch: epoch }))
  }
}

interface Answer { readonly errorCode: number }

/** Of several answers an error that does not pass counts more than one that does. */
function checkAll(answers: readonly Answer[]): void {
  const errors = answers.filter(({ errorCode }) => errorCode !== codes.none && errorCode !== operationNotAttempted).map(({ errorCode }) => new AnswerError(errorCode))
  const first = errors.find(error => !isPassing(error)) ?? errors[0]
  if (first !== undefined) throw first
}

/** What Kafka says of partitions that had no fault of their own. */
const operationNotAttempted = 55

function byTopic<P extends TopicPartition>(partitions: readonly P[]): [topic: string, own: P[]][] {
  const topics = new Map<string, P[]>()
  for (const partition of partitions) topics.set(partition.topic, [...topics.get(partition.topic) ?? [], partition])
  return [...topics]
}
