/**
 * Lines from bytes. A line ends at LF or CRLF; a CR alone is content. Text is UTF-8, and what is not becomes U+FFFD as
 * TextDecoder does it. However the bytes are cut into chunks, the lines are the same.
 */
import { isAscii } from 'node:buffer'
import { MillraceError } from '../base/errors'
import { limits } from '../base/limits'

const lineFeed = 10
const carriageReturn = 13

/** A view of `bytes` with Buffer's methods; no copy. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The text of a block: one byte a character where that is all there is, which is several times faster. */
function decodeText(bytes: Uint8Array): string {
  const buffer = asBuffer(bytes)
  return buffer.toString(isAscii(bytes) ? 'latin1' : 'utf8')
}

/** Everything up to and with the last LF, and what follows it. Views, no copies. */
export function splitAtLastNewline(bytes: Uint8Array): { complete: Uint8Array, rest: Uint8Array } {
  const end = bytes.lastIndexOf(lineFeed) + 1
  return { complete: bytes.subarray(0, end), rest: bytes.subarray(end) }
}

/** How many lines decodeLines would return. */
export function countLines(bytes: Uint8Array): number {
  let count = 0
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === lineFeed) count++
  return bytes.length > 0 && bytes[bytes.length - 1] !== lineFeed ? count + 1 : count
}

/** Calls `f` with each line of a whole block. A byte-order mark is content here: LineDecoder takes it off a stream. */
export function forEachLine(bytes: Uint8Array, f: (line: string) => void): void {
  const text = decodeText(bytes)
  const hasReturns = bytes.includes(carriageReturn)
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    const cut = hasReturns && end > start && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end
    f(text.substring(start, cut))
    start = end + 1
  }
  if (start < text.length) f(text.substring(start))
}

/** The lines of a whole block. */
export function decodeLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  forEachLine(bytes, line => { lines.push(line) })
  return lines
}

/** Lines of a stream that comes in chunks. */
export class LineDecoder {
  private pending: Uint8Array[] = []
  private pendingBytes = 0
  private isAtStart = true

  /** `name` says in errors what is read. */
  constructor(private readonly name = 'the stream', private readonly lineBytesMax: number = limits.lineBytesMax) {}

  /** The lines that this chunk completes. Throws MR_LIMIT when a line grows beyond the limit. */
  feed(chunk: Uint8Array): string[] {
    const { complete, rest } = splitAtLastNewline(chunk)
    if (complete.length === 0) {
      this.keep(rest)
      return []
    }
    this.requireShortLines(complete)
    const lines = this.decode([...this.pending, complete])
    this.pending = []
    this.pendingBytes = 0
    this.keep(rest)
    return lines
  }

  /** The last line, when the stream did not end in a line feed. */
  end(): string[] {
    const lines = this.pendingBytes === 0 ? [] : this.decode(this.pending)
    this.pending = []
    this.pendingBytes = 0
    return lines
  }

  private decode(parts: Uint8Array[]): string[] {
    const lines = decodeLines(parts.length === 1 ? parts[0]! : Buffer.concat(parts))
    if (this.isAtStart && lines.length > 0) {
      this.isAtStart = false
      if (lines[0]!.charCodeAt(0) === 0xFEFF) lines[0] = lines[0]!.slice(1)
    }
    return lines
  }

  private keep(rest: Uint8Array): void {
    if (rest.length === 0) return
    if (this.pendingBytes + rest.length > this.lineBytesMax) throw this.tooLong()
    this.pending.push(rest.slice())
    this.pendingBytes += rest.length
  }

  private requireShortLines(complete: Uint8Array): void {
    if (this.pendingBytes + complete.length - 1 <= this.lineBytesMax) return
    let start = -this.pendingBytes
    for (let end = complete.indexOf(lineFeed); end >= 0; end = complete.indexOf(lineFeed, end + 1)) {
      if (end - start > this.lineBytesMax) throw this.tooLong()
      start = end + 1
    }
  }

  private tooLong(): MillraceError {
    return new MillraceError('MR_LIMIT', `A line of ${this.name} is longer than lineBytesMax, ${this.lineBytesMax} bytes`, {
      hint: 'Is this text with lines? Read data of another kind with binaryFiles or binaryRecords.',
    })
  }
}
