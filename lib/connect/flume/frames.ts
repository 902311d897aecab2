/**
 * Avro RPC on a stream of bytes, as Avro's Netty transport frames it. A message is all its buffers one after another; an answer
 * has the serial of its question. Numbers are big-endian.
 *
 *   frame = serial u32 | number of buffers u32 | buffers, each: length u32, bytes
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { damaged } from './avro-bytes'

export interface Message {
  readonly serial: number
  readonly bytes: Buffer
}

/** Java writes buffers of 8 KiB, and larger ones whole. */
const buffersMax = 65_536
const headBytes = 8

/** Takes bytes as they come and gives messages when they are whole. */
export class FrameReader {
  private chunks: Buffer[] = []
  private held = 0
  private serial = 0
  /** Buffers of the message that are not here yet; undefined between messages. */
  private left: number | undefined
  /** The length of the next buffer, once that is known. */
  private next: number | undefined
  private parts: Buffer[] = []
  private sizeBytes = 0

  constructor(private readonly bytesMax: number = limits.flumeFrameBytesMax) {}

  /** Throws MillraceError for what can be no frame; nothing can be read after that. */
  feed(chunk: Buffer): Message[] {
    this.chunks.push(chunk)
    this.held += chunk.length
    const messages: Message[] = []
    for (;;) {
      const message = this.step()
      if (message === undefined) return messages
      if (message !== 'more') messages.push(message)
    }
  }

  /** One piece: a head, a length or a buffer. Undefined when more bytes are needed. */
  private step(): Message | 'more' | undefined {
    if (this.left === undefined) return this.head()
    if (this.left === 0) return this.finish()
    if (this.next === undefined) {
      const length = this.take(4)?.readUInt32BE(0)
      if (length === undefined) return undefined
      this.sizeBytes += length
      if (this.sizeBytes > this.bytesMax) throw tooLarge(this.bytesMax)
      this.next = length
      return 'more'
    }
    const part = this.take(this.next)
    if (part === undefined) return undefined
    this.parts.push(part)
    this.left--
    this.next = undefined
    return 'more'
  }

  private head(): 'more' | undefined {
    const head = this.take(headBytes)
    if (head === undefined) return undefined
    this.serial = head.readUInt32BE(0)
    this.left = head.readUInt32BE(4)
    if (this.left > buffersMax) damaged(`a frame of ${this.left} buffers`)
    return 'more'
  }

  private finish(): Message {
    const { serial, parts } = this
    this.left = undefined
    this.parts = []
    this.sizeBytes = 0
    return { serial, bytes: parts.length === 1 ? parts[0]! : Buffer.concat(parts) }
  }

  /** The next `length` bytes, when they are here. */
  private take(length: number): Buffer | undefined {
    if (this.held < length) return undefined
    const [first] = this.chunks
    if (first === undefined || first.length < length) this.chunks = [Buffer.concat(this.chunks)]
    const all = this.chunks[0] ?? Buffer.alloc(0)
    if (all.length === length) this.chunks.shift()
    else this.chunks[0] = all.subarray(length)
    this.held -= length
    return all.subarray(0, length)
  }
}

export function encodeFrame({ serial, bytes }: Message): Buffer {
  const frame = Buffer.alloc(headBytes + 4 + bytes.length)
  frame.writeUInt32BE(serial, 0)
  frame.writeUInt32BE(1, 4)
  frame.writeUInt32BE(bytes.length, headBytes)
  bytes.copy(frame, headBytes + 4)
  return frame
}

function tooLarge(bytesMax: number): MillraceError {
  return new MillraceError('MR_LIMIT', `a frame has more than ${bytesMax} bytes (flumeFrameBytesMax)`, { hint: "Make the sink's batch-size smaller." })
}
