/**
 * Gathers chunks of text as they come from a connection and cuts them into blocks of whole lines. Bytes are
 * looked at for line ends only; nothing is decoded here. Large blocks lie in shared memory from the first, so
 * that every thread can read them. A line longer than the limit is an error, never an unbounded buffer, and
 * never the end of the whole lines before it.
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { concatShared } from '../../base/shared-bytes'

const lineFeed = 10

export class TextGatherer {
  private chunks: Uint8Array[] = []
  /** Bytes up to and with the last line end, and bytes of the line that is not whole yet. */
  private wholeBytes = 0
  private restBytes = 0

  /** `linesAllowed` says how many lines may become a block now. */
  constructor(
    private readonly push: (text: Uint8Array) => void,
    private readonly linesAllowed: () => number = () => Number.POSITIVE_INFINITY,
  ) {}

  /** Bytes of whole lines that wait to become a block. */
  get waitingBytes(): number { return this.wholeBytes }

  /** Throws MR_LIMIT for a line that is too long; it is gone then, the lines before it are not. */
  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    const end = chunk.lastIndexOf(lineFeed) + 1
    const firstLineBytes = this.restBytes + (end === 0 ? chunk.length : chunk.indexOf(lineFeed))
    const restBytes = end === 0 ? firstLineBytes : chunk.length - end
    if (firstLineBytes > limits.lineBytesMax || restBytes > limits.lineBytesMax) this.refuse(Math.max(firstLineBytes, restBytes))
    this.chunks.push(chunk)
    if (end > 0) this.wholeBytes += this.restBytes + end
    this.restBytes = restBytes
    if (this.wholeBytes >= limits.textBlockBytesMax) this.cut()
  }

  /** Hands over whole lines as one block: all of them, or as many as are allowed. */
  cut(linesMax = this.linesAllowed()): void {
    if (this.wholeBytes === 0 || linesMax < 1) return
    const all = this.joined()
    const end = linesMax === Number.POSITIVE_INFINITY ? this.wholeBytes : endOfLines(all, this.wholeBytes, linesMax)
    // The rest is copied: a view would keep the whole block alive for the sake of one line.
    this.chunks = end === all.length ? [] : [Uint8Array.prototype.slice.call(all, end)]
    this.wholeBytes -= end
    this.push(all.subarray(0, end))
  }

  /** The connection has ended as it should: a last line without a line end is a line too. */
  end(): void {
    if (this.restBytes > 0) this.add(Uint8Array.of(lineFeed))
    this.cut()
  }

  /** The connection broke: what came of the last line is no line. Returns how many bytes were dropped. */
  dropRest(): number {
    const dropped = this.restBytes
    if (dropped > 0) this.chunks = this.wholeBytes === 0 ? [] : [this.joined().subarray(0, this.wholeBytes)]
    this.restBytes = 0
    this.cut()
    return dropped
  }

  private joined(): Uint8Array {
    return this.chunks.length === 1 ? this.chunks[0]! : concatShared(this.chunks, this.wholeBytes + this.restBytes)
  }

  private refuse(lineBytes: number): never {
    this.dropRest()
    throw new MillraceError('MR_LIMIT',
      `a line of more than ${limits.lineBytesMax} bytes (lineBytesMax): ${lineBytes} bytes of it have come in`,
      { hint: 'Is the peer sending lines of text? Binary data goes through socketStream or rawSocketStream.' })
  }
}

/** Where the first `count` lines of `text` end, at most at `end`, which is the end of a line. */
function endOfLines(text: Uint8Array, end: number, count: number): number {
  let at = 0
  for (let line = 0; line < count && at < end; line++) at = text.indexOf(lineFeed, at) + 1
  return at
}
