/**
 * The records of a range of a SequenceFile. A range has what follows the sync markers that begin in it, and the first range
 * what comes before the first marker: so every record is in exactly one range, wherever a file is cut.
 *
 *   record   its length (4) | the length of its key (4) | key | value, compressed where records are
 *   block    -1, marker | count (vint) | four buffers, each with its length (vint) before it and compressed:
 *            lengths of keys (vints), keys, lengths of values (vints), values
 */
import { limits } from '../../../base/limits'
import { MillraceError } from '../../../base/errors'
import type { Split } from '../../../rdd/sources/splits'
import { damaged } from '../modes'
import { codecOf, type Codec } from './codecs'
import { FileCursor } from './file-cursor'
import { readHeader, syncBytes, syncEscape, type SequenceHeader } from './sequence-header'
import { readLength } from './vints'
import { writableOf, type Writable } from './writables'

const chunkRecords = 1_000
const headerPieceBytes = 4 * 1024

/** The classes that the user has named; undefined: what the file says. */
export interface WantedClasses { readonly keyClass: Writable | undefined, readonly valueClass: Writable | undefined }

export async function* readSequence(split: Split, wanted: WantedClasses): AsyncGenerator<[unknown, unknown][], void> {
  const { header, sizeBytes } = await headerOf(split.path)
  const codec = header.codec === undefined ? undefined : codecOf(header.codec, split.path)
  const classes = {
    key: classOf(header.keyClass, wanted.keyClass, 'keys', split.path), value: classOf(header.valueClass, wanted.valueClass, 'values', split.path),
  }
  const cursor = await FileCursor.open(split.path, Math.max(split.from, sizeBytes))
  try {
    if (split.from > 0 && !await findSync(cursor, header.sync)) return
    const reader = new RecordReader(cursor, header, classes, codec)
    yield* header.compression === 'BLOCK' ? reader.blocks(split.until) : reader.records(split.until)
  } finally { await cursor.close() }
}

/** The header of a file. Throws MR_INPUT_DAMAGED where it has none. */
export async function headerOf(path: string): Promise<{ readonly header: SequenceHeader, readonly sizeBytes: number }> {
  const cursor = await FileCursor.open(path)
  try {
    for (let wanted = headerPieceBytes; ; wanted *= 2) {
      await cursor.fetch(wanted)
      const read = readHeader(cursor.peek(), path)
      if (read !== undefined) return read
      if (cursor.peek().length === cursor.sizeBytes) {
        throw damaged(`this is no SequenceFile: ${cursor.sizeBytes === 0 ? 'it is empty' : 'it ends within the header'}`, { path, offset: cursor.sizeBytes })
      }
    }
  } finally { await cursor.close() }
}

function classOf(name: string, wanted: Writable | undefined, what: string, path: string): Writable {
  if (wanted !== undefined && wanted.className !== name) {
    throw damaged(`its ${what} are ${name}, not ${wanted.className}`, { path, offset: 0 }, { hint: 'Leave the classes out: the file names them.' })
  }
  const found = wanted ?? writableOf(name)
  if (found !== undefined) return found
  throw damaged(`its ${what} are ${name}, which is not known`, { path, offset: 0 }, { hint: 'Say how its bytes are read: { className, encode, decode }.' })
}

/** Moves to the next marker that begins at or behind the cursor; false when there is none. */
async function findSync(cursor: FileCursor, sync: Buffer): Promise<boolean> {
  const pattern = Buffer.concat([Buffer.from([0xFF, 0xFF, 0xFF, 0xFF]), sync])
  for (;;) {
    await cursor.fetch(pattern.length)
    const bytes = cursor.peek()
    const at = bytes.indexOf(pattern)
    if (at >= 0) {
      cursor.skip(at)
      return true
    }
    if (bytes.length < pattern.length) return false
    cursor.skip(bytes.length - pattern.length + 1)
  }
}

class RecordReader {
  constructor(
    private readonly cursor: FileCursor, private readonly header: SequenceHeader,
    private readonly classes: { readonly key: Writable, readonly value: Writable }, private readonly codec: Codec | undefined,
  ) {}

