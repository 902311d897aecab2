/**
 * The write-ahead log of one receiver's stream. What append() has resolved is read again after any crash, in
 * the order in which it was appended. Blocks get into batches in that order too, so that one number says what
 * has a batch: everything through that entry, and nothing after it.
 */
import { strict as assert } from 'node:assert'
import { killPoint } from '../../base/kill-points'
import { limits } from '../../base/limits'
import type { Disk } from '../../disk/disk'
import { FramedLog, type LogFrame, type LogLoss } from '../../disk/framed-log'
import type { Block, HeldBlock, LoggedBlock } from './block'
import { decodeEntry, decodeHead, encodeEntry, entryKinds, type ReceivedEntry } from './received-entry'

export interface ReceivedLogOptions {
  /** The last entry that is known to have been acknowledged; a log that ends before it is refused as damaged. */
  readonly atLeastSequence?: number | undefined
  /** Go on without what is lost, knowingly. Default false. */
  readonly acceptLoss?: boolean | undefined
  readonly segmentBytesMax?: number | undefined
}

export class ReceivedLog {
  /** The blocks that were there when the log was opened. */
  private found: LoggedBlock[] = []
  /** The last entry that has a batch. */
  private through = -1
  private lastQueued = -1
  /** How far the batches had come, by time, oldest first. */
  private readonly batches: { readonly batchMs: number, readonly through: number }[] = []
  private cleanedThrough = -1
  /** Blocks of batches that have run and are remembered, in memory, oldest first. */
  private readonly processed = new Set<LoggedBlock>()
  private processedBytes = 0

  private constructor(readonly directory: string, private readonly log: FramedLog) {}

  /** Opens the log in `directory`, making it when there is none. Throws LogDamagedError when it is damaged. */
  static async open(disk: Disk, directory: string, options: ReceivedLogOptions = {}): Promise<ReceivedLog> {
    const received = new ReceivedLog(directory, await FramedLog.open(disk, directory, options))
    for await (const frame of received.log.frames()) received.find(frame)
    return received
  }

  private find(frame: LogFrame): void {
    this.found.push(this.logged(frame.sequence, decodeHead(frame)))
  }

  private logged(sequence: number, block: Pick<LoggedBlock, 'of' | 'records' | 'bytes'>, memory?: HeldBlock): LoggedBlock {
    const { of, records, bytes } = block
    return {
      kind: 'logged', sequence, of, records, bytes, memory,
      read: async () => decodeEntry(await this.log.read(sequence)),
    }
  }

  /** What was lost and accepted when the log was opened. */
  get losses(): readonly LogLoss[] { return this.log.losses }

  /** Why the log takes nothing more, once a write or an fsync has failed. */
  get failure(): Error | undefined { return this.log.failure }

  /**
   * Resolves when all the entries are durable, with their blocks in order. Rejects when the log is dead: then
   * nothing may be acknowledged any more.
   */
  async append(entries: readonly ReceivedEntry[]): Promise<LoggedBlock[]> {
    const sequences = await Promise.all(entries.map(entry => this.log.append(entryKinds[entry.of], encodeEntry(entry))))
    return entries.map(({ of, block }, i) => this.logged(sequences[i]!, { of, records: block.records, bytes: block.bytes }, block))
  }

  /** A block waits for its batch from here on. */
  queued(block: LoggedBlock): void {
    assert(block.sequence > this.lastQueued, 'blocks wait for their batch in the order of the log')
    this.lastQueued = block.sequence
  }

  /** These blocks are the batch's: all that waited. */
  allocated(batchMs: number, blocks: readonly Block[]): void {
    const last = blocks.at(-1)
    if (last?.kind === 'logged') this.through = Math.max(this.through, last.sequence)
    this.batches.push({ batchMs, through: this.through })
  }

  /** The last entry that the batch at that time, or one before it, has. */
  throughAt(batchMs: number): number {
    return this.batches.findLast(batch => batch.batchMs <= batchMs)?.through ?? this.cleanedThrough
  }

  /** The batch of a recovered program at that time: entries through `through` have a batch. */
  restoreBatch(batchMs: number, through: number): void {
    this.through = Math.max(this.through, through)
    this.batches.push({ batchMs, through: this.through })
  }

  /** The block of an entry that was found when the log was opened. */
  foundBlock(sequence: number): LoggedBlock | undefined {
    let from = 0
    for (let until = this.found.length; from < until;) {
      const middle = (from + until) >>> 1
      if (this.found[middle]!.sequence < sequence) from = middle + 1
      else until = middle
    }
    const block = this.found[from]
    return block?.sequence === sequence ? block : undefined
  }

  /** The blocks that were found and that no batch has; the others are forgotten. */
  takeUnallocated(): LoggedBlock[] {
    const waiting = this.found.filter(block => block.sequence > this.through)
    this.found = []
    return waiting
  }

  /** A block's batch has run. Windows may ask for it again: what is too much for memory is read again then. */
  release(block: LoggedBlock): void {
    if (block.memory === undefined || this.processed.has(block)) return
    this.processed.add(block)
    this.processedBytes += block.bytes
    for (const oldest of this.processed) {
      if (this.processedBytes <= limits.loggedBlocksBytesMax) break
      this.forget(oldest)
    }
  }

  /** Nobody remembers this block any more. */
  forget(block: LoggedBlock): void {
    if (this.processed.delete(block)) this.processedBytes -= block.bytes
    block.memory = undefined
  }

  /** Lets go of what only batches before that time have. Whole files of the log are removed, or nothing. */
  async clean(oldestKeptBatchMs: number): Promise<void> {
    const kept = this.batches.findIndex(batch => batch.batchMs >= oldestKeptBatchMs)
    const removed = this.batches.splice(0, kept < 0 ? this.batches.length : kept)
    this.cleanedThrough = removed.at(-1)?.through ?? this.cleanedThrough
    if (this.cleanedThrough >= 0) await this.log.truncateBefore(this.cleanedThrough + 1)
    killPoint('received.cleaned')
  }

  /** Writes what waits and closes the log. */
  close(): Promise<void> { return this.log.close() }
}
