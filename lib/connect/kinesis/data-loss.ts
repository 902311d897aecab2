/** The error for what Kinesis no longer has, and the question whether it may have lost something. */
import { MillraceError } from '../../base/errors'
import type { KinesisApi } from './client'
import type { ShardPosition } from './shards'

/** Nothing is deleted earlier than this: the shortest retention that Kinesis has. */
const retentionMsMin = 24 * 3_600_000
/** Clocks are compared to a second. */
const toleranceMs = 2_000

export function dataLoss(what: string): MillraceError {
  return new MillraceError('MR_DATA_LOST', `${what}: records were deleted before they were read`, {
    hint: 'Retention was over, or the stream was made anew. To go on without what is lost, say failOnDataLoss(false).',
  })
}

/** True for a place that is so far back that retention may have got there. */
export function isFarBack(api: KinesisApi, { knownToMs }: ShardPosition): boolean {
  return knownToMs !== undefined && knownToMs < api.serverMs - retentionMsMin + toleranceMs
}

/** True when records that belong to the stream and were not read may have been deleted. */
export async function mayHaveLost(api: KinesisApi, shardId: string, position: ShardPosition): Promise<boolean> {
  const { knownToMs, from, sequenceNumber } = position
  if (knownToMs === undefined || !isFarBack(api, position)) return false
  if (knownToMs >= api.serverMs - await api.retentionMs() + toleranceMs) return false
  return from !== 'AFTER_SEQUENCE_NUMBER' || !await isThere(api, shardId, sequenceNumber!)
}

/** A record that is still there has all that came after it behind it. */
async function isThere(api: KinesisApi, shardId: string, sequenceNumber: string): Promise<boolean> {
  let iterator: string | undefined = await api.iterator(shardId, { from: 'AT_SEQUENCE_NUMBER', sequenceNumber })
  while (iterator !== undefined) {
    const { records, next, isAtTip } = await api.records(shardId, iterator, 1)
    if (records.length > 0) return records[0]!.sequenceNumber === sequenceNumber
    if (isAtTip) return false
    iterator = next
  }
  return false
}
