/**
 * Reads what a ByteWriter wrote. Bytes that end too early are a RangeError here, which the codecs turn into
 * MR_INPUT_DAMAGED.
 */
/** V8 copies shorter substrings; longer ones keep the whole string alive that they were cut from. */
const copiedCharactersMax = 12

export class ByteReader {
  readonly buffer: Buffer
  readonly length: number
  at = 0
  private readonly view: DataView
  private text: string | undefined

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.length = bytes.length
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  byte(): number {
    if (this.at >= this.length) throw new RangeError('the bytes end too early')
    return this.buffer[this.at++]!
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) return value
      scale *= 128
    }
  }

  /**
   * A count of things that take at least `bytesEach`: more than there is room for is damage, found before it
   * is allocated.
   */
  count(bytesEach: number): number {
    const count = this.varint()
    if (count * bytesEach > this.length - this.at) throw new RangeError('a length is larger than what follows')
    return count
  }

  float64(): number {
    const value = this.view.getFloat64(this.at, true)
    this.at += 8
    return value
  }

  int64(): bigint {
    const value = this.view.getBigInt64(this.at, true)
    this.at += 8
    return value
  }

  /** A view of the next bytes, not a copy. */
  raw(count: number): Buffer {
    if (count > this.length - this.at) throw new RangeError('the bytes end too early')
    const bytes = this.buffer.subarray(this.at, this.at + count)
    this.at += count
    return bytes
  }

  latin1(count: number): string {
    const end = this.at + count
    if (end > this.length) throw new RangeError('the bytes end too early')
    const start = this.at
    this.at = end
    if (count > copiedCharactersMax) return this.buffer.toString('latin1', start, end)
    // One conversion for all short strings of a message: a substring of it is several times faster than a
    // call each.
    this.text ??= this.buffer.toString('latin1')
    return this.text.substring(start, end)
  }

  utf16(count: number): string { return this.raw(count * 2).toString('utf16le') }

  align(): void { while (this.at % 8 !== 0) this.at++ }
}
