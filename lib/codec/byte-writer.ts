/**
 * Bytes as they are written: one growing buffer, little-endian, reused from message to message. finish()
 * hands out a copy that owns its whole ArrayBuffer, so that it can be transferred to another thread.
 */
const firstCapacityBytes = 64 * 1024
/** A larger buffer is given back after its message. */
const keptCapacityBytes = 4 * 1024 * 1024
/** Up to here a loop in JavaScript is faster than a call into the runtime. */
const loopCharactersMax = 20

export class ByteWriter {
  buffer = Buffer.allocUnsafeSlow(firstCapacityBytes)
  at = 0
  private view = new DataView(this.buffer.buffer)

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.at + count <= this.buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.at + count, this.buffer.length * 2))
    larger.set(this.buffer.subarray(0, this.at))
    this.buffer = larger
    this.view = new DataView(larger.buffer)
  }

  byte(value: number): void {
    if (this.at === this.buffer.length) this.reserve(1)
    this.buffer[this.at++] = value
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, low bits first. */
  varint(value: number): void {
    this.reserve(8)
    while (value > 0x7FFFFFFF) {
      this.buffer[this.at++] = value % 128 | 128
      value = Math.floor(value / 128)
    }
    while (value > 127) {
      this.buffer[this.at++] = value & 127 | 128
      value >>>= 7
    }
    this.buffer[this.at++] = value
  }

  float64(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }

  int64(value: bigint): void {
    this.reserve(8)
    this.view.setBigInt64(this.at, value, true)
    this.at += 8
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  /** The characters as one byte each; false, with nothing written, when one does not fit. */
  latin1(text: string): boolean {
    const { length } = text
    this.reserve(length)
    if (length > loopCharactersMax) {
      if (!isLatin1(text)) return false
      this.at += this.buffer.write(text, this.at, 'latin1')
      return true
    }
    const { buffer } = this
    let at = this.at
    let all = 0
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i)
      all |= code
      buffer[at++] = code
    }
    if (all > 255) return false
    this.at = at
    return true
  }

  /** The characters as two bytes each, lone surrogates too. */
  utf16(text: string): void {
    this.reserve(text.length * 2)
    this.at += this.buffer.write(text, this.at, 'utf16le')
  }

  /** Bytes up to a multiple of eight. */
  align(): void {
    this.reserve(8)
    while (this.at % 8 !== 0) this.buffer[this.at++] = 0
  }

  /** What was written, as bytes of their own; the writer begins anew. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.at)
    bytes.set(this.buffer.subarray(0, this.at))
    this.clear()
    return bytes
  }

  clear(): void {
    this.at = 0
    if (this.buffer.length <= keptCapacityBytes) return
    this.buffer = Buffer.allocUnsafeSlow(firstCapacityBytes)
    this.view = new DataView(this.buffer.buffer)
  }
}

/**
 * True when every character is below 256. V8 answers at once for strings that it keeps with one byte a
 * character.
 */
export function isLatin1(text: string): boolean { return !/[^\u0000-\u00ff]/.test(text) }
