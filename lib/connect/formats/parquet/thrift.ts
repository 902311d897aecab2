/**
 * Thrift's compact protocol, as much as headers of Parquet's pages need: structs of numbers, flags, bytes, lists and structs.
 * Nothing is made of a length before there are the bytes for it.
 */

export type ThriftValue = number | bigint | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct
/** The fields of a struct by their numbers. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>

const depthMax = 20

/** Reads the struct at the beginning of `bytes`. Throws RangeError where it is not whole. */
export function readStruct(bytes: Buffer): { readonly struct: ThriftStruct, readonly sizeBytes: number } {
  const reader = new CompactReader(bytes)
  return { struct: reader.struct(0), sizeBytes: reader.at }
}

class CompactReader {
  at = 0

  constructor(private readonly bytes: Buffer) {}

  struct(depth: number): ThriftStruct {
    if (depth > depthMax) throw new RangeError('a header nests too deeply')
    const fields = new Map<number, ThriftValue>()
    for (let id = 0; ;) {
      const head = this.byte()
      const type = head & 0x0F
      if (type === 0) return fields
      id = head >> 4 === 0 ? Number(this.zigzag()) : id + (head >> 4)
      fields.set(id, type === 1 || type === 2 ? type === 1 : this.value(type, depth))
    }
  }

  private value(type: number, depth: number): ThriftValue {
    switch (type) {
      case 1: case 2: return this.byte() === 1
      case 3: return this.byte() << 24 >> 24
      case 4: case 5: return Number(BigInt.asIntN(32, this.zigzag()))
      case 6: return this.zigzag()
      case 7: return this.take(8).readDoubleLE()
      case 8: return this.take(Number(this.varint()))
      case 9: case 10: return this.list(depth)
      case 12: return this.struct(depth + 1)
      default: throw new RangeError(`a header has a field of the type ${type}`)
    }
  }

  private list(depth: number): ThriftValue[] {
    const head = this.byte()
    const count = head >> 4 === 15 ? Number(this.varint()) : head >> 4
    if (count > this.bytes.length - this.at) throw new RangeError('a header has a list longer than it is itself')
    return Array.from({ length: count }, () => this.value(head & 0x0F, depth + 1))
  }

  private zigzag(): bigint {
    const value = this.varint()
    return value >> 1n ^ -(value & 1n)
  }

  private varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte()
      value |= BigInt(byte & 0x7F) << shift
      if (byte < 0x80) return value
    }
    throw new RangeError('a number of a header does not end')
  }

  private byte(): number { return this.take(1)[0]! }

  private take(length: number): Buffer {
    const end = this.at + length
    if (!(length >= 0 && end <= this.bytes.length)) throw new RangeError('a header is not whole')
    const part = this.bytes.subarray(this.at, end)
    this.at = end
    return part
  }
}
