/**
 * The one owner of a MemoryKafka's state. Operations run one after another; what happens is written first, where there is a
 * folder, then applied, then acknowledged, so that no reader sees what a SIGKILL could take back.
 */
import type { Clock } from '../../base/clock'
import { IllegalStateError, SparkError } from '../../base/errors'
import { FramedLog } from '../../disk/framed-log'
import { realDisk } from '../../disk/real-disk'
import type { TopicPartition } from '../../connect/kafka/log'
import { BrokerState, placeKey } from './broker-state'
import { decodeEvent, encodeEvent, type KafkaEvent } from './events'
import type { PartitionLog } from './partition-log'

/** Makes something happen. */
export type Tell = (event: KafkaEvent) => Promise<void>

export interface BrokerOptions {
  readonly name: string
  readonly folder: string | undefined
  readonly clock: Clock
  /** How many partitions a topic gets that is made because somebody writes to it; 0: it is not made. */
  readonly newTopicPartitions: number
}

const eventKind = 1

export class Broker {
  readonly state = new BrokerState()
  private readonly opened: Promise<FramedLog | undefined>
  private last: Promise<unknown> = Promise.resolve()
  private readonly watchers = new Set<() => void>()
  private repaired: { readonly promise: Promise<void>, readonly resolve: () => void } | undefined
  private isClosed = false

  constructor(readonly options: BrokerOptions) {
    this.opened = this.open()
    this.opened.catch(() => {}) // Every operation rejects with it.
  }

  get name(): string { return this.options.name }

  /** Undefined while it answers; resolves when it does again. */
  get outage(): Promise<void> | undefined { return this.repaired?.promise }

  private async open(): Promise<FramedLog | undefined> {
    const { folder } = this.options
    if (folder === undefined) return undefined
    const log = await FramedLog.open(realDisk, folder)
    for await (const { payload } of log.frames()) this.state.apply(decodeEvent(payload))
    return log
  }

  /** Runs `operation` when all before it have ended. */
  run<R>(operation: (tell: Tell, state: BrokerState) => R | Promise<R>): Promise<R> {
    if (this.isClosed) return Promise.reject(new IllegalStateError(`${this.name} is closed`))
    const done = this.last.then(async () => {
      const log = await this.opened
      const tell: Tell = async event => {
        if (log !== undefined) await log.append(eventKind, encodeEvent(event))
        this.state.apply(event)
        for (const watcher of [...this.watchers]) watcher()
      }
      await this.abortExpired(tell)
      return operation(tell, this.state)
    })
    this.last = done.catch(() => {})
    return done
  }

  private async abortExpired(tell: Tell): Promise<void> {
    const nowMs = this.options.clock.now()
    for (const [producerId, { transaction, timeoutMs, epoch, transactionalId }] of this.state.producers) {
      if (transaction === undefined || transaction.beganMs + timeoutMs > nowMs) continue
      await tell({ kind: 'ended', producerId, outcome: 'abort', atMs: nowMs })
      // Whoever it was must not write any more.
      await tell({ kind: 'producer', producerId, epoch: epoch + 1, transactionalId, timeoutMs })
    }
  }

  /** Calls `watcher` after whatever happens, until the function that it returns is called. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => { this.watchers.delete(watcher) }
  }

  /** Throws for a partition that does not exist. */
  requireLog(place: TopicPartition): PartitionLog {
    const log = this.state.log(place)
    if (log !== undefined) return log
    const isTopic = this.state.topics.has(place.topic)
    throw new SparkError(`Kafka at ${this.name} has no ${isTopic ? 'partition' : 'topic'} '${isTopic ? placeKey(place) : place.topic}'`, {
      hint: `Make it first: kafka.topic('${place.topic}', { partitions: ${place.partition + 1} }).`,
    })
  }

  breakDown(): void {
    if (this.repaired !== undefined) return
    let resolve!: () => void
    const promise = new Promise<void>(repaired => { resolve = repaired })
    this.repaired = { promise, resolve }
  }

  repair(): void {
    this.repaired?.resolve()
    this.repaired = undefined
  }

  /** Resolves when all that was asked is done and written. Then nothing more is taken. */
  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    this.repair()
    await this.last
    await (await this.opened)?.close()
  }
}
