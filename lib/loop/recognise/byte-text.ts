/**
 * Operations of String on UTF-8 bytes. They are called from generated loops with the bounds of a slice. On well-formed
 * UTF-8 a byte search finds exactly what a search of the text finds, as no character's bytes occur inside another's.
 */

export function bytesEqual(bytes: Uint8Array, start: number, needle: Uint8Array): boolean {
  for (let i = 0; i < needle.length; i++) if (bytes[start + i] !== needle[i]) return false
  return true
}

export function startsWith(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): boolean {
  return end - start >= needle.length && bytesEqual(bytes, start, needle)
}

export function endsWith(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): boolean {
  return end - start >= needle.length && bytesEqual(bytes, end - needle.length, needle)
}

export function bytesInclude(bytes: Uint8Array, start: number, end: number, needle: Uint8Array): boolean {
  const { length } = needle
  if (length === 0) return true
  const first = needle[0]!
  const last = end - length
  for (let i = start; i <= last; i++) {
    if (bytes[i] !== first) continue
    let j = 1
    while (j < length && bytes[i + j] === needle[j]) j++
    if (j === length) return true
  }
  return false
}

/**
 * Looks for the same bytes in slice after slice of one block, going forward: it remembers where the next occurrence in the
 * whole block is, which the native search finds many times faster than a loop over each slice.
 */
export class ForwardSearch {
  private block: Uint8Array | undefined
  private from = 0
  private next = 0

  constructor(private readonly needle: Uint8Array) {}

  isWithin(bytes: Buffer, start: number, end: number): boolean {
    if (bytes !== this.block || start < this.from || start > this.next) {
      this.block = bytes
      this.from = start
      const found = bytes.indexOf(this.needle, start)
      this.next = found < 0 ? Number.MAX_SAFE_INTEGER : found
    }
    return this.next + this.needle.length <= end
  }
}

/** White space among ASCII: tab to carriage return, and space. */
function isSpace(byte: number): boolean { return byte === 32 || (byte >= 9 && byte <= 13) }

export function trimStart(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && isSpace(bytes[at]!)) at++
  return at
}

export function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && isSpace(bytes[at - 1]!)) at--
  return at
}

/** Writes the ASCII bytes from `start` to `end` in lower case to the beginning of `into`, or of a larger array. */
export function lowerCased(bytes: Uint8Array, start: number, end: number, into: Uint8Array): Uint8Array {
  const length = end - start
  const target = into.length >= length ? into : new Uint8Array(length * 2)
  for (let i = 0; i < length; i++) {
    const byte = bytes[start + i]!
    target[i] = byte >= 65 && byte <= 90 ? byte + 32 : byte
  }
  return target
}
