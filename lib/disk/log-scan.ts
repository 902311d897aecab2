/**
 * Reads a whole framed log and says what it holds and what is wrong with it; changes nothing. A tail that a
 * crash can explain (the last group of the last segment) is a cut; everything else that does not fit is
 * damage, with file, offset and the sequences that are lost.
 */
import { LogDamagedError } from '../base/errors'
import { limits } from '../base/limits'
import type { Disk } from './disk'
import { baseName, joinPath } from './paths'
import {
  decodeHeader, scanFrames, segmentHeaderBytes, segmentName, segmentVersion, sequenceOfName, type SegmentHeader,
  type SegmentScan,
} from './segment'

/** What was taken off the end of a log: bytes of a write that never was acknowledged. */
export interface LogCut {
  readonly file: string
  readonly offset: number
  readonly bytes: number
  readonly reason: string
}

/**
 * Damage that no crash explains. `lastSequence` is below `firstSequence` where no entry is known to be lost.
 */
export interface LogLoss {
  readonly file: string
  readonly offset: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly reason: string
}

/** A segment as it was found. */
export interface ScannedSegment {
  readonly file: string
  readonly firstSequence: number
  /** Undefined when it is damaged. */
  readonly header: SegmentHeader | undefined
  readonly sizeBytes: number
  readonly losses: LogLoss[]
  /** Without what a cut takes off. */
  scan: SegmentScan
}

export interface LogScan {
  readonly segments: readonly ScannedSegment[]
  /** Files that an interrupted truncation, or an interrupted creation, left behind. */
  readonly leftovers: readonly string[]
  readonly cut: LogCut | undefined
  readonly losses: readonly LogLoss[]
  /** Undefined when the log is empty and new. */
  readonly applicationId: string | undefined
  readonly oldestSequence: number
  readonly nextSequence: number
}

export interface ScanOptions {
  /** Refuse the log of another application. Default: take the log's own. */
  readonly applicationId?: string | undefined
  /** The last sequence that the caller knows was acknowledged; a log that ends before it has lost entries. */
  readonly atLeastSequence?: number | undefined
}

/**
 * What the log in `directory` holds. Throws LogDamagedError where a file belongs to another log or version.
 */
export async function scanLog(disk: Disk, directory: string, options: ScanOptions = {}): Promise<LogScan> {
  const names = (await disk.list(directory)).filter(name => sequenceOfName(name) !== undefined)
  const found: ScannedSegment[] = []
  // Logs that are put consist of many short files, each of which costs a journey.
  const atOnce = disk.rules(directory).logs === 'put' ? limits.remoteRequestsMax : 1
  for (let at = 0; at < names.length; at += atOnce) {
    found.push(...await Promise.all(names.slice(at, at + atOnce).map(name => scanSegment(disk, joinPath(directory, name)))))
  }
  const applicationId = options.applicationId ?? found.find(s => s.header !== undefined)?.header?.applicationId
  for (const segment of found) requireOwn(segment, applicationId)

  const last = found.at(-1)
  // Frames come after a synced header: a file that is no longer than one and has none was never finished.
  const isUnfinished = last !== undefined && last.header === undefined && last.sizeBytes <= segmentHeaderBytes
  const unfinished = isUnfinished ? found.pop() : undefined
  const cut = unfinished !== undefined
    ? { file: unfinished.file, offset: 0, bytes: unfinished.sizeBytes, reason: 'its header was never finished' }
    : last !== undefined ? cutTail(last) : undefined
  const oldestSequence = findOldest(found) ?? unfinished?.firstSequence ?? 1
  const segments = found.filter(segment => segment.firstSequence >= oldestSequence)
  const leftovers = found.filter(segment => segment.firstSequence < oldestSequence).map(segment => segment.file)
  if (unfinished !== undefined) leftovers.push(unfinished.file)
  const reached = connect(segments, directory, oldestSequence)
  const known = Math.max(unfinished?.firstSequence ?? 1, (options.atLeastSequence ?? 0) + 1)
  const losses = segments.flatMap(segment => segment.losses)
  if (reached < known) losses.push(missingEnd(segments.at(-1), directory, reached, known))
  return { segments, leftovers, cut, losses, applicationId, oldestSequence, nextSequence: Math.max(reached, known) }
}

async function scanSegment(disk: Disk, file: string): Promise<ScannedSegment> {
  const whole = await disk.readFile(file)
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
  const firstSequence = sequenceOfName(baseName(file))!
  const header = decodeHeader(bytes)
  if ('version' in header) {
    throw new LogDamagedError(
      `${file} has format version ${header.version}, and this Millrace reads version ${segmentVersion}`,
      { hint: 'Run the version of Millrace that wrote it.' })
  }
  const isWhole = 'firstSequence' in header
  return {
    file, firstSequence, header: isWhole ? header : undefined, sizeBytes: bytes.length, losses: [],
    scan: scanFrames(bytes, isWhole ? header.firstSequence : firstSequence),
  }
}

