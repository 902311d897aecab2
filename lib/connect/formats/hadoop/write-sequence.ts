/**
 * Writes one SequenceFile: records, or blocks of them, with a sync marker where readers may begin, as often as Hadoop's own
 * writer puts one. What a key or a value cannot be fails with both classes named.
 */
import type { AppendHandle } from '../../../disk/disk'
import { MillraceError, IllegalArgumentError } from '../../../base/errors'
import { describe } from '../../../rdd/arguments'
import { pullPieces } from '../../../rdd/saving/pull'
import type { TaskContext } from '../../../rdd/task-context'
import { codecOf, type Codec } from './codecs'
import { freshSync, headerBytes, type Compression, type SequenceHeader } from './sequence-header'
import { lengthBytes } from './vints'
import type { Writable } from './writables'

/** Hadoop's own distances: a marker each 100 KiB, a block each million bytes. */
const syncEveryBytes = 5 * 1024 * 20
const blockBytes = 1_000_000
const pieceBytes = 256 * 1024
const recordBytesMax = 0x7FFF_FFFF

/** How a file is written. */
export interface SequenceLayout {
  readonly key: Writable
  readonly value: Writable
  readonly compression: Compression
  /** The class name of the codec, where there is compression. */
  readonly codec: string | undefined
}

export async function writeSequence(handle: AppendHandle, pairs: Iterable<unknown>, task: TaskContext, layout: SequenceLayout): Promise<void> {
  const writer = layout.compression === 'BLOCK' ? new BlockWriter(layout) : new RecordWriter(layout)
  const take = (pair: unknown): boolean => {
    const [key, value] = requirePair(pair)
    writer.add(encoded(layout.key, key, 'key'), encoded(layout.value, value, 'value'))
    return writer.isFull
  }
  await pullPieces(task, pairs, take, async () => {
    const pieces = await writer.flush()
    if (pieces.length > 0) await handle.append(Buffer.concat(pieces))
  })
}

export function requirePair(pair: unknown): readonly [unknown, unknown] {
  if (Array.isArray(pair) && pair.length === 2) return pair as [unknown, unknown]
  throw new IllegalArgumentError(`the elements must be pairs of a key and a value, this one is ${describe(pair)}`, { hint: 'Map them first: element => [key, value].' })
}

/** The bytes of a key or value. */
export function encoded(writable: Writable, value: unknown, what: string): Uint8Array {
  try { return writable.encode(value) } catch (error) {
    if (!MillraceError.is(error)) throw error
    throw new IllegalArgumentError(`a ${what} cannot be written: ${error.message}`, { cause: error, ...error.hint === undefined ? {} : { hint: error.hint } })
  }
}

interface Writer {
  readonly isFull: boolean
  add(key: Uint8Array, value: Uint8Array): void
  /** What is to be written now, with the header before the first of it. */
  flush(): Promise<readonly Uint8Array[]>
}

function headerOf({ key, value, compression, codec }: SequenceLayout): SequenceHeader {
  return { keyClass: key.className, valueClass: value.className, compression, codec, sync: freshSync() }
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeInt32BE(value)
  return bytes
}

const escape = int32(-1)

/** Records one by one, their values compressed where that is asked for. */
class RecordWriter implements Writer {
  private readonly header: SequenceHeader
  private readonly codec: Codec | undefined
  private pieces: Uint8Array[]
  private heldBytes = 0
  private sinceSyncBytes = 0

  constructor(layout: SequenceLayout) {
    this.header = headerOf(layout)
    this.codec = layout.codec === undefined ? undefined : codecOf(layout.codec, 'the output')
    this.pieces = [headerBytes(this.header)]
  }

  get isFull(): boolean { return this.heldBytes >= pieceBytes }

  add(key: Uint8Array, plain: Uint8Array): void {
    const value = this.codec === undefined ? plain : this.codec.compressSync(plain)
    const length = key.length + value.length
    if (length > recordBytesMax) throw new IllegalArgumentError(`a record of ${length} bytes is larger than a SequenceFile can hold`)
    if (this.sinceSyncBytes >= syncEveryBytes) {
      this.pieces.push(escape, this.header.sync)
      this.sinceSyncBytes = 0
    }
    const lengths = Buffer.allocUnsafe(8)
    lengths.writeInt32BE(length)
    lengths.writeInt32BE(key.length, 4)
    this.pieces.push(lengths, key, value)
    this.heldBytes += length + 8
    this.sinceSyncBytes += length + 8
  }

  async flush(): Promise<readonly Uint8Array[]> {
    const { pieces } = this
    this.pieces = []
    this.heldBytes = 0
    return pieces
  }
}

/** A column of a block: the lengths of its items, and the items. */
class BlockColumn {
  private lengths: Uint8Array[] = []
  private items: Uint8Array[] = []
  sizeBytes = 0

  add(item: Uint8Array): void {
    this.lengths.push(lengthBytes(item.length))
    this.items.push(item)
    this.sizeBytes += item.length
  }

  /** Both buffers, compressed, each with its length before it. Empties the column. */
  async take(codec: Codec): Promise<Uint8Array[]> {
    const parts = [Buffer.concat(this.lengths), Buffer.concat(this.items)]
    this.lengths = []
    this.items = []
    this.sizeBytes = 0
    const compressed = await Promise.all(parts.map(part => codec.compress(part)))
    return compressed.flatMap(part => [lengthBytes(part.length), part])
  }
}

/** Blocks of records, each with its own marker. */
class BlockWriter implements Writer {
  private readonly header: SequenceHeader
  private readonly codec: Codec
  private readonly keys = new BlockColumn()
  private readonly values = new BlockColumn()
  private count = 0
  private hasBegun = false

  constructor({ codec, ...rest }: SequenceLayout) {
    this.header = headerOf({ codec, ...rest })
    this.codec = codecOf(codec!, 'the output')
  }

  get isFull(): boolean { return this.keys.sizeBytes + this.values.sizeBytes >= blockBytes || this.count >= blockBytes }

  add(key: Uint8Array, value: Uint8Array): void {
    this.keys.add(key)
    this.values.add(value)
    this.count++
  }

  async flush(): Promise<readonly Uint8Array[]> {
    const begin = this.hasBegun ? [] : [headerBytes(this.header)]
    this.hasBegun = true
    if (this.count === 0) return begin
    const { count } = this
    this.count = 0
    const keys = await this.keys.take(this.codec)
    return [...begin, escape, this.header.sync, lengthBytes(count), ...keys, ...await this.values.take(this.codec)]
  }
}
