/**
 * Whole numbers of variable length, as Hadoop's WritableUtils writes them:
 *
 *   -112..127     one byte
 *   others        a first byte that says the sign and how many bytes follow (-113..-120: 1 to 8, not negative;
 *                 -121..-128: 1 to 8, negative), then the number, or what it is xor -1, largest byte first
 */

/** A number and the position behind it. */
export interface Read<T> { readonly value: T, readonly end: number }

const isNegative = (first: number): boolean => first < -120

/** How many bytes a number has whose first byte is `first`, with it. */
export function vintLength(first: number): number {
  return first >= -112 ? 1 : isNegative(first) ? -119 - first : -111 - first
}

/** The number at `at`; undefined where `bytes` end within it. */
export function readVlong(bytes: Buffer, at: number): Read<bigint> | undefined {
  if (at >= bytes.length) return undefined
  const first = bytes.readInt8(at)
  const end = at + vintLength(first)
  if (end > bytes.length) return undefined
  if (first >= -112) return { value: BigInt(first), end }
  let value = 0n
  for (let i = at + 1; i < end; i++) value = value << 8n | BigInt(bytes[i]!)
  return { value: BigInt.asIntN(64, isNegative(first) ? value ^ -1n : value), end }
}

/** The same for a length or a count: a whole number from 0 to 2^31 - 1. Undefined for others, too. */
export function readLength(bytes: Buffer, at: number): Read<number> | undefined {
  const first = at < bytes.length ? bytes.readInt8(at) : undefined
  if (first !== undefined && first >= 0) return { value: first, end: at + 1 }
  const read = readVlong(bytes, at)
  return read === undefined || read.value < 0n || read.value > 0x7FFF_FFFFn ? undefined : { value: Number(read.value), end: read.end }
}

export function vlongBytes(value: bigint): Uint8Array {
  if (value >= -112n && value <= 127n) return Uint8Array.of(Number(value) & 0xFF)
  let rest = value < 0n ? value ^ -1n : value
  const bytes: number[] = []
  for (; rest !== 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xFFn))
  return Uint8Array.of(((value < 0n ? -120 : -112) - bytes.length) & 0xFF, ...bytes)
}

export function lengthBytes(length: number): Uint8Array { return length <= 127 ? Uint8Array.of(length) : vlongBytes(BigInt(length)) }
