/**
 * The reading of a whole Kinesis stream: a reader for each shard whose turn it is, what they have fetched, and what a batch
 * takes of it. What a batch took and where the next one begins is one plan, so that both are in the checkpoint or neither.
 */
import { logFor } from '../../base/log'
import { MillraceError } from '../../base/errors'
import type { FetchAhead } from './ahead'
import type { KinesisApi } from './client'
import { dataLoss } from './data-loss'
import { FrameQueue, type TakenRange } from './frame-queue'
import { encodeFrame } from './frames'
import type { HeldRange } from './held-range'
import { Pauses } from '../support/pauses'
import { withRetries, type RetryOptions } from './read-again'
import { fairShares } from './shares'
import { ShardReader } from './shard-reader'
import {
  afterParents, firstShards, foundShards, goneShard, isEnded, isNext, type KinesisPlan, type Shard, type ShardPosition, type ShardState,
} from './shards'

const log = logFor('KinesisInputDStream')

export interface ReadingOptions {
  readonly api: KinesisApi
  readonly ahead: FetchAhead
  readonly streamName: string
  readonly initial: ShardPosition
  readonly failOnDataLoss: boolean
  readonly retry: RetryOptions
}

/** A shard of the stream while it is read. */
interface LiveShard {
  /** How far batches have it. */
  state: ShardState
  readonly queue: FrameQueue
  reader: ShardReader | undefined
  /** Everything of it is in the queue, or was. */
  isReadToEnd: boolean
  isListed: boolean
}

export interface Taken {
  readonly plan: KinesisPlan
  readonly ranges: readonly HeldRange[]
  readonly bytes: number
}

/** Closed shards have children; it may take a moment until they are listed. */
const listAgainMs = 1_000

export class KinesisReading {
  private readonly shards = new Map<string, LiveShard>()
  private readonly pauses = new Pauses()
  private failed: { readonly error: unknown } | undefined

  constructor(private readonly options: ReadingOptions) {}

  /** Begins where the plan of an earlier run ended, else at the initial position. Rejects when the stream cannot be read. */
  async begin(latest: KinesisPlan | undefined): Promise<void> {
    const { api, initial, retry, failOnDataLoss } = this.options
    const listed = await withRetries(() => api.shards(), retry, this.pauses)
    if (latest === undefined) {
      for (const state of firstShards(listed, initial)) this.add(state)
      await this.findLatest()
    } else {
      const gone = goneShard(latest.shards, listed)
      if (gone !== undefined) this.loses(gone, failOnDataLoss)
      for (const state of latest.shards) this.add(state)
      this.addFound(listed)
      this.findChildrenOfEnded(listed)
    }
    this.markListed(listed)
    this.readOn()
  }

  private loses({ shardId }: ShardState, failOnDataLoss: boolean): void {
    const error = dataLoss(`${shardId} of ${this.options.streamName} is gone`)
    if (failOnDataLoss) throw error
    log.warn(`${error.message}; going on with the shards that are there`)
  }

  /** Reads from now on what comes, also if that is read by a later run because this one ended before anything came. */
  private async findLatest(): Promise<void> {
    const { api, retry } = this.options
    const latest = [...this.shards.values()].filter(({ state }) => state.position.from === 'LATEST')
    await Promise.all(latest.map(async live => {
      const nowMs = api.serverMs
      const iterator = await withRetries(() => api.iterator(live.state.shardId, { from: 'LATEST' }), retry, this.pauses)
      live.state = { ...live.state, position: { from: 'AT_TIMESTAMP', timestampMs: nowMs, knownToMs: nowMs } }
      this.startReader(live, iterator)
    }))
  }

  private add(state: ShardState): void {
    this.shards.set(state.shardId, { state, queue: new FrameQueue(), reader: undefined, isReadToEnd: isEnded(state), isListed: true })
  }

  private addFound(listed: readonly Shard[]): void {
    for (const state of foundShards(this.shards, listed)) this.add(state)
  }

  private markListed(listed: readonly Shard[]): void {
    const there = new Set(listed.map(({ shardId }) => shardId))
    for (const [shardId, live] of this.shards) {
      live.isListed = there.has(shardId)
      // Only where its loss was accepted: nothing more will come of it.
      if (!live.isListed && live.reader === undefined) live.isReadToEnd = true
    }
  }

  /** Starts readers for the shards whose turn it is. */
  private readOn(): void {
    const states = new Map(Array.from(this.shards, ([shardId, { state }]) => [shardId, state]))
    for (const live of this.shards.values()) {
      if (live.reader !== undefined || live.isReadToEnd || !isNext(live.state, states)) continue
      live.state = { ...live.state, position: afterParents(live.state, states) }
      this.startReader(live)
    }
  }

