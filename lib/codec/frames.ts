/**
 * Framed files: what saveAsObjectFile writes, and blocks and spills on disk. Every frame carries its length
 * and a crc32, and a closing frame counts them all, so that neither a changed bit nor a missing end is read
 * as data.
 *
 *   file   = header frame* close
 *   header = "MRFRAMES" version:u32 zeros:u32
 *   frame  = length:u32 crc32(length, payload):u32 payload
 *   close  = 0xFFFFFFFF:u32 crc32(0xFFFFFFFF, count):u32 count:u64
 *
 * Numbers are little-endian. A spill is frames alone: whoever wrote it knows where each begins.
 */
import { crc32 } from '../base/crc32'
import { MillraceError } from '../base/errors'
import { limits } from '../base/limits'
import type { AppendHandle, Disk, ReadHandle } from '../disk/disk'
import type { ScratchFile, ScratchPosition } from '../disk/scratch'

const magic = Buffer.from('MRFRAMES', 'latin1')
const version = 1
const headerBytes = 16
const frameHeaderBytes = 8
const closing = 0xFFFFFFFF
const closeBytes = 16
const readBytes = 1024 * 1024

function frame(length: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeaderBytes + payload.length)
  bytes.writeUInt32LE(length, 0)
  bytes.writeUInt32LE(crc32(payload, crc32(bytes.subarray(0, 4))), 4)
  bytes.set(payload, frameHeaderBytes)
  return bytes
}

function requireFrameSize(payload: Uint8Array): void {
  if (payload.length <= limits.frameBytesMax) return
  const message = `A frame of ${payload.length} bytes is larger than frameBytesMax, ${limits.frameBytesMax}`
  throw new MillraceError('MR_LIMIT', message, { hint: 'Write fewer records into one frame.' })
}

/** Writes a framed file. It is complete, and readable, only after close(). */
export class FrameWriter {
  private count = 0
  private isStarted = false

  constructor(private readonly handle: AppendHandle) {}

  /** Appends one frame. `payload` may be used again when the promise resolves. */
  async write(payload: Uint8Array): Promise<void> {
    requireFrameSize(payload)
    await this.start()
    await this.handle.append(frame(payload.length, payload))
    this.count++
  }

  /** Writes the closing frame, syncs and closes the handle. */
  async close(): Promise<void> {
    await this.start()
    const count = Buffer.alloc(8)
    count.writeBigUInt64LE(BigInt(this.count))
    await this.handle.append(frame(closing, count))
    await this.handle.sync()
    await this.handle.close()
  }

  private async start(): Promise<void> {
    if (this.isStarted) return
    this.isStarted = true
    const header = Buffer.alloc(headerBytes)
    header.set(magic)
    header.writeUInt32LE(version, magic.length)
    await this.handle.append(header)
  }
}

/**
 * The frames of a file in order. Throws MR_INPUT_DAMAGED with file and offset where the file is not what was
 * written.
 */
export async function* readFrames(disk: Disk, path: string): AsyncGenerator<Uint8Array, void> {
  const handle = await disk.openRead(path)
  try { yield* new FrameReader(path, handle).frames() } finally { await handle.close() }
}

class FrameReader {
  private buffered: Uint8Array = new Uint8Array(0)
  private offset = 0

  constructor(private readonly path: string, private readonly handle: ReadHandle) {}

  async* frames(): AsyncGenerator<Uint8Array, void> {
    await this.header()
    for (let count = 0; ; count++) {
      const at = this.offset
      const head = asView(await this.take(frameHeaderBytes, at, 'its closing frame is missing'))
      const length = head.getUint32(0, true)
      const isClosing = length === closing
      if (!isClosing && length > limits.frameBytesMax) throw damaged(this.path, at, `a frame of ${length} bytes cannot be`)
      const payload = await this.take(isClosing ? closeBytes - frameHeaderBytes : length, at, 'a frame is cut off')
      const expected = crc32(payload, crc32(new Uint8Array(head.buffer, head.byteOffset, 4)))
      if (head.getUint32(4, true) !== expected) throw damaged(this.path, at, 'the checksum of a frame does not match')
      if (!isClosing) {
        yield payload
        continue
      }
      await this.requireEnd(count, payload, at)
      return
    }
  }

  private async header(): Promise<void> {
    const header = Buffer.from(await this.take(headerBytes, 0, 'its header is cut off'))
    if (!header.subarray(0, magic.length).equals(magic)) throw damaged(this.path, 0, 'it is not an object file of Millrace')
    const found = header.readUInt32LE(magic.length)
    if (header.readUInt32LE(magic.length + 4) !== 0) {
      throw damaged(this.path, magic.length + 4, 'its header is not as it was written')
    }
    if (found === version) return
    throw damaged(this.path, magic.length, `it has format version ${found}, this Millrace reads ${version}`)
  }

  private async requireEnd(count: number, payload: Uint8Array, at: number): Promise<void> {
    const written = Number(asView(payload).getBigUint64(0, true))
    if (written !== count) throw damaged(this.path, at, `${written} frames were written but ${count} are there`)
    if ((await this.handle.read(this.offset, 1)).length > 0 || this.buffered.length > 0) {
      throw damaged(this.path, this.offset, 'bytes follow its closing frame')
    }
  }

  /** The next `length` bytes: a view of what was read with them. */
  private async take(length: number, at: number, otherwise: string): Promise<Uint8Array> {
    if (this.buffered.length < length) {
      const from = this.offset + this.buffered.length
      const more = await this.handle.read(from, Math.max(readBytes, length - this.buffered.length))
      this.buffered = this.buffered.length === 0 ? more : Buffer.concat([this.buffered, more])
      if (this.buffered.length < length) throw damaged(this.path, at, otherwise)
    }
    const taken = this.buffered.subarray(0, length)
    this.buffered = this.buffered.subarray(length)
    this.offset += length
    return taken
  }
}

function asView(bytes: Uint8Array): DataView { return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }

function damaged(path: string, offset: number, what: string): MillraceError {
  return new MillraceError('MR_INPUT_DAMAGED', `${path} is damaged at byte ${offset}: ${what}`, {
    hint: 'Write the file again from its source; nothing after this place can be trusted.',
  })
}

/** Appends a checked frame to a spill and says where it is. Synchronous, for use inside tasks. */
export function appendFrameSync(file: ScratchFile, payload: Uint8Array): ScratchPosition {
  requireFrameSize(payload)
  return file.append(frame(payload.length, payload))
}

/** The payload of a frame that appendFrameSync wrote. */
export function readFrameSync(file: Pick<ScratchFile, 'path' | 'read'>, position: ScratchPosition): Uint8Array {
  const bytes = file.read(position.offset, position.length)
  const head = bytes.length < frameHeaderBytes ? undefined : asView(bytes)
  const payload = bytes.subarray(frameHeaderBytes)
  if (head === undefined || head.getUint32(0, true) !== payload.length
    || head.getUint32(4, true) !== crc32(payload, crc32(bytes.subarray(0, 4)))) {
    throw damaged(file.path, position.offset, 'the checksum of a spilled block does not match')
  }
  return payload
}