function requireOwn({ file, header, firstSequence }: ScannedSegment, applicationId: string | undefined): void {
  if (header === undefined) return
  if (header.firstSequence !== firstSequence) {
    throw new LogDamagedError(`${file} was renamed: by its header it is ${segmentName(header.firstSequence)}`, {
      hint: 'Give the file its own name again.',
    })
  }
  if (header.applicationId === applicationId) return
  throw new LogDamagedError(
    `${file} belongs to the application '${header.applicationId}', not to '${applicationId}'`,
    { hint: 'Move the file back to where it came from, or use a folder of its own for each application.' })
}

/**
 * Takes the torn tail off the last segment. A break is torn when no later frame begins a group: groups are
 * written one by one, each after the one before was synced, so what precedes the beginning of a group was
 * durable once.
 */
function cutTail(last: ScannedSegment): LogCut | undefined {
  const { offsets, breaks, lastGroupOffset, trims } = last.scan
  const torn = breaks.find(broken => broken.offset > lastGroupOffset)
  if (torn === undefined) return undefined
  last.scan = {
    offsets: offsets.slice(0, torn.expectedSequence - last.firstSequence),
    nextSequence: torn.expectedSequence,
    end: torn.offset,
    breaks: breaks.filter(broken => broken.offset < torn.offset),
    lastGroupOffset,
    trims: trims.filter(trim => trim.offset < torn.offset),
  }
  return { file: last.file, offset: torn.offset, bytes: last.sizeBytes - torn.offset, reason: torn.reason }
}

/**
 * Where the log begins, by what its headers and its trim frames say; a file that begins below is to be
 * removed.
 */
function findOldest(segments: readonly ScannedSegment[]): number | undefined {
  const told = segments.flatMap(({ header, scan }) => {
    return [header?.oldestSequence ?? 1, ...scan.trims.map(trim => trim.oldestSequence)]
  })
  return told.length === 0 ? undefined : Math.max(...told)
}

/** Follows the sequences through all segments, noting what is lost; returns the next one. */
function connect(segments: readonly ScannedSegment[], directory: string, oldestSequence: number): number {
  let expected = oldestSequence
  let before: ScannedSegment | undefined
  for (const segment of segments) {
    const first = segment.firstSequence
    if (first < expected) {
      const reason = `it begins at ${first}, but the segment before it ends at ${expected - 1}`
      throw new LogDamagedError(`${segment.file} does not belong to this log: ${reason}`, {
        hint: 'Move the file away; the log is whole without it.',
      })
    }
    noteBreaks(segment)
    if (first > expected) (before ?? segment).losses.push(missingEnd(before, directory, expected, first))
    expected = segment.scan.nextSequence
    before = segment
  }
  return expected
}

function missingEnd(before: ScannedSegment | undefined, directory: string, expected: number, next: number): LogLoss {
  return {
    file: before?.file ?? joinPath(directory, segmentName(expected)), offset: before?.sizeBytes ?? 0,
    firstSequence: expected, lastSequence: next - 1,
    reason: before === undefined ? 'the first segment is missing'
      : 'the end of this segment, or the next segment, is missing',
  }
}

function noteBreaks({ file, firstSequence, header, scan, losses }: ScannedSegment): void {
  if (header === undefined) {
    losses.push({ file, offset: 0, firstSequence, lastSequence: firstSequence - 1, reason: 'the header is damaged' })
  }
  for (const { offset, reason, expectedSequence, resumedSequence } of scan.breaks) {
    // Where nothing readable follows, the next segment tells what is lost.
    const lastSequence = (resumedSequence ?? expectedSequence) - 1
    losses.push({ file, offset, reason, firstSequence: expectedSequence, lastSequence })
  }
}

/** The refusal of a log with damage, all of it named. */
export function damageError(losses: readonly LogLoss[]): LogDamagedError {
  const places = losses.map(({ file, offset, firstSequence, lastSequence, reason }) => {
    const lost = lastSequence < firstSequence ? 'no entry is known to be lost'
      : lastSequence === firstSequence ? `entry ${firstSequence} is lost`
      : `entries ${firstSequence} to ${lastSequence} are lost`
    return `${file} at byte ${offset}: ${reason}; ${lost}`
  })
  return new LogDamagedError(`The log is damaged in a way that no crash explains: ${places.join('. ')}`, {
    hint: 'Restore the file from a copy. To go on without what is lost, open the log with acceptLoss (--accept-loss).',
  })
}
