/**
 * Reads one shard ahead of the batches, from a position to its end. What passes (too many calls, a network that is away, an
 * iterator that is older than five minutes) is tried again for as long as it takes; anything else ends the reading with an
 * error. No record is given twice, and none is left out.
 */
import { systemClock } from '../../base/clock'
import { logFor } from '../../base/log'
import { freshSeed, Random } from '../../base/random'
import { MillraceError } from '../../base/errors'
import type { FetchAhead } from './ahead'
import { isExpired, isThrottled, type Fetched, type KinesisApi } from './client'
import { dataLoss, isFarBack, mayHaveLost } from './data-loss'
import type { FetchedRecord } from './frames'
import { Pauses } from '../support/pauses'
import type { ShardPosition, ShardState } from './shards'

const log = logFor('KinesisInputDStream')

/** Kinesis allows five calls a second and shard, for all who read it together. */
const callIntervalMs = 250
const backOffMs = { first: 200, max: 10_000 }
/** What a call may bring, before the first has shown it, and at least. */
const firstBytes = 1024 * 1024
const leastBytes = 64 * 1024

export interface ShardReaderOptions {
  readonly api: KinesisApi
  readonly ahead: FetchAhead
  readonly shard: ShardState
  readonly failOnDataLoss: boolean
  /** An iterator that stands at the position. */
  readonly iterator?: string | undefined
  /** Records that were read, at least one. Returns how many bytes they take. */
  readonly onRecords: (records: readonly FetchedRecord[]) => number
  /** The shard is read to its end. */
  readonly onEnd: () => void
  readonly onFailure: (error: unknown) => void
}

export class ShardReader {
  /** Behind all that was read. */
  private position: ShardPosition
  private iterator: string | undefined
  private expectedBytes = firstBytes
  private failures = 0
  private isStopped = false
  private readonly pauses = new Pauses()
  private readonly random = new Random(freshSeed())

  constructor(private readonly options: ShardReaderOptions) {
    this.position = options.shard.position
    this.iterator = options.iterator
  }

  /** Where a reader that comes after this one would begin, if all that this one gave were in batches. */
  get readTo(): ShardPosition { return this.position }

  /** Resolves when there is nothing more to do. Never rejects. */
  async run(): Promise<void> {
    while (!this.isStopped) {
      const release = await this.options.ahead.reserve(this.expectedBytes)
      const startMs = systemClock.now()
      let waitMs = 0
      try {
        if (this.isStopped) return
        if (await this.step()) return
        waitMs = startMs + callIntervalMs - systemClock.now()
      } catch (error) {
        if (this.isStopped) return
        const backOff = this.afterFailure(error)
        if (backOff === undefined) return this.options.onFailure(error)
        waitMs = backOff
      } finally { release() }
      await this.pauses.wait(waitMs)
    }
  }

  stop(): void {
    this.isStopped = true
    this.pauses.end()
  }

  /** One call. True at the end of the shard. */
  private async step(): Promise<boolean> {
    const { api, shard, onEnd } = this.options
    // Kinesis does not say so when it deletes what an iterator was to read.
    if (isFarBack(api, this.position)) this.iterator = undefined
    this.iterator ??= await this.open()
    const askedMs = api.serverMs
    const fetched = await api.records(shard.shardId, this.iterator)
    if (this.isStopped) return true
    this.failures = 0
    this.take(fetched, askedMs)
    this.iterator = fetched.next
    if (fetched.next !== undefined) return false
    onEnd()
    return true
  }

  /** An iterator behind what was read last, where retention has taken nothing since. */
  private async open(): Promise<string> {
    const { api, shard, failOnDataLoss } = this.options
    if (await mayHaveLost(api, shard.shardId, this.position)) {
      const error = dataLoss(`Kinesis has not kept what comes next in ${shard.shardId}`)
      if (failOnDataLoss) throw error
      log.warn(`${error.message}; going on with the oldest that is there`)
      this.position = { from: 'TRIM_HORIZON' }
    }
    const { position } = this
    if (position.from === 'SHARD_END') throw new MillraceError('MR_ILLEGAL_STATE', `${shard.shardId} has ended already`)
    return api.iterator(shard.shardId, { ...position, from: position.from })
  }

  private take({ records, isAtTip }: Fetched, askedMs: number): void {
    const last = records[records.length - 1]
    if (last !== undefined) {
      this.position = { from: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: last.sequenceNumber, knownToMs: last.arrivalMs }
      const bytes = this.options.onRecords(records)
      this.expectedBytes = Math.max(leastBytes, 2 * bytes)
    } else if (isAtTip) {
      this.expectedBytes = leastBytes
      this.position = caughtUp(this.position, askedMs - 1_000)
    }
  }

  /** How long to wait; undefined for what will not pass. */
  private afterFailure(error: unknown): number | undefined {
    const { shard } = this.options
    if (isExpired(error)) {
      // Not at once again and again, should the new one be taken for too old as well.
      this.iterator = undefined
      return this.failures++ === 0 ? 0 : backOffMs.first
    }
    if (!MillraceError.is(error) || !error.retriable) return undefined
    const backOff = Math.min(backOffMs.max, backOffMs.first * 2 ** Math.min(this.failures++, 10))
    // A shard that others read too is throttled now and then: that is no news.
    const isNews = isThrottled(error) ? this.failures === 5 : this.failures === 1
    if (isNews) log.warn(`${error.message}; trying again until it can be read`)
    else log.debug(`${shard.shardId}: attempt ${this.failures} failed: ${error.message}`)
    return backOff * (0.5 + this.random.next() / 2)
  }
}

/** All that had come by `knownToMs` was read. */
function caughtUp(position: ShardPosition, knownToMs: number): ShardPosition {
  if (position.knownToMs !== undefined && position.knownToMs >= knownToMs) return position
  // Nothing has come since: to begin later is the same, and does not depend on what retention takes.
  return position.from === 'AT_TIMESTAMP' && position.knownToMs !== undefined
    ? { ...position, timestampMs: knownToMs, knownToMs } : { ...position, knownToMs }
}