  private startReader(live: LiveShard, iterator?: string): void {
    const { api, ahead, failOnDataLoss } = this.options
    const { startingHashKey, endingHashKey, shardId } = live.state
    const hashKeys = { start: BigInt(startingHashKey), end: BigInt(endingHashKey) }
    live.reader = new ShardReader({
      api, ahead, failOnDataLoss, iterator, shard: live.state,
      onRecords: records => {
        const frame = encodeFrame(records, hashKeys)
        live.queue.push(frame)
        ahead.fetched(frame.bytes.byteLength)
        return frame.bytes.byteLength
      },
      onEnd: () => {
        live.isReadToEnd = true
        log.info(`${shardId} has ended`)
        void this.findChildren(shardId)
      },
      onFailure: error => { this.failed ??= { error } },
    })
    void live.reader.run()
  }

  private findChildrenOfEnded(listed: readonly Shard[]): void {
    const there = new Set(listed.map(({ shardId }) => shardId))
    for (const { state } of this.shards.values()) {
      if (isEnded(state) && there.has(state.shardId) && !hasChild(listed, state.shardId)) void this.findChildren(state.shardId)
    }
  }

  private async findChildren(shardId: string): Promise<void> {
    const { api } = this.options
    while (!this.pauses.isOver) {
      try {
        const listed = await api.shards()
        this.addFound(listed)
            this.markListed(listed)
        if (hasChild(listed, shardId)) return
      } catch (error) {
        if (!MillraceError.is(error) || !error.retriable) {
          this.failed ??= { error }
          return
        }
        log.warn(`${error.message}; trying again`)
      }
      await this.pauses.wait(listAgainMs)
    }
  }

  /** How many elements wait for a batch. */
  get waitingCount(): number {
    let count = 0
    for (const { queue } of this.shards.values()) count += queue.count
    return count
  }

  /** What the next batch has. Throws what ended the reading. */
  take(elementsMax = Number.POSITIVE_INFINITY): Taken {
    if (this.failed !== undefined) throw this.failed.error
    const live = [...this.shards.values()]
    const shares = fairShares(live.map(({ queue }) => queue.count), elementsMax)
    const ranges: HeldRange[] = []
    let [recordCount, bytes] = [0, 0]
    live.forEach((shard, i) => {
      const taken = shares[i]! > 0 ? shard.queue.take(shares[i]) : []
      for (const range of taken) {
        ranges.push(this.heldRange(shard.state, range))
        recordCount += range.elementCount
        bytes += range.bytes
      }
      shard.state = { ...shard.state, position: positionAfter(shard, taken) }
    })
    this.readOn()
    const plan = { ranges: ranges.map(({ range }) => range), recordCount, shards: this.statesFor(ranges) }
    this.options.ahead.planned(bytes)
    return { plan, ranges, bytes }
  }

  private heldRange({ shardId, startingHashKey, endingHashKey }: ShardState, taken: TakenRange): HeldRange {
    const { fromSeqNumber, toSeqNumber, recordCount, frames } = taken
    const { streamName } = this.options
    return { range: { streamName, shardId, fromSeqNumber, toSeqNumber, recordCount }, shard: { startingHashKey, endingHashKey }, frames }
  }

  /** Ended shards that Kinesis has forgotten are forgotten, when no range of this batch is theirs. */
  private statesFor(ranges: readonly HeldRange[]): ShardState[] {
    for (const [shardId, { state, isListed }] of this.shards) {
      if (!isListed && isEnded(state) && !ranges.some(({ range }) => range.shardId === shardId)) this.shards.delete(shardId)
    }
    return Array.from(this.shards.values(), ({ state }) => state)
  }

  /** Fetches nothing more; what was fetched can still be taken. */
  stop(): void {
    this.pauses.end()
    for (const { reader } of this.shards.values()) reader?.stop()
    this.options.ahead.wake()
  }
}

function positionAfter({ state, queue, reader, isReadToEnd }: LiveShard, taken: readonly TakenRange[]): ShardPosition {
  if (queue.count === 0) {
    const readTo = reader?.readTo ?? state.position
    return isReadToEnd ? { from: 'SHARD_END', knownToMs: readTo.knownToMs } : readTo
  }
  const last = taken[taken.length - 1]
  return last === undefined ? state.position
    : { from: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.toSeqNumber, knownToMs: last.lastArrivalMs }
}

function hasChild(listed: readonly Shard[], shardId: string): boolean { return listed.some(({ parents }) => parents.includes(shardId)) }
