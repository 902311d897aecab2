/**
 * A log on disk, the ground of recovery. Promises: an entry whose append() resolved is read again after any
 * crash; nothing is read that was not appended; a torn tail is cut and reported; any other damage is refused
 * with file and offset. After a failed write or fsync the log is dead, for what the disk then holds is
 * unknown: nothing more is acknowledged, and the process is to end.
 */
import { randomUUID } from 'node:crypto'
import { strict as assert } from 'node:assert'
import { types } from 'node:util'
import { systemClock, type Clock } from '../base/clock'
import { IllegalStateError, MillraceError } from '../base/errors'
import { killPoint } from '../base/kill-points'
import { limits } from '../base/limits'
import { logFor } from '../base/log'
import { CommitGroup } from './commit-group'
import type { Disk } from './disk'
import { encodeSequence, frameKindMax, ownKinds } from './frame'
import { readFrames, readOneFrame, type LogFrame, type LogSegment } from './log-reader'
import { acceptLosses, settleTail } from './log-repair'
import { openWriter, removeAsides, type LogWriter } from './log-writer'
import { damageError, scanLog, type LogCut, type LogLoss, type ScanOptions } from './log-scan'

export type { LogCut, LogLoss } from './log-scan'
export type { LogFrame } from './log-reader'

/** The limits of a log that is opened without others. */
export const logLimits = {
  /** A segment that would grow beyond this is followed by a new one. */
  segmentBytesMax: 64 * 1024 * 1024,
  /** Entries that wait are written at the latest when they are so many bytes. */
  commitBytesMax: 1024 * 1024,
  /** The least time between the beginnings of two commits that are not full. 0: the next begins when one ends. */
  commitIntervalMs: 0,
  /** Entries that wait for the disk, in bytes, before append() refuses more. */
  waitingBytesMax: 256 * 1024 * 1024,
} as const

export interface LogOptions extends ScanOptions {
  /**
   * Go on without what is lost, knowingly: damage is reported in `losses` instead of refused. Default false.
   */
  readonly acceptLoss?: boolean | undefined
  readonly segmentBytesMax?: number | undefined
  readonly commitBytesMax?: number | undefined
  readonly commitIntervalMs?: number | undefined
  readonly clock?: Clock | undefined
}

/**
 * An append-only log of numbered entries with group commit.
 * @example
 * ```
 * const log = await FramedLog.open(realDisk, 'checkpoint/events')
 * for await (const entry of log.frames()) replay(entry.kind, entry.payload)
 * const sequence = await log.append(1, Buffer.from('block received')) // durable here
 * await log.truncateBefore(sequence)
 * await log.close()
 * ```
 */
export class FramedLog {
  /** What was cut off the end when the log was opened: the unfinished write of a process that died. */
  readonly cut: LogCut | undefined
  /** What was lost and accepted when the log was opened. */
  readonly losses: readonly LogLoss[]
  readonly applicationId: string
  private readonly queue: CommitGroup[] = []
  private waitingBytes = 0
  private sequence: number
  private lastCommitMs = -Infinity
  private working: Promise<void> | undefined
  private wake: (() => void) | undefined
  private isClosed = false
  private failed: MillraceError | undefined

  private constructor(
    private readonly disk: Disk, private readonly directory: string, private readonly options: LogOptions,
    private readonly segments: LogSegment[], private readonly writer: LogWriter,
    found: { applicationId: string, nextSequence: number, cut: LogCut | undefined, losses: readonly LogLoss[] },
  ) {
    this.applicationId = found.applicationId
    this.sequence = found.nextSequence
    this.cut = found.cut
    this.losses = found.losses
  }

