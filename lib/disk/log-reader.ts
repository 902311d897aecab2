/**
 * Reads entries of an open log back from its segments. Every entry is checked again: what changed since the
 * log was opened is refused, not returned.
 */
import { limits } from '../base/limits'
import type { Disk } from './disk'
import { frameKindMax, framePayload, readFrame } from './frame'
import { damageError } from './log-scan'

/** One entry of a log. Sequences increase, with gaps where the log keeps entries of its own. */
export interface LogFrame {
  /** The caller's, 0 to 111. */
  readonly kind: number
  readonly sequence: number
  readonly payload: Uint8Array
}

/** A file of an open log. */
export interface LogSegment {
  readonly file: string
  readonly firstSequence: number
  /** Where entry `firstSequence + i` begins; 0 where it is lost. Durable entries only. */
  readonly offsets: number[]
  sizeBytes: number
}

/**
 * The callers' entries from `fromSequence` on that are durable when this begins. `segments` may change
 * meanwhile.
 */
export async function* readFrames(
  disk: Disk, segments: readonly LogSegment[], fromSequence: number,
): AsyncGenerator<LogFrame, void> {
  const last = segments.at(-1)
  const end = last === undefined ? 0 : last.firstSequence + last.offsets.length
  const read = readerAhead(disk, segments)
  for (let next = fromSequence; next < end;) {
    // Looked up each time, for a truncation may move the segments in the list.
    const segment = segments.find(one => next < one.firstSequence + one.offsets.length)
    if (segment === undefined) return
    const { firstSequence, offsets } = segment
    const first = Math.max(0, next - firstSequence)
    next = Math.min(end, firstSequence + offsets.length)
    const whole = await read(segment)
    const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
    for (let index = first; index < next - firstSequence; index++) {
      if (offsets[index] === 0) continue
      const frame = checkedFrame(segment, bytes, index, 0)
      if (frame.kind <= frameKindMax) yield frame
    }
  }
}

/** Reads segments in their order; of logs that consist of many short files, several at a time. */
function readerAhead(disk: Disk, segments: readonly LogSegment[]): (segment: LogSegment) => Promise<Uint8Array> {
  const ahead = new Map<string, Promise<Uint8Array>>()
  return segment => {
    const { file } = segment
    if (disk.rules(file).logs === 'append') return disk.readFile(file)
    if (!ahead.has(file)) {
      const at = segments.indexOf(segment)
      for (const { file: next } of segments.slice(at, at + limits.remoteRequestsMax)) {
        const reading = disk.readFile(next)
        // Whoever comes to it hears of it.
        reading.catch(() => undefined)
        ahead.set(next, reading)
      }
    }
    const reading = ahead.get(file)!
    ahead.delete(file)
    return reading
  }
}

/** One entry of a caller's, or undefined when there is none of that number. */
export async function readOneFrame(
  disk: Disk, segments: readonly LogSegment[], sequence: number,
): Promise<LogFrame | undefined> {
  const segment = segments.findLast(one => one.firstSequence <= sequence)
  const index = sequence - (segment?.firstSequence ?? 0)
  const offset = segment?.offsets[index] ?? 0
  if (segment === undefined || offset === 0) return undefined
  let next = index + 1
  while (segment.offsets[next] === 0) next++
  const end = segment.offsets[next] ?? segment.sizeBytes
  const handle = await disk.openRead(segment.file)
  try {
    const found = await handle.read(offset, end - offset)
    const frame = checkedFrame(segment, Buffer.from(found.buffer, found.byteOffset, found.byteLength), index, offset)
    return frame.kind <= frameKindMax ? frame : undefined
  } finally { await handle.close() }
}

/** `bytes` are those of the file from `from` on. */
function checkedFrame(segment: LogSegment, bytes: Buffer, index: number, from: number): LogFrame {
  const offset = segment.offsets[index]!
  const sequence = segment.firstSequence + index
  const frame = readFrame(bytes, offset - from)
  if (frame !== undefined && frame.sequence === sequence) {
    return { kind: frame.kind, sequence, payload: framePayload(bytes, frame) }
  }
  const reason = 'the entry changed since the log was opened'
  throw damageError([{ file: segment.file, offset, firstSequence: sequence, lastSequence: sequence, reason }])
}
