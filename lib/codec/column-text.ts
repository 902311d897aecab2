/**
 * The characters of a column of strings, one after the other. Long strings are joined first, for a call into
 * the runtime costs more than they do.
 */
import type { ByteWriter } from './byte-writer'

/** Strings that are longer on average are joined before they are written, so many at a time. */
const joinedLengthMin = 14
const joinedCount = 1_024

/** Writes the characters as one byte each; false when one does not fit. */
export function writeLatin1(writer: ByteWriter, strings: ArrayLike<string>, totalLength: number): boolean {
  if (totalLength > joinedLengthMin * strings.length) {
    for (let i = 0; i < strings.length; i += joinedCount) if (!writer.latin1(join(strings, i))) return false
  } else {
    for (let i = 0; i < strings.length; i++) if (!writer.latin1(strings[i]!)) return false
  }
  return true
}

/** Writes the characters as two bytes each. */
export function writeUtf16(writer: ByteWriter, strings: ArrayLike<string>): void {
  for (let i = 0; i < strings.length; i += joinedCount) writer.utf16(join(strings, i))
}

/** So many strings from `from` on, as one. */
function join(strings: ArrayLike<string>, from: number): string {
  return (Array.prototype.slice.call(strings, from, from + joinedCount) as string[]).join('')
}
