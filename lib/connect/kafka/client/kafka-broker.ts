/**
 * A Kafka cluster as a log of record batches. Every request is tried again, with leaders asked for anew, until
 * `default.api.timeout.ms` is over, so that brokers may go and come back; what it rejects with is final for the caller.
 */
import type { Fetched, FetchRequest, IsolationLevel, KafkaLog, OffsetAt, TopicPartition } from '../log'
import { AnswerError, check, codes } from './broker-errors'
import { Cluster } from './cluster'
import { Fetching } from './fetching'
import type { KafkaSettings } from './kafka-params'
import { byTopic, grouped, listed, nameOf } from './partitions'
import { Retrying } from './retrying'

const earliestTimestamp = -2
const latestTimestamp = -1

interface OffsetsAnswer {
  readonly responses: readonly {
    readonly topic: string
    readonly partitions: readonly { readonly partition: number, readonly errorCode: number, readonly offset: string }[]
  }[]
}

/** A cluster at `settings.address`. Nothing is sent before it is asked for something. `hasThreads`: others than this thread read what it gives. */
export class KafkaBroker implements KafkaLog {
  private readonly cluster: Cluster
  private readonly retrying: Retrying
  private readonly fetching: Fetching
  private readonly brokers: string

  constructor(settings: KafkaSettings, hasThreads = false) {
    this.brokers = settings.address.brokers.map(({ host, port }) => `${host}:${port}`).join(', ')
    this.cluster = new Cluster(settings.address, settings.metadataAgeMsMax, hasThreads)
    this.retrying = new Retrying(settings, this.brokers)
    this.fetching = new Fetching(this.cluster, this.retrying, settings.fetchBytesMax)
  }

  async connect(): Promise<void> { await this.retrying.run('connecting', () => this.cluster.topics()) }

  /** At once: nothing is waited for. What was asked for and has not been answered is rejected. */
  async disconnect(): Promise<void> {
    this.retrying.end()
    this.cluster.close('the connection to Kafka was closed')
  }

  topics(): Promise<string[]> { return this.retrying.run('listing the topics', async () => (await this.cluster.topics()).sort()) }

  partitions(topics: readonly string[]): Promise<TopicPartition[]> {
    return this.retrying.run(`listing the partitions of ${topics.join(', ')}`, async () => {
      const found = await this.cluster.partitions(topics, true)
      return topics.flatMap(topic => found.get(topic)!.map(partition => ({ topic, partition })))
    })
  }

  async offsets(partitions: readonly TopicPartition[], at: OffsetAt, isolation: IsolationLevel): Promise<number[]> {
    const timestamp = at === 'earliest' ? earliestTimestamp : at === 'latest' ? latestTimestamp : at.timestampMs
    const found = await this.listOffsets(partitions, timestamp, isolation)
    // Nothing at or after that time.
    const none = partitions.filter((_, index) => found[index]! < 0)
    if (none.length === 0) return found
    const latest = await this.listOffsets(none, latestTimestamp, isolation)
    const byPlace = new Map(none.map((place, index) => [nameOf(place), latest[index]!]))
    return partitions.map((place, index) => found[index]! < 0 ? byPlace.get(nameOf(place))! : found[index]!)
  }

  private async listOffsets(partitions: readonly TopicPartition[], timestamp: number, isolation: IsolationLevel): Promise<number[]> {
    const found = new Map<string, number>()
    return this.retrying.run(`asking for offsets of ${listed(partitions)}`, async () => {
      const wanted = partitions.filter(place => !found.has(nameOf(place)))
      const asked = Array.from(await this.byLeader(wanted), async ([leader, places]) => {
        const topics = byTopic(places, ({ partition }) => ({ partition, timestamp }))
        const { responses }: OffsetsAnswer = await this.cluster.sendTo(leader, 'ListOffsets', { topics, isolationLevel: isolation === 'read_committed' ? 1 : 0 })
        this.takeOffsets(responses, found)
      })
      await allOf(asked)
      return partitions.map(place => found.get(nameOf(place))!)
    })
  }

  /** Keeps what was answered, then throws the first error there was: the rest is asked for again. */
  private takeOffsets(responses: OffsetsAnswer['responses'], found: Map<string, number>): void {
    let failed: AnswerError | undefined
    for (const { topic, partitions } of responses) {
      for (const { partition, errorCode, offset } of partitions) {
        if (errorCode === codes.none) {
          found.set(nameOf({ topic, partition }), Number(offset))
        } else {
          this.cluster.forget(topic)
          failed ??= new AnswerError(errorCode)
        }
      }
    }
    if (failed !== undefined) throw failed
  }

  private async byLeader<P extends TopicPartition>(places: readonly P[]): Promise<Map<number, P[]>> {
    await this.cluster.learn(places.map(({ topic }) => topic))
    return grouped(places, ({ topic, partition }) => this.cluster.leaderOf(topic, partition))
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<(number | undefined)[]> {
    return this.retrying.run(`asking for the offsets of group ${group}`, async () => {
      const topics = byTopic(partitions, ({ partition }) => ({ partition }))
      const answer = await this.cluster.sendToCoordinator(group, 'OffsetFetch', { topics })
      check(answer.errorCode ?? codes.none)
      const found = new Map<string, number>()
      for (const { topic, partitions: answers } of answer.responses as OffsetsAnswer['responses']) {
        for (const { partition, errorCode, offset } of answers) {
          if (errorCode !== codes.unknownTopic) check(errorCode)
          if (Number(offset) >= 0) found.set(nameOf({ topic, partition }), Number(offset))
        }
      }
      return partitions.map(place => found.get(nameOf(place)))
    })
  }

  commit(group: string, offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    return this.retrying.run(`committing offsets of group ${group}`, async () => {
      const topics = byTopic(offsets, ({ partition, offset }) => ({ partition, offset: String(offset), metadata: '' }))
      // As no member: that is refused while the group has some.
      const values = { groupGenerationId: -1, memberId: '', topics }
      const answer = await this.cluster.sendToCoordinator(group, 'OffsetCommit', values)
      for (const { partitions } of answer.responses as OffsetsAnswer['responses']) for (const { errorCode } of partitions) check(errorCode)
    })
  }

  fetch(requests: readonly FetchRequest[], options: { readonly isolation: IsolationLevel, readonly maxWaitMs: number }): Promise<Fetched[]> {
    return this.fetching.fetch(requests, options)
  }
}

/** Waits for all, then throws the first error. */
async function allOf(all: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(all)) if (result.status === 'rejected') throw result.reason
}
