/**
 * What the checkpoint says of a receiver's part of a batch, and how a recovered program gets it back: from the
 * log, entry by entry; without a log what was in memory is gone, which is said and not thrown.
 */
import { CheckpointError } from '../../base/errors'
import { logFor } from '../../base/log'
import { Time } from '../../base/time'
import type { Block, LoggedBlock } from './block'
import { logDirectory } from './log-settings'
import type { ReceivedLog } from './received-log'
import type { ReceiverInputDStream } from './receiver-input-dstream'

const log = logFor('ReceiverInputDStream')
const timesShown = 10

/** Plain data. Without a log only `blocks`, how many the batch had. */
export interface ReceivedData {
  readonly blocks: number
  /** Their entries in the log. */
  readonly sequences?: readonly number[]
  /** The last entry that this batch or one before it has. */
  readonly through?: number
}

export function receivedData(blocks: readonly Block[], received: ReceivedLog | undefined, batchMs: number): ReceivedData {
  if (received === undefined) return { blocks: blocks.length }
  const sequences = blocks.flatMap(block => block.kind === 'logged' ? [block.sequence] : [])
  return { blocks: blocks.length, sequences, through: received.throughAt(batchMs) }
}

/** Gives the batches of the run before this one their blocks again. */
export function restoreReceived(
  stream: ReceiverInputDStream<any>, batches: ReadonlyMap<number, ReceivedData | undefined>, received: ReceivedLog | undefined,
): void {
  const { id, context: { receiverTracker } } = stream
  const gone = { unlogged: [] as number[], lost: [] as number[] }
  for (const [batchMs, data] of [...batches].sort(([a], [b]) => a - b)) {
    const sequences = data?.sequences ?? []
    if (received === undefined && sequences.length > 0) throw logIsOff(stream, batchMs)
    const blocks = sequences.flatMap(sequence => blockOf(stream, received!, sequence, batchMs))
    if (blocks.length < (data?.blocks ?? 0)) gone[data?.sequences === undefined ? 'unlogged' : 'lost'].push(batchMs)
    receiverTracker.restoreBatch(batchMs, id, blocks)
    received?.restoreBatch(batchMs, data?.through ?? -1)
  }
  warnOfGone(stream.name, gone.unlogged, 'it was not logged (spark.streaming.receiver.writeAheadLog.enable)')
  warnOfGone(stream.name, gone.lost, 'the log has lost it')
}

function blockOf(stream: ReceiverInputDStream<any>, received: ReceivedLog, sequence: number, batchMs: number): LoggedBlock[] {
  const block = received.foundBlock(sequence)
  if (block !== undefined) return [block]
  if (received.losses.some(loss => loss.firstSequence <= sequence && sequence <= loss.lastSequence)) return []
  throw new CheckpointError(
    `the batch at ${new Time(batchMs)} had received entry ${sequence} of ${stream.name}, which is not in ${logDirectory(stream)}`, {
      at: stream.site.toString(),
      hint: 'Is it the log of another stream? Name the streams of receivers with uid(), so that their order may change.',
    })
}

function warnOfGone(name: string, goneMs: readonly number[], why: string): void {
  if (goneMs.length === 0) return
  const shown = goneMs.slice(0, timesShown).map(ms => String(new Time(ms))).join(', ')
  const more = goneMs.length > timesShown ? ` and ${goneMs.length - timesShown} more` : ''
  log.warn(`${name}: what was received for the batches at ${shown}${more} is gone, for ${why}. That part of them is empty`
    + ' when they are computed again')
}

function logIsOff(stream: ReceiverInputDStream<any>, batchMs: number): CheckpointError {
  return new CheckpointError(
    `what ${stream.name} received for the batch at ${new Time(batchMs)} is in the write-ahead log, which is switched off now`, {
      at: stream.site.toString(),
      hint: 'Set spark.streaming.receiver.writeAheadLog.enable to true, or start in another checkpoint folder.',
    })
}