  /**
   * Opens the log in `directory`, making it when there is none. All entries are read and checked. When this
   * resolves, whatever frames() gives is durable. Throws LogDamagedError when the log is damaged (unless
   * `acceptLoss`), or another's.
   */
  static async open(disk: Disk, directory: string, options: LogOptions = {}): Promise<FramedLog> {
    await disk.makeDirectory(directory, { isPrivate: true })
    let scan = await scanLog(disk, directory, options)
    const losses = scan.losses
    const applicationId = scan.applicationId ?? options.applicationId ?? randomUUID()
    if (losses.length > 0) {
      if (options.acceptLoss !== true) throw damageError(losses)
      logFor('FramedLog').error(`going on without what is lost, as told. ${damageError(losses).message}`)
      await acceptLosses(disk, directory, scan, applicationId)
      scan = { ...await scanLog(disk, directory, options), cut: scan.cut }
      assert(scan.losses.length === 0, 'a log is whole after its losses were accepted')
    }
    const { cut } = scan
    killPoint('log.openScanned')
    const last = scan.segments.at(-1)
    // A file that was put is durable, and has no tail.
    if (last !== undefined && (cut !== undefined || disk.rules(directory).logs === 'append')) await settleTail(disk, last)
    killPoint('log.openTruncated')
    // Not before the tail is durable: it may be a mark in it, seen and not yet on the device, that lets them go.
    await disk.removeFiles(scan.leftovers)
    await removeAsides(disk, directory)
    killPoint('log.openTrimmed')
    if (cut !== undefined) logFor('FramedLog').warn(`cut ${cut.bytes} bytes off ${cut.file} at ${cut.offset}: ${cut.reason}`)

    const segments = scan.segments.map(({ file, firstSequence, scan: { offsets, end } }) => {
      return { file, firstSequence, offsets, sizeBytes: end }
    })
    const found = { applicationId, nextSequence: scan.nextSequence, cut, losses }
    const segmentBytesMax = options.segmentBytesMax ?? logLimits.segmentBytesMax
    const writer = await openWriter({ disk, directory, segments, segmentBytesMax, ...found })
    return new FramedLog(disk, directory, options, segments, writer, found)
  }

  /** The sequence that the next append gets. */
  get nextSequence(): number { return this.sequence }
  /** The sequence of the oldest entry that is kept. */
  get firstSequence(): number { return this.segments[0]?.firstSequence ?? this.sequence }
  /** Why the log is dead, once a write or an fsync failed. */
  get failure(): MillraceError | undefined { return this.failed }

  /**
   * Adds an entry; resolves with its sequence when it is durable. Entries appended while a commit runs share
   * the next. Rejects with MR_DISK when the log is dead, MR_LIMIT when the entry or all that waits is too
   * large.
   */
  append(kind: number, payload: Uint8Array): Promise<number> {
    assert(Number.isInteger(kind) && kind >= 0 && kind <= frameKindMax, `an entry's kind is 0 to ${frameKindMax}`)
    return this.add(kind, payload)
  }

  private async add(kind: number, payload: Uint8Array): Promise<number> {
    if (this.failed !== undefined) throw this.failed
    if (this.isClosed) throw new IllegalStateError(`The log ${this.directory} is closed`)
    requireRoom(payload.length, this.waitingBytes)
    const commitBytesMax = this.options.commitBytesMax ?? logLimits.commitBytesMax
    let group = this.queue.at(-1)
    if (group === undefined || group.sizeBytes >= commitBytesMax) {
      group = new CommitGroup(this.sequence)
      this.queue.push(group)
    }
    const before = group.sizeBytes
    const sequence = group.add(kind, payload)
    this.sequence = sequence + 1
    this.waitingBytes += group.sizeBytes - before
    if (group.sizeBytes >= commitBytesMax) this.wake?.()
    this.working ??= this.work()
    await group.done
    return sequence
  }

  /** Commits group after group until none waits. */
  private async work(): Promise<void> {
    await this.pause()
    for (let group = this.queue.shift(); group !== undefined; group = this.queue.shift()) {
      try {
        await this.writer.write(group)
      } catch (error) {
        this.die(error, group)
        break
      }
      this.waitingBytes -= group.sizeBytes
      group.resolve()
      if (this.queue.length > 0) await this.pause()
    }
    this.working = undefined
  }

