/**
 * Gathers chunks of text as they come from a connection and cuts them into blocks of whole lines. Bytes are looked at
 * for line ends only; nothing is decoded here. A line longer than the limit is an error, never an unbounded buffer.
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'

const lineFeed = 10

export class TextGatherer {
  private chunks: Uint8Array[] = []
  /** Bytes up to and with the last line end, and bytes of the line that is not whole yet. */
  private wholeBytes = 0
  private restBytes = 0

  constructor(private readonly push: (text: Uint8Array) => void) {}

  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return
    this.chunks.push(chunk)
    const end = chunk.lastIndexOf(lineFeed) + 1
    if (end === 0) {
      this.restBytes += chunk.length
    } else {
      this.wholeBytes += this.restBytes + end
      this.restBytes = chunk.length - end
    }
    if (this.restBytes > limits.lineBytesMax) throw this.lineTooLong()
    if (this.wholeBytes >= limits.textBlockBytesMax) this.cut()
  }

  /** Hands over all whole lines as one block. */
  cut(): void {
    if (this.wholeBytes === 0) return
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.wholeBytes + this.restBytes)
    const text = all.subarray(0, this.wholeBytes)
    // The rest is copied: a view would keep the whole block alive for the sake of one line.
    this.chunks = this.restBytes === 0 ? [] : [Uint8Array.prototype.slice.call(all, this.wholeBytes)]
    this.wholeBytes = 0
    this.push(text)
  }

  /** The connection has ended: a last line without a line end is a line too. */
  end(): void {
    if (this.restBytes > 0) this.add(Uint8Array.of(lineFeed))
    this.cut()
  }

  private lineTooLong(): MillraceError {
    const { restBytes } = this
    this.chunks = []
    this.wholeBytes = 0
    this.restBytes = 0
    return new MillraceError('MR_LIMIT',
      `a line of more than ${limits.lineBytesMax} bytes (lineBytesMax): ${restBytes} bytes came in without a line end`,
      { hint: 'Is the peer sending lines of text? Binary data goes through socketStream or rawSocketStream.' })
  }
}
