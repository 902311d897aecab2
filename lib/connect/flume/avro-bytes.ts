/**
 * The binary form of Avro, as far as RPC with Flume needs it: whole numbers in zigzag varints, bytes and strings behind their
 * length, maps and arrays in blocks. Bytes that end too early or say impossible things are a MillraceError, never a hang.
 */
import { MillraceError } from '../../base/errors'

export class AvroReader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean { return this.at >= this.bytes.length }

  byte(): number {
    const byte = this.bytes[this.at++]
    return byte ?? damaged('the message ends too early')
  }

  boolean(): boolean { return this.byte() !== 0 }

  /** A whole number that fits into 53 bits. */
  long(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 8; i++) {
      const byte = this.byte()
      value += (byte & 127) * scale
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 128
    }
    return damaged('a number is too large')
  }

  fixed(length: number): Buffer {
    if (length < 0 || length > this.bytes.length - this.at) return damaged('the message ends too early')
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  bytesOf(): Buffer { return this.fixed(this.long()) }
  string(): string { return this.bytesOf().toString('utf8') }

  /** Calls `read` for every item of an array or a map. */
  blocks(read: () => void): void {
    for (let count = this.long(); count !== 0; count = this.long()) {
      if (count < 0) {
        count = -count
        this.long() // The size of the block in bytes.
      }
      // An item has a byte at least.
      if (count > this.bytes.length - this.at) damaged('the message ends too early')
      for (let i = 0; i < count; i++) read()
    }
  }

  map<V>(read: () => V): Map<string, V> {
    const map = new Map<string, V>()
    this.blocks(() => { map.set(this.string(), read()) })
    return map
  }

  /** A union of null and something. */
  optional<V>(read: () => V): V | undefined {
    const branch = this.long()
    if (branch === 0) return undefined
    return branch === 1 ? read() : damaged('a union has no such branch')
  }
}

export class AvroWriter {
  private readonly parts: Uint8Array[] = []

  long(value: number): this {
    let rest = value < 0 ? -value * 2 - 1 : value * 2
    const bytes: number[] = []
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(rest % 128 + 128)
    return this.fixed(Uint8Array.of(...bytes, rest))
  }

  boolean(value: boolean): this { return this.fixed(Uint8Array.of(value ? 1 : 0)) }

  fixed(bytes: Uint8Array): this {
    this.parts.push(bytes)
    return this
  }

  bytesOf(bytes: Uint8Array): this { return this.long(bytes.length).fixed(bytes) }
  string(text: string): this { return this.bytesOf(Buffer.from(text, 'utf8')) }

  /** A map or an array without items. */
  empty(): this { return this.long(0) }

  finish(): Buffer { return Buffer.concat(this.parts) }
}

export function damaged(what: string): never { throw new MillraceError('MR_INPUT_DAMAGED', `no Avro RPC: ${what}`) }
