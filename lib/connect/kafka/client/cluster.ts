/**
 * The brokers of a cluster: a link to each that is needed, and which of them leads a partition, for as long as that is believed.
 * A link that has failed is closed and never used again; what was known of leaders then is asked anew.
 */
import { systemClock } from '../../../base/clock'
import { check, codes, AnswerError } from './broker-errors'
import { BrokerLink, type AnswerReader, type Api, type RawRequest } from './kafkajs'
import type { BrokerAddress } from './kafka-params'

interface Topic {
  /** By partition; -1 where there is none at the moment. */
  readonly leaders: ReadonlyMap<number, number>
  readonly learntMs: number
}

interface MetadataAnswer {
  readonly brokers: readonly { readonly nodeId: number, readonly host: string, readonly port: number }[]
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number, readonly topic: string, readonly isInternal: boolean
    readonly partitionMetadata: readonly { readonly partitionId: number, readonly leader: number }[]
  }[]
}

interface SendOptions { readonly waits?: boolean, readonly read?: AnswerReader, readonly waitMs?: number }

export class Cluster {
  private readonly links = new Map<string, BrokerLink>()
  private nodes = new Map<number, { readonly host: string, readonly port: number }>()
  private readonly known = new Map<string, Topic>()
  private nextSeed = 0
  private closedBecause: string | undefined

  constructor(private readonly address: BrokerAddress, private readonly metadataAgeMsMax: number, private readonly sharesAnswers = false) {}

  /** The names of all topics, Kafka's own left out. */
  async topics(): Promise<string[]> {
    const { topicMetadata } = await this.metadata(null)
    return topicMetadata.filter(each => each.topicErrorCode === codes.none && !each.isInternal).map(({ topic }) => topic)
  }

  /** The partitions of a topic; none where it does not exist. Asked for anew where `isFresh`. `mayMake`: brokers that make topics may make it. */
  async partitions(topics: readonly string[], isFresh: boolean, mayMake = false): Promise<ReadonlyMap<string, readonly number[]>> {
    await this.learn(topics, isFresh, mayMake)
    return new Map(topics.map(topic => [topic, [...this.known.get(topic)?.leaders.keys() ?? []].sort((a, b) => a - b)]))
  }

  /** The number of the broker that leads a partition. `learn` must have been awaited for its topic. */
  leaderOf(topic: string, partition: number): number {
    const leader = this.known.get(topic)?.leaders.get(partition)
    if (leader === undefined) throw new AnswerError(codes.unknownTopic)
    if (leader < 0 || !this.nodes.has(leader)) throw new AnswerError(codes.leaderNotAvailable)
    return leader
  }

  /** Asks for those of the topics of which nothing is known, or nothing new enough. */
  async learn(topics: readonly string[], isFresh = false, mayMake = false): Promise<void> {
    const oldestMs = systemClock.now() - this.metadataAgeMsMax
    const unknown = isFresh ? topics : topics.filter(topic => !((this.known.get(topic)?.learntMs ?? -Infinity) > oldestMs))
    if (unknown.length > 0) await this.metadata([...new Set(unknown)], mayMake)
  }

  /** What was believed of the topic has been wrong. */
  forget(topic: string): void { this.known.delete(topic) }

  private async metadata(topics: readonly string[] | null, allowAutoTopicCreation = false): Promise<MetadataAnswer> {
    // kafkajs says that all are meant by giving none.
    const answer: MetadataAnswer = await this.sendToAny('Metadata', { topics: topics ?? [], allowAutoTopicCreation })
    this.nodes = new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]))
    const learntMs = systemClock.now()
    for (const { topic, topicErrorCode, partitionMetadata } of answer.topicMetadata) {
      if (topicErrorCode === codes.unknownTopic) this.known.delete(topic)
      else if (topicErrorCode === codes.none) {
        this.known.set(topic, { learntMs, leaders: new Map(partitionMetadata.map(({ partitionId, leader }) => [partitionId, leader])) })
      } else if (topics !== null) check(topicErrorCode)
    }
    return answer
  }

  async sendTo(node: number, api: Api, values: object | RawRequest, options?: SendOptions): Promise<any> {
    const at = this.nodes.get(node)
    if (at === undefined) throw new AnswerError(codes.leaderNotAvailable)
    return this.send(this.linkTo(at.host, at.port), api, values, options)
  }

  /** To the broker that coordinates a group. */
  async sendToCoordinator(groupId: string, api: Api, values: object | RawRequest, options?: SendOptions): Promise<any> {
    return this.send(await this.coordinator(groupId, 0), api, 'body' in values ? values : { groupId, ...values }, options)
  }

  /** To the broker that coordinates the transactions of a transactional id. */
  async sendToTransactions(transactionalId: string, api: Api, values: object): Promise<any> {
    return this.send(await this.coordinator(transactionalId, 1), api, { transactionalId, ...values })
  }

  private async coordinator(groupId: string, coordinatorType: 0 | 1): Promise<BrokerLink> {
    const found = await this.sendToAny('GroupCoordinator', { groupId, coordinatorType })
    check(found.errorCode)
    const { host, port } = found.coordinator as { host: string, port: number }
    return this.linkTo(host, port)
  }

  /** To one that there is a link to, else to those that were given, in turn. Rejects with the last error when none answers. */
  async sendToAny(api: Api, values: object): Promise<any> {
    const given = this.address.brokers
    const others = [...this.links.values()].map(({ host, port }) => ({ host, port }))
    const seeds = given.map((_, index) => given[(this.nextSeed + index) % given.length]!)
    let last: unknown
    for (const { host, port } of distinct([...others, ...seeds])) {
      try { return await this.send(this.linkTo(host, port), api, values) } catch (error) { last = error }
    }
    this.nextSeed++
    throw last
  }

  private linkTo(host: string, port: number): BrokerLink {
    if (this.closedBecause !== undefined) throw new Error(this.closedBecause)
    const name = `${host}:${port}`
    let link = this.links.get(name)
    if (link === undefined) this.links.set(name, link = new BrokerLink(this.address, host, port, this.sharesAnswers))
    return link
  }

  /** The process stays alive for the answer, and no longer than it may take. */
  private async send(link: BrokerLink, api: Api, values: object | RawRequest, options: SendOptions = {}): Promise<any> {
    const timeoutMs = this.address.requestTimeoutMs + (options.waitMs ?? 0)
    const timer = systemClock.schedule(systemClock.now() + timeoutMs, () => this.drop(link, `${link.name} has not answered for ${timeoutMs} ms`))
    try { return await link.send(api, values, options) } catch (error) {
      this.drop(link, (error as Error).message)
      throw error
    } finally { timer.cancel() }
  }

  private drop(link: BrokerLink, reason: string): void {
    if (this.links.get(link.name) === link) this.links.delete(link.name)
    link.close(reason)
    // A new leader is likely, and asking costs little.
    this.known.clear()
  }

  close(reason: string): void {
    this.closedBecause = reason
    for (const link of this.links.values()) link.close(reason)
    this.links.clear()
  }
}

function distinct(places: readonly { readonly host: string, readonly port: number }[]): readonly { readonly host: string, readonly port: number }[] {
  return [...new Map(places.map(place => [`${place.host}:${place.port}`, place])).values()]
}