  /** Lets entries gather: those of this turn, and those of the commit interval. */
  private async pause(): Promise<void> {
    await Promise.resolve()
    const clock = this.options.clock ?? systemClock
    // A clock set back must not make entries wait for longer than the interval.
    const passedMs = Math.max(0, clock.now() - this.lastCommitMs)
    const waitMs = (this.options.commitIntervalMs ?? logLimits.commitIntervalMs) - passedMs
    if (waitMs > 0 && !this.isClosed && !this.isFull()) {
      await new Promise<void>(resolve => {
        const timer = clock.schedule(clock.now() + waitMs, resolve)
        this.wake = () => {
          timer.cancel()
          resolve()
        }
      })
      this.wake = undefined
    }
    this.lastCommitMs = clock.now()
  }

  private isFull(): boolean {
    return this.queue.length > 1 || this.queue[0]!.sizeBytes >= (this.options.commitBytesMax ?? logLimits.commitBytesMax)
  }

  private die(error: unknown, group: CommitGroup): void {
    const cause = types.isNativeError(error) ? error : new Error(String(error))
    this.failed = new MillraceError('MR_DISK', `The log ${this.directory} takes no more entries: ${cause.message}`, {
      cause,
      hint: 'Nothing was acknowledged since. End the process, mend the disk, start again: recovery goes on from there.',
    })
    for (const waiting of [group, ...this.queue.splice(0)]) waiting.reject(this.failed)
    this.waitingBytes = 0
  }

  /** The entries from `fromSequence` on that are durable now, read from disk and checked again. */
  frames(fromSequence = 0): AsyncGenerator<LogFrame, void> { return readFrames(this.disk, this.segments, fromSequence) }

  /**
   * One durable entry. Throws IllegalStateError when the log has none of that number, LogDamagedError when it
   * changed.
   */
  async read(sequence: number): Promise<LogFrame> {
    const frame = await readOneFrame(this.disk, this.segments, sequence)
    if (frame !== undefined) return frame
    throw new IllegalStateError(
      `The log ${this.directory} has no entry ${sequence}: it holds ${this.firstSequence} to ${this.sequence - 1}`)
  }

  /**
   * Lets go of entries below `sequence`: whole segments of which none is needed are removed, oldest first.
   * Resolves with the number of segments removed.
   */
  async truncateBefore(sequence: number): Promise<number> {
    let count = 0
    while (count + 1 < this.segments.length && this.segments[count + 1]!.firstSequence <= sequence) count++
    // Where every commit is a file, it is not worth two journeys to remove one.
    if (count < (this.disk.rules(this.directory).logs === 'put' ? limits.logFilesRemovedMin : 1)) return 0
    const oldest = this.segments[count]!.firstSequence
    killPoint('log.trimming')
    await this.add(ownKinds.trim, encodeSequence(oldest))
    killPoint('log.trimmed')
    const removed = this.segments.splice(0, this.segments.findIndex(one => one.firstSequence === oldest))
    await this.disk.removeFiles(removed.map(({ file }) => file))
    killPoint('log.trimRemoved')
    await this.disk.syncDirectory(this.directory)
    killPoint('log.trimSynced')
    return removed.length
  }

  /**
   * Commits what waits, marks the log as closed in order, and closes its file. Quiet when the log is dead or
   * closed.
   */
  async close(): Promise<void> {
    if (this.isClosed) return
    killPoint('log.closing')
    // The mark proves that all before it was synced: after it, no damage passes for a torn tail.
    const marked = this.failed === undefined ? this.add(ownKinds.closed, new Uint8Array(0)) : undefined
    this.isClosed = true
    this.wake?.()
    try { await marked } finally { await this.writer.close() }
    killPoint('log.closed')
  }
}

function requireRoom(payloadBytes: number, waitingBytes: number): void {
  if (payloadBytes > limits.frameBytesMax) {
    const message = `An entry of ${payloadBytes} bytes is larger than frameBytesMax, ${limits.frameBytesMax}`
    throw new MillraceError('MR_LIMIT', message, { hint: 'Cut it into several entries.' })
  }
  if (waitingBytes + payloadBytes > logLimits.waitingBytesMax) {
    const message = `${waitingBytes} bytes wait for the disk already; waitingBytesMax is ${logLimits.waitingBytesMax}`
    throw new MillraceError('MR_LIMIT', message, {
      hint: 'Await what append() returns before appending more.', retriable: true,
    })
  }
}
