/**
 * The lines of a byte range of a file, as blocks of undecoded text. A line belongs to the range in which the
 * line feed before it lies, and the first line to the first range: so every line is in exactly one range,
 * wherever a file is cut.
 *
 *   bytes   a a \n b b \n c c \n
 *   ranges  [--------)[---------)     the second line is the first range's, which reads on to its end
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { readTextChunks } from '../../codec/gzip'
import { LineDecoder } from '../../codec/text'
import type { ReadHandle } from '../../disk/disk'
import { allFiles } from '../../disk/files'
import type { Split } from './splits'

const lineFeed = 10
const blockBytes = 1024 * 1024
const pieceBytes = 64 * 1024

/** Blocks of about a megabyte that end at line ends. */
export async function readLineBlocks(split: Split): Promise<Uint8Array[]> {
  const handle = await allFiles.openRead(split.path)
  try {
    const bytes = await readRange(handle, split.from, split.until - split.from)
    let start = 0
    if (split.from > 0) {
      start = bytes.indexOf(lineFeed) + 1
      if (start === 0) return []
    }
    const rest = split.isLast ? [] : await readToLineEnd(handle, split)
    return cutBlocks(start === 0 ? withoutMark(bytes) : bytes.subarray(start), rest, split.path)
  } finally { await handle.close() }
}

async function readRange(handle: ReadHandle, from: number, length: number): Promise<Uint8Array> {
  return length === 0 ? new Uint8Array(0) : handle.read(from, length)
}

/** What follows a range up to and with the next line feed. */
async function readToLineEnd(handle: ReadHandle, { path, until }: Split): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for (let offset = until; ;) {
    const piece = await handle.read(offset, pieceBytes)
    const end = piece.indexOf(lineFeed)
    if (end >= 0 || piece.length === 0) {
      return piece.length === 0 ? pieces : [...pieces, piece.subarray(0, end + 1)]
    }
    pieces.push(piece)
    offset += piece.length
    if (offset - until > limits.lineBytesMax) throw lineTooLong(path)
  }
}

function cutBlocks(bytes: Uint8Array, rest: readonly Uint8Array[], path: string): Uint8Array[] {
  const blocks: Uint8Array[] = []
  let start = 0
  while (bytes.length - start > blockBytes) {
    let end = bytes.lastIndexOf(lineFeed, start + blockBytes - 1) + 1
    if (end <= start) {
      end = bytes.indexOf(lineFeed, start + blockBytes) + 1
      if (end === 0) break
      if (end - start > limits.lineBytesMax + 1) throw lineTooLong(path)
    }
    blocks.push(bytes.subarray(start, end))
    start = end
  }
  const last = rest.length === 0 ? bytes.subarray(start) : Buffer.concat([bytes.subarray(start), ...rest])
  const lastLineBytes = last.length - (last.lastIndexOf(lineFeed, last.length - 2) + 1)
  if (lastLineBytes > limits.lineBytesMax + 1) throw lineTooLong(path)
  if (last.length > 0) blocks.push(last)
  return blocks
}

/** Takes the byte-order mark off a file's beginning. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xEF && bytes[1] === 0xBB && bytes[2] === 0xBF ? bytes.subarray(3) : bytes
}

function lineTooLong(path: string): MillraceError {
  const message = `A line of ${path} is longer than lineBytesMax, ${limits.lineBytesMax} bytes`
  return new MillraceError('MR_LIMIT', message, {
    hint: 'Is this text with lines? Read data of another kind with binaryFiles or binaryRecords.',
  })
}

/** The lines of a compressed file, as many at a time as each piece of it completes. */
export async function* decompressLines(path: string): AsyncGenerator<string[], void> {
  const decoder = new LineDecoder(path)
  for await (const chunk of readTextChunks(allFiles, path)) {
    const lines = decoder.feed(chunk)
    if (lines.length > 0) yield lines
  }
  const last = decoder.end()
  if (last.length > 0) yield last
}
