/**
 * Reads a range of a batch again: exactly the records that it had, or an error. One range of a shard at a time, since all
 * readers of a shard share what Kinesis allows.
 */
import { MillraceError } from '../../base/errors'
import { logFor } from '../../base/log'
import type { HashKeyRange } from './aggregated'
import { isExpired, isGone, isThrottled, recordsPerCallMax, type KinesisApi } from './client'
import { encodeFrame } from './frames'
import type { HeldRange } from './held-range'
import { Pauses } from '../support/pauses'
import type { SequenceNumberRange } from './shards'

const log = logFor('KinesisInputDStream')

export interface RetryOptions {
  readonly attempts: number
  readonly waitMs: number
}

export interface RangeReaderOptions {
  /** Gives the client, when it is needed first. */
  readonly apiOf: () => KinesisApi
  readonly retry: RetryOptions
  readonly failOnDataLoss: boolean
}

export class RangeReader {
  private readonly last = new Map<string, Promise<unknown>>()
  private readonly pauses = new Pauses()

  constructor(private readonly options: RangeReaderOptions) {}

  /** The records of `held`, which has them from then on. */
  read(held: HeldRange): Promise<readonly Uint8Array[]> {
    const { shardId } = held.range
    const turn = this.last.get(shardId) ?? Promise.resolve()
    const frames = turn.then(async () => held.frames ??= await this.readOrLose(held))
    const settled = frames.then(() => undefined, () => undefined)
    this.last.set(shardId, settled)
    return frames
  }

  stop(): void { this.pauses.end() }

  private async readOrLose(held: HeldRange): Promise<readonly Uint8Array[]> {
    const { retry, failOnDataLoss } = this.options
    try { return await withRetries(() => this.readAll(held), retry, this.pauses) } catch (error) {
      if (failOnDataLoss || !MillraceError.is(error) || error.code !== 'MR_DATA_LOST') throw error
      log.warn(`${error.message}; going on with those that are`)
      return withRetries(() => this.readRest(held), retry, this.pauses)
    }
  }

  /** All records of the range, or an error. */
  private async readAll({ range, shard }: HeldRange): Promise<readonly Uint8Array[]> {
    const api = this.options.apiOf()
    const { shardId, fromSeqNumber, toSeqNumber, recordCount } = range
    const hashKeys = hashKeysOf(shard)
    const frames: Uint8Array[] = []
    let left = recordCount
    let iterator = await this.begin(range)
    while (iterator !== undefined) {
      const { records, next, isAtTip } = await api.records(shardId, iterator, Math.min(left, recordsPerCallMax))
      if (records.length > 0) {
        if (left === recordCount && records[0]!.sequenceNumber !== fromSeqNumber) break
        frames.push(encodeFrame(records, hashKeys).bytes)
        left -= records.length
        if (left > 0) iterator = next
        else if (records[records.length - 1]!.sequenceNumber === toSeqNumber) return frames
        else break
      } else {
        if (isAtTip) break
        iterator = next
      }
    }
    throw gone(range)
  }

  /** Undefined where the shard is gone. */
  private async begin({ shardId, fromSeqNumber }: SequenceNumberRange): Promise<string | undefined> {
    try {
      return await this.options.apiOf().iterator(shardId, { from: 'AT_SEQUENCE_NUMBER', sequenceNumber: fromSeqNumber })
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  /** Those that are still there. */
  private async readRest({ range, shard }: HeldRange): Promise<readonly Uint8Array[]> {
    const api = this.options.apiOf()
    const { shardId, toSeqNumber } = range
    const frames: Uint8Array[] = []
    let iterator = await this.begin(range)
    while (iterator !== undefined) {
      const { records, next, isAtTip } = await api.records(shardId, iterator)
      const within = records.filter(({ sequenceNumber }) => BigInt(sequenceNumber) <= BigInt(toSeqNumber))
      if (within.length > 0) frames.push(encodeFrame(within, hashKeysOf(shard)).bytes)
      if (within.length < records.length || isAtTip) break
      iterator = next
    }
    return frames
  }
}

function hashKeysOf({ startingHashKey, endingHashKey }: HeldRange['shard']): HashKeyRange {
  return { start: BigInt(startingHashKey), end: BigInt(endingHashKey) }
}

function gone({ streamName, shardId, fromSeqNumber, toSeqNumber, recordCount }: SequenceNumberRange): MillraceError {
  return new MillraceError('MR_DATA_LOST',
    `Could not read until the end sequence number of the range: the ${recordCount} records of a batch, from ${fromSeqNumber} to ${toSeqNumber} of`
    + ` ${shardId} of ${streamName}, are not all there any more`, {
      hint: 'Retention was over before the batch could run again, or the stream was made anew. To go on with what is left, say failOnDataLoss(false).',
    })
}

const throttledWaitMs = 500

/** Tries again what may pass; what a shard shared with others does not allow just now, for as long as it takes. */
export async function withRetries<R>(f: () => Promise<R>, { attempts, waitMs }: RetryOptions, pauses: Pauses): Promise<R> {
  for (let attempt = 1; ;) {
    try { return await f() } catch (error) {
      if (isThrottled(error) && !pauses.isOver) {
        await pauses.wait(throttledWaitMs)
        continue
      }
      const mayPass = isExpired(error) || (MillraceError.is(error) && error.retriable)
      if (!mayPass || attempt >= attempts) throw error
      await pauses.wait(waitMs * 2 ** (attempt++ - 1))
    }
  }
}
