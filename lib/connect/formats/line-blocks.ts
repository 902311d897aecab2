/**
 * Whole lines of a byte range of a file, in blocks of about a megabyte that know where in the file they begin, so that what is
 * wrong with a line can be said with its place. A line belongs to the range in which the line feed before it lies, and the
 * first line to the first range, as in textFile; a compressed file is one range, whose places count decompressed bytes.
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { readTextChunks } from '../../codec/gzip'
import { allFiles } from '../../disk/files'
import type { Split } from '../../rdd/sources/splits'

const lineFeed = 10

/** Lines of a file, all of them whole. The last line of a file may end without a line feed. */
export interface LineBlock {
  readonly bytes: Buffer
  /** Where `bytes` begin in the file. */
  readonly offset: number
}

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

/** The blocks of a range. A byte-order mark at the beginning of the file is left out. Throws MR_LIMIT for a line too long. */
export async function* readLineBlocks({ path, from, until, isLast }: Split): AsyncGenerator<LineBlock, void> {
  const held = new HeldLine(path)
  let isSkipping = from > 0
  let offset = from
  for await (const raw of readTextChunks(allFiles, path, from === 0 ? {} : { offset: from })) {
    const chunk = bufferOf(raw)
    let start = 0
    if (isSkipping) {
      const end = chunk.indexOf(lineFeed)
      if (end < 0 || (!isLast && offset + end >= until)) {
        if (!isLast && offset + (end < 0 ? chunk.length : end) >= until) return
        offset += chunk.length
        continue
      }
      isSkipping = false
      start = end + 1
    }
    const last = isLast ? -1 : chunk.indexOf(lineFeed, Math.max(start, until - offset))
    const end = last >= 0 ? last + 1 : chunk.lastIndexOf(lineFeed) + 1
    if (end > start) yield held.complete(chunk.subarray(start, end), offset + start)
    if (last >= 0) return
    held.keep(chunk.subarray(Math.max(start, end)), offset + Math.max(start, end))
    offset += chunk.length
  }
  if (held.sizeBytes > 0) yield held.complete(Buffer.alloc(0), offset)
}

/** The beginning of a line whose end has not been read yet. */
class HeldLine {
  private pieces: Buffer[] = []
  private offset = 0
  sizeBytes = 0

  constructor(private readonly path: string) {}

  keep(piece: Buffer, offset: number): void {
    if (piece.length === 0) return
    if (this.sizeBytes === 0) this.offset = offset
    this.pieces.push(piece)
    this.sizeBytes += piece.length
    if (this.sizeBytes > limits.lineBytesMax) throw tooLong(this.path, this.offset)
  }

  complete(bytes: Buffer, offset: number): LineBlock {
    const block = this.sizeBytes === 0 ? { bytes, offset } : { bytes: Buffer.concat([...this.pieces, bytes]), offset: this.offset }
    this.pieces = []
    this.sizeBytes = 0
    return block.offset === 0 ? withoutMark(block) : block
  }
}

/** Takes the byte-order mark off a file's beginning. */
export function withoutMark(block: LineBlock): LineBlock {
  const { bytes, offset } = block
  return bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF ? { bytes: bytes.subarray(3), offset: offset + 3 } : block
}

export function tooLong(path: string, offset: number, what = 'line'): MillraceError {
  return new MillraceError('MR_LIMIT', `The ${what} at byte ${offset} of ${path} is longer than lineBytesMax, ${limits.lineBytesMax} bytes`, {
    hint: 'Is this a file of the format that it is read as?',
  })
}
