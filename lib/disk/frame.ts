/**
 * One entry of a framed log as bytes:
 *
 *   frame = length:u32 crc32:u32 kind:u8 sequence:u64 payload      numbers little-endian, length that of the payload
 *
 * The checksum runs over kind, sequence and payload and starts from the length, so that it covers all else. A
 * flipped bit anywhere makes the frame invalid. The top bit of `kind` marks the first frame of a group:
 * everything before such a frame was synced before it was written, which is how a torn tail is told from
 * damage.
 */
import { crc32 } from '../base/crc32'
import { limits } from '../base/limits'

export const frameHeadBytes = 17

/** The largest kind a caller may use; those above are the log's own. */
export const frameKindMax = 111

/** Kinds of the log itself. */
export const ownKinds = {
  /**
   * Entries from the sequence in the payload up to this frame's own are lost, and their loss was accepted.
   */
  gap: 125,
  /** Segments that begin below the sequence in the payload may be removed. */
  trim: 126,
  /** The log was closed in order: all before is synced. */
  closed: 127,
} as const

const groupBit = 0x80

export interface FrameHead {
  readonly kind: number
  readonly sequence: number
  readonly isGroupStart: boolean
  /** Where the frame begins, and where the next one does. */
  readonly offset: number
  readonly end: number
}

/** Writes a frame at `offset`, where there is room for it, and returns its end. */
export function writeFrame(target: Buffer, offset: number, frame: {
  readonly kind: number, readonly sequence: number, readonly isGroupStart: boolean, readonly payload: Uint8Array
}): number {
  const length = frame.payload.length
  const end = offset + frameHeadBytes + length
  target.writeUInt32LE(length, offset)
  target.writeUInt8(frame.isGroupStart ? frame.kind | groupBit : frame.kind, offset + 8)
  target.writeUInt32LE(frame.sequence % 0x100000000, offset + 9)
  target.writeUInt32LE(Math.floor(frame.sequence / 0x100000000), offset + 13)
  target.set(frame.payload, offset + frameHeadBytes)
  target.writeUInt32LE(crc32(target.subarray(offset + 8, end), length), offset + 4)
  return end
}

/** The frame that begins at `offset`, or undefined when no valid one does. */
export function readFrame(bytes: Buffer, offset: number): FrameHead | undefined {
  if (offset + frameHeadBytes > bytes.length) return undefined
  const length = bytes.readUInt32LE(offset)
  const end = offset + frameHeadBytes + length
  if (length > limits.frameBytesMax || end > bytes.length) return undefined
  if (bytes.readUInt32LE(offset + 4) !== crc32(bytes.subarray(offset + 8, end), length)) return undefined
  const kind = bytes.readUInt8(offset + 8)
  return { kind: kind & ~groupBit, sequence: readSequence(bytes, offset + 9), isGroupStart: kind >= groupBit, offset, end }
}

/**
 * The first valid frame after `offset` whose sequence is `atLeast` or more. Sequences count frames, so one
 * that is farther ahead than frames fit between is chance; that leaves next to no checksums to compute.
 */
export function findFrame(bytes: Buffer, offset: number, atLeast: number): FrameHead | undefined {
  const atMost = atLeast + Math.ceil((bytes.length - offset) / frameHeadBytes)
  for (let at = offset + 1; at + frameHeadBytes <= bytes.length; at++) {
    const sequence = readSequence(bytes, at + 9)
    if (sequence < atLeast || sequence > atMost) continue
    const frame = readFrame(bytes, at)
    if (frame !== undefined) return frame
  }
  return undefined
}

export function framePayload(bytes: Buffer, frame: FrameHead): Buffer {
  return bytes.subarray(frame.offset + frameHeadBytes, frame.end)
}

function readSequence(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset) + bytes.readUInt32LE(offset + 4) * 0x100000000
}

/** The payload of a gap or trim frame. */
export function encodeSequence(sequence: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(sequence))
  return bytes
}

export function decodeSequence(payload: Buffer): number { return Number(payload.readBigUInt64LE(0)) }
