/**
 * Goes on after accepted losses: the damaged segment is kept beside the log as `<name>.damaged`, and written
 * anew with its good frames and, where entries are lost, a gap frame that says so. Every step leaves a log
 * that opens, with the same losses, when the next one does not happen.
 */
import { replaceFile } from './atomic-replace'
import type { Disk } from './disk'
import { encodeSequence, frameHeadBytes, ownKinds, readFrame, writeFrame } from './frame'
import type { LogScan, ScannedSegment } from './log-scan'
import { joinPath } from './paths'
import { encodeHeader, segmentName, type SegmentHeader } from './segment'

/** Writes every damaged segment of `scan` anew. The log must be scanned again afterwards. */
export async function acceptLosses(disk: Disk, directory: string, scan: LogScan, applicationId: string): Promise<void> {
  const { segments, oldestSequence, nextSequence } = scan
  const first = segments[0]
  const frontEnd = first?.firstSequence ?? nextSequence
  if (frontEnd > oldestSequence) {
    const header = encodeHeader({ firstSequence: oldestSequence, oldestSequence, applicationId })
    const file = joinPath(directory, segmentName(oldestSequence))
    await replaceFile(disk, file, Buffer.concat([header, gapFrame(oldestSequence, frontEnd - 1)]), { isPrivate: true })
  }
  for (const [index, segment] of segments.entries()) {
    const next = segments[index + 1]?.firstSequence ?? nextSequence
    if (segment.header !== undefined && segment.scan.breaks.length === 0 && segment.scan.nextSequence === next) continue
    const { firstSequence, header } = segment
    await rewrite(disk, segment, next, header ?? { firstSequence, oldestSequence, applicationId })
  }
}

/**
 * Writes the last file of a log anew, without what a crash has torn. The process before may have left entries that the
 * system holds but the device does not; and where its fsync has failed, be it that of the mark of an orderly end, no later
 * one brings them there: the system takes them for written.
 */
export async function settleTail(disk: Disk, { file, scan: { end } }: ScannedSegment): Promise<void> {
  const whole = await disk.readFile(file)
  await replaceFile(disk, file, whole.subarray(0, end), { isPrivate: true })
}

async function rewrite(disk: Disk, segment: ScannedSegment, next: number, header: SegmentHeader): Promise<void> {
  const whole = await disk.readFile(segment.file)
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
  const parts: Buffer[] = [encodeHeader(header)]
  let expected = segment.firstSequence
  for (const offset of segment.scan.offsets) {
    if (offset === 0) continue
    const frame = readFrame(bytes, offset)!
    if (frame.sequence > expected) parts.push(gapFrame(expected, frame.sequence - 1))
    parts.push(bytes.subarray(frame.offset, frame.end))
    expected = frame.sequence + 1
  }
  if (next > expected) parts.push(gapFrame(expected, next - 1))
  await replaceFile(disk, `${segment.file}.damaged`, bytes, { isPrivate: true })
  await replaceFile(disk, segment.file, Buffer.concat(parts), { isPrivate: true })
}

function gapFrame(firstLost: number, lastLost: number): Buffer {
  const bytes = Buffer.alloc(frameHeadBytes + 8)
  const payload = encodeSequence(firstLost)
  writeFrame(bytes, 0, { kind: ownKinds.gap, sequence: lastLost, isGroupStart: true, payload })
  return bytes
}
