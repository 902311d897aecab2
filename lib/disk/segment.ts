/**
 * One file of a framed log: a header of 4 KiB, then frames with increasing sequences.
 *
 *   header = "MRLOG\0\0\0" version:u32 crc32:u32 firstSequence:u64 oldestSequence:u64 idLength:u16 id zeros
 *
 * The checksum covers the whole header but itself. `oldestSequence` is where the oldest segment began when
 * this one was made, so that one missing at the front is noticed. A file is named after its first sequence.
 */
import { strict as assert } from 'node:assert'
import { crc32 } from '../base/crc32'
import { decodeSequence, findFrame, framePayload, ownKinds, readFrame, type FrameHead } from './frame'

export const segmentHeaderBytes = 4096
export const segmentVersion = 1

const magic = Buffer.from('MRLOG\0\0\0', 'latin1')
const idBytesMax = 1024

export interface SegmentHeader {
  readonly firstSequence: number
  readonly oldestSequence: number
  readonly applicationId: string
}

/** A place where a segment's frames do not go on as they should. */
export interface SegmentBreak {
  readonly offset: number
  readonly reason: string
  /** The sequence that should have come here. */
  readonly expectedSequence: number
  /** The sequence with which the segment goes on; undefined when nothing valid follows. */
  readonly resumedSequence: number | undefined
}

/** The frames of a segment, as an index. */
export interface SegmentScan {
  /** Where the frame with sequence `first + i` begins; 0 where it is lost. */
  readonly offsets: number[]
  readonly nextSequence: number
  /** Where the last valid frame ends. */
  readonly end: number
  readonly breaks: readonly SegmentBreak[]
  /** Where the last group begins. */
  readonly lastGroupOffset: number
  /** Trim frames: where, and from which sequence on segments are kept. */
  readonly trims: readonly { readonly offset: number, readonly oldestSequence: number }[]
}

export function segmentName(firstSequence: number): string { return `${String(firstSequence).padStart(16, '0')}.log` }

/** The first sequence that a file name tells, or undefined for other files. */
export function sequenceOfName(name: string): number | undefined {
  return /^\d{16}\.log$/.test(name) ? Number(name.slice(0, 16)) : undefined
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes)
  const id = Buffer.from(header.applicationId)
  assert(id.length <= idBytesMax, 'an application id has at most 1024 bytes')
  bytes.set(magic)
  bytes.writeUInt32LE(segmentVersion, 8)
  bytes.writeBigUInt64LE(BigInt(header.firstSequence), 16)
  bytes.writeBigUInt64LE(BigInt(header.oldestSequence), 24)
  bytes.writeUInt16LE(id.length, 32)
  bytes.set(id, 34)
  bytes.writeUInt32LE(headerChecksum(bytes), 12)
  return bytes
}

/**
 * The header, or why there is none: `damaged`, or the version of a whole header that this program cannot
 * read.
 */
export function decodeHeader(bytes: Buffer): SegmentHeader | { readonly damaged: true } | { readonly version: number } {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, magic.length).equals(magic)) return { damaged: true }
  if (bytes.readUInt32LE(12) !== headerChecksum(bytes)) return { damaged: true }
  const version = bytes.readUInt32LE(8)
  if (version !== segmentVersion) return { version }
  return {
    firstSequence: Number(bytes.readBigUInt64LE(16)),
    oldestSequence: Number(bytes.readBigUInt64LE(24)),
    applicationId: bytes.toString('utf8', 34, 34 + bytes.readUInt16LE(32)),
  }
}

function headerChecksum(bytes: Buffer): number {
  return crc32(bytes.subarray(16, segmentHeaderBytes), crc32(bytes.subarray(0, 12)))
}

/** The index of a segment's valid frames, and the places where they break off. */
export function scanFrames(bytes: Buffer, firstSequence: number): SegmentScan {
  const offsets: number[] = []
  const breaks: SegmentBreak[] = []
  const trims: { offset: number, oldestSequence: number }[] = []
  let offset = segmentHeaderBytes
  let lastGroupOffset = 0
  let end = segmentHeaderBytes
  let expected = firstSequence
  while (offset < bytes.length) {
    let frame = readFrame(bytes, offset)
    if (frame === undefined || firstCovered(bytes, frame) !== expected) {
      const found = frame
      if (frame === undefined || frame.sequence < expected) frame = findFrame(bytes, offset, expected)
      const reason = reasonOf(bytes, offset, found, expected)
      breaks.push({ offset, reason, expectedSequence: expected, resumedSequence: frame && firstCovered(bytes, frame) })
      if (frame === undefined) break
    }
    for (; expected < frame.sequence; expected++) offsets.push(0)
    offsets.push(frame.kind === ownKinds.gap ? 0 : frame.offset)
    expected++
    if (frame.isGroupStart) lastGroupOffset = frame.offset
    if (frame.kind === ownKinds.trim) trims.push({ offset, oldestSequence: decodeSequence(framePayload(bytes, frame)) })
    end = offset = frame.end
  }
  return { offsets, nextSequence: expected, end, breaks, lastGroupOffset, trims }
}

/** The first sequence that a frame stands for: its own, or that where a gap begins. */
function firstCovered(bytes: Buffer, frame: FrameHead): number {
  return frame.kind === ownKinds.gap ? decodeSequence(framePayload(bytes, frame)) : frame.sequence
}

function reasonOf(bytes: Buffer, offset: number, frame: FrameHead | undefined, expected: number): string {
  if (frame !== undefined) return `frame ${frame.sequence} stands where frame ${expected} should`
  if (bytes.subarray(offset).every(byte => byte === 0)) return 'zeros follow where a frame should'
  return `frame ${expected} is cut off or its checksum does not match`
}