  /** Records one by one, up to the first marker at or behind `until`. */
  async* records(until: number): AsyncGenerator<[unknown, unknown][], void> {
    const { cursor, codec, classes } = this
    let chunk: [unknown, unknown][] = []
    while (!cursor.isAtEnd) {
      const start = cursor.offset
      if (!cursor.has(4)) await cursor.need(4, 'the length of a record')
      const length = cursor.int32()
      if (length === syncEscape) {
        if (start >= until) break
        await this.passSync()
        continue
      }
      if (length < 0) throw damaged(`a record cannot have ${length} bytes`, { path: cursor.path, offset: start })
      if (!cursor.has(length + 4)) await cursor.need(length + 4, 'a record')
      const keyLength = cursor.int32()
      if (keyLength < 0 || keyLength > length) throw damaged(`the key of a record of ${length} bytes cannot have ${keyLength}`, { path: cursor.path, offset: start })
      const key = cursor.take(keyLength)
      const value = cursor.take(length - keyLength)
      chunk.push(this.at(start, () => [classes.key.decode(key), classes.value.decode(codec === undefined ? value : codec.decompress(value))]))
      if (chunk.length >= chunkRecords) {
        yield chunk
        chunk = []
      }
    }
    if (chunk.length > 0) yield chunk
  }

  /** Blocks of compressed records, up to the first marker at or behind `until`. */
  async* blocks(until: number): AsyncGenerator<[unknown, unknown][], void> {
    const { cursor } = this
    while (!cursor.isAtEnd) {
      const start = cursor.offset
      if (start >= until) return
      await cursor.need(4 + syncBytes, 'a sync marker')
      if (cursor.int32() !== syncEscape) throw damaged('here a block should begin with a sync marker', { path: cursor.path, offset: start })
      await this.passSync()
      const count = await this.length('the count of a block')
      const [keyLengths, keys, valueLengths, values] = [await this.buffer(), await this.buffer(), await this.buffer(), await this.buffer()]
      const [nextKey, nextValue] = [itemsOf([keyLengths, keys], 'keys'), itemsOf([valueLengths, values], 'values')]
      for (let from = 0; from < count; from += chunkRecords) {
        yield this.at(start, () => this.pairs(Math.min(chunkRecords, count - from), nextKey, nextValue))
      }
    }
  }

  private pairs(count: number, nextKey: () => Buffer, nextValue: () => Buffer): [unknown, unknown][] {
    const { key, value } = this.classes
    const pairs: [unknown, unknown][] = []
    for (let i = 0; i < count; i++) pairs.push([key.decode(nextKey()), value.decode(nextValue())])
    return pairs
  }

  /** Checks the marker behind its escape. */
  private async passSync(): Promise<void> {
    const { cursor, header } = this
    if (!cursor.has(syncBytes)) await cursor.need(syncBytes, 'a sync marker')
    const { offset } = cursor
    if (!cursor.take(syncBytes).equals(header.sync)) throw damaged('here should be a sync marker, and is none', { path: cursor.path, offset })
  }

  private async length(what: string): Promise<number> {
    const { cursor } = this
    await cursor.fetch(9)
    const read = readLength(cursor.peek(), 0)
    if (read === undefined) throw damaged(cursor.isAtEnd ? `the file ends before ${what}` : `${what} is none that can be`, cursor.place)
    cursor.skip(read.end)
    return read.value
  }

  private async buffer(): Promise<Buffer> {
    const { cursor } = this
    const length = await this.length('the length of a buffer')
    await cursor.need(length, 'a block')
    const { offset } = cursor
    const bytes = cursor.take(length)
    // A copy: the cursor's own bytes go on.
    return this.at(offset, () => length === 0 ? Buffer.alloc(0) : this.codec!.decompress(bytes))
  }

  /** What goes wrong in `work` is said with its place. */
  private at<T>(offset: number, work: () => T): T {
    try { return work() } catch (error) {
      if (MillraceError.is(error)) throw error
      const { message, code } = error as Error & { code?: string }
      const what = code === 'ERR_BUFFER_TOO_LARGE' ? `it has more than formatBlockBytesMax, ${limits.formatBlockBytesMax} bytes, when decompressed` : message
      throw damaged(`a record cannot be read: ${what}`, { path: this.cursor.path, offset }, { cause: error })
    }
  }
}

/** Gives one item of a block after another. */
function itemsOf([lengths, items]: readonly [Buffer, Buffer], what: string): () => Buffer {
  let atLength = 0
  let at = 0
  return () => {
    const length = readLength(lengths, atLength)
    if (length === undefined || at + length.value > items.length) throw new RangeError(`the ${what} of a block are fewer than it says`)
    atLength = length.end
    at += length.value
    return items.subarray(at - length.value, at)
  }
}
