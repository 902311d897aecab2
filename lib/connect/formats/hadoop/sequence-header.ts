/**
 * The header of a SequenceFile of version 6, the one that Hadoop has written since 2006:
 *
 *   'SEQ' 6 | key class (Text) | value class (Text) | is compressed (1 byte) | in blocks (1 byte) | codec (Text, where compressed)
 *   | metadata: count (4 bytes), names and values (Text) | sync marker (16 bytes)
 *
 * In the data the marker comes again and again behind the length -1: there a reader can begin.
 */
import { createHash, randomUUID } from 'node:crypto'
import { damaged } from '../modes'
import { lengthBytes, readLength } from './vints'

export const syncBytes = 16
/** The length that announces a sync marker. */
export const syncEscape = -1
const version = 6
const textBytesMax = 64 * 1024

export type Compression = 'NONE' | 'RECORD' | 'BLOCK'

export interface SequenceHeader {
  readonly keyClass: string
  readonly valueClass: string
  readonly compression: Compression
  /** The class name of the codec, where there is compression. */
  readonly codec: string | undefined
  readonly sync: Buffer
}

/** A header, and how many bytes it has. */
export interface ReadHeader { readonly header: SequenceHeader, readonly sizeBytes: number }

/** A marker for a new file: told from data by being like no other. */
export function freshSync(): Buffer { return createHash('md5').update(randomUUID()).digest() }

const textBytes = (text: string): Uint8Array => {
  const bytes = Buffer.from(text)
  return Buffer.concat([lengthBytes(bytes.length), bytes])
}

export function headerBytes({ keyClass, valueClass, compression, codec, sync }: SequenceHeader): Uint8Array {
  const flags = Uint8Array.of(compression === 'NONE' ? 0 : 1, compression === 'BLOCK' ? 1 : 0)
  return Buffer.concat([
    Buffer.from('SEQ'), Uint8Array.of(version), textBytes(keyClass), textBytes(valueClass), flags,
    ...codec === undefined ? [] : [textBytes(codec)], Buffer.alloc(4), sync,
  ])
}

/**
 * The header at the beginning of `bytes`; undefined when more of them are needed. Throws MR_INPUT_DAMAGED for what is no
 * SequenceFile, or one of an older version.
 */
export function readHeader(bytes: Buffer, path: string): ReadHeader | undefined {
  if (bytes.length < 4) return undefined
  if (bytes.toString('latin1', 0, 3) !== 'SEQ') throw damaged('this is no SequenceFile: it does not begin with SEQ', { path, offset: 0 })
  if (bytes[3] !== version) throw damaged(`this is a SequenceFile of version ${bytes[3]}; only version ${version} can be read`, { path, offset: 3 })
  const parts = new HeaderParts(bytes, path)
  const keyClass = parts.text()
  const valueClass = parts.text()
  const isCompressed = parts.boolean()
  const isInBlocks = parts.boolean()
  const codec = isCompressed === true ? parts.text() : undefined
  parts.skipMetadata()
  const sync = parts.take(syncBytes)
  if (keyClass === undefined || valueClass === undefined || sync === undefined) return undefined
  const compression = isInBlocks === true ? 'BLOCK' : isCompressed === true ? 'RECORD' : 'NONE'
  if (compression === 'BLOCK' && codec === undefined) throw damaged('the header says that there are blocks, and no compression', { path, offset: parts.at })
  return { header: { keyClass, valueClass, compression, codec, sync: Buffer.from(sync) }, sizeBytes: parts.at }
}

/** Reads part after part; all are undefined from where the bytes end. */
class HeaderParts {
  at = 4

  constructor(private readonly bytes: Buffer, private readonly path: string) {}

  take(length: number): Buffer | undefined {
    const end = this.at + length
    const part = end > this.bytes.length ? undefined : this.bytes.subarray(this.at, end)
    this.at = part === undefined ? this.bytes.length + 1 : end
    return part
  }

  boolean(): boolean | undefined {
    const part = this.take(1)
    return part === undefined ? undefined : part[0] !== 0
  }

  text(): string | undefined {
    if (this.at >= this.bytes.length) return this.nothing()
    const isWhole = this.bytes.length - this.at >= 9
    const length = readLength(this.bytes, this.at)
    if (length === undefined && !isWhole) return this.nothing()
    if (length === undefined || length.value > textBytesMax) throw damaged('the header is damaged: a name has no length that can be', { path: this.path, offset: this.at })
    this.at = length.end
    return this.take(length.value)?.toString('utf8')
  }

  skipMetadata(): void {
    const count = this.take(4)?.readInt32BE()
    if (count === undefined) return
    if (count < 0) throw damaged('the header is damaged: its metadata has no count that can be', { path: this.path, offset: this.at - 4 })
    for (let i = 0; i < count * 2; i++) if (this.text() === undefined) return
  }

  private nothing(): undefined {
    this.at = this.bytes.length + 1
    return undefined
  }
}
