/**
 * Lines from bytes. A line ends at LF or CRLF; a CR alone is content. Text is UTF-8, and what is not becomes
 * U+FFFD as TextDecoder does it. However the bytes are cut into chunks, the lines are the same.
 */
import { isAscii } from 'node:buffer'
import { MillraceError } from '../base/errors'
import { limits } from '../base/limits'

const lineFeed = 10
const carriageReturn = 13
const byteOrderMark = 0xFEFF

/**
 * So many bytes are decoded at a time. Measured: 1.3 times as fast as whole blocks of megabytes, for the text
 * stays in the cache; and a line that is kept keeps no more than this alive, for V8 makes it a view of the
 * text.
 */
const decodedBytes = 32 * 1024

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Everything up to and with the last LF, and what follows it. Views, no copies. */
export function splitAtLastNewline(bytes: Uint8Array): { complete: Uint8Array, rest: Uint8Array } {
  const end = bytes.lastIndexOf(lineFeed) + 1
  return { complete: bytes.subarray(0, end), rest: bytes.subarray(end) }
}

/** How many lines decodeLines would return. */
export function countLines(bytes: Uint8Array): number {
  const buffer = asBuffer(bytes)
  let count = 0
  for (let at = buffer.indexOf(lineFeed); at >= 0; at = buffer.indexOf(lineFeed, at + 1)) count++
  return bytes.length > 0 && bytes[bytes.length - 1] !== lineFeed ? count + 1 : count
}

/**
 * Calls `f` with each line of a whole block; the last need not end in LF. A byte-order mark is content here:
 * only LineDecoder knows where a stream begins.
 * @example
 * ```
 * forEachLine(Buffer.from('a\nb\r\nc'), line => console.log(line)) // a b c
 * ```
 */
export function forEachLine(bytes: Uint8Array, f: (line: string) => void): void {
  const buffer = asBuffer(bytes)
  for (let start = 0; start < buffer.length;) {
    const end = endOfLines(buffer, start)
    forEachLineOf(buffer.subarray(start, end), f)
    start = end
  }
}

/** Where the lines end that are decoded together with the one at `start`. */
function endOfLines(buffer: Buffer, start: number): number {
  const near = start + decodedBytes
  if (near >= buffer.length) return buffer.length
  const last = buffer.lastIndexOf(lineFeed, near - 1)
  if (last >= start) return last + 1
  const next = buffer.indexOf(lineFeed, near)
  return next < 0 ? buffer.length : next + 1
}

function forEachLineOf(buffer: Buffer, f: (line: string) => void): void {
  const text = buffer.toString(isAscii(buffer) ? 'latin1' : 'utf8')
  const hasReturns = text.includes('\r')
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    f(text.substring(start, hasReturns && text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end))
    start = end + 1
  }
  if (start < text.length) f(text.substring(start))
}

/** The lines of a whole block, as forEachLine gives them. */
export function decodeLines(bytes: Uint8Array): string[] {
  const lines: string[] = []
  forEachLine(bytes, line => { lines.push(line) })
  return lines
}

/**
 * The same characters in memory of their own. A line, and any part of it from 13 characters on, keeps the
 * text alive that it was cut from: what lives longer than its batch should not.
 */
export function ownString(text: string): string { return text.length < 13 ? text : (' ' + text).slice(1) }

/**
 * Lines of a stream that comes in chunks, however it is cut. A byte-order mark at its very beginning is left
 * out.
 * @example
 * ```
 * const decoder = new LineDecoder('data.txt')
 * decoder.feed(Buffer.from('a\nb')) // [ 'a' ]
 * decoder.feed(Buffer.from('c\r')) // []
 * decoder.end() // [ 'bc\r' ]
 * ```
 */
export class LineDecoder {
  private pending: Uint8Array[] = []
  private pendingBytes = 0
  private isAtStart = true

  /**
   * `name` says in errors what is read; lines with more than `lineBytesMax` bytes before their LF are
   * refused.
   */
  constructor(private readonly name = 'the stream', private readonly lineBytesMax: number = limits.lineBytesMax) {}

  /** Bytes of a line that has begun. */
  get bufferedBytes(): number { return this.pendingBytes }

  /**
   * The lines that this chunk completes. The chunk may be used again afterwards. Throws MR_LIMIT for a line
   * too long.
   */
  feed(chunk: Uint8Array): string[] {
    const first = chunk.indexOf(lineFeed)
    if (first < 0) {
      this.keep(chunk)
      return []
    }
    const lines: string[] = []
    let start = 0
    if (this.pendingBytes > 0) {
      this.requireLength(this.pendingBytes + first)
      this.decode(Buffer.concat([...this.pending, chunk.subarray(0, first + 1)]), lines)
      this.pending = []
      this.pendingBytes = 0
      start = first + 1
    }
    const end = chunk.lastIndexOf(lineFeed) + 1
    if (end - start > this.lineBytesMax) this.requireShortLines(chunk, start)
    if (end > start) this.decode(chunk.subarray(start, end), lines)
    this.keep(chunk.subarray(end))
    return lines
  }

  /** The last line, when the stream did not end in LF. */
  end(): string[] {
    const lines: string[] = []
    if (this.pendingBytes > 0) this.decode(Buffer.concat(this.pending), lines)
    this.pending = []
    this.pendingBytes = 0
    return lines
  }

  private decode(bytes: Uint8Array, lines: string[]): void {
    forEachLine(bytes, line => { lines.push(line) })
    if (!this.isAtStart) return
    this.isAtStart = false
    if (lines[0]!.charCodeAt(0) !== byteOrderMark) return
    lines[0] = lines[0]!.slice(1)
    // A mark and nothing more is no line.
    if (lines[0] === '' && bytes[bytes.length - 1] !== lineFeed) lines.pop()
  }

  private keep(rest: Uint8Array): void {
    if (rest.length === 0) return
    this.requireLength(this.pendingBytes + rest.length)
    // Not slice(): that of a Buffer is a view.
    this.pending.push(new Uint8Array(rest))
    this.pendingBytes += rest.length
  }

  private requireShortLines(chunk: Uint8Array, from: number): void {
    let start = from
    for (let end = chunk.indexOf(lineFeed, start); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.requireLength(end - start)
      start = end + 1
    }
  }

  private requireLength(lengthBytes: number): void {
    if (lengthBytes <= this.lineBytesMax) return
    throw new MillraceError('MR_LIMIT', `A line of ${this.name} is longer than lineBytesMax, ${this.lineBytesMax} bytes`, {
      hint: 'Is this text in lines? Read other data with binaryFiles or binaryRecords.',
    })
  }
}
