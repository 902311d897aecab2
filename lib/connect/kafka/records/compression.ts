/**
 * The codecs of record batches. gzip is Node's own; the others are packages that a program installs when its topics need them.
 * Whatever the bytes, decompressing gives what they were made of or throws, and never more than `limits.kafkaBatchBytesMax`.
 */
import * as path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { limits } from '../../../base/limits'
import { optionalPackage } from '../../support/optional-package'
import { loadZstd, zstd } from './zstd'

/** How the records of a batch are compressed. */
export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

export interface Compression {
  compress(bytes: Uint8Array): Uint8Array
  decompress(bytes: Uint8Array): Uint8Array
}

const gzip: Compression = {
  compress: bytes => gzipSync(bytes),
  decompress: bytes => gunzipSync(bytes, { maxOutputLength: limits.kafkaBatchBytesMax }),
}

interface Snappy {
  compress(bytes: Uint8Array): Uint8Array
  uncompress(bytes: Uint8Array, maxBytes?: number): Uint8Array
}

let snappyPackage: Snappy | undefined

/** kafkajs-snappy itself has only what gives promises; what it stands on has not. */
function snappyjs(): Snappy {
  snappyPackage ??= optionalPackage('kafkajs-snappy', 'A Kafka topic compressed with snappy', () => {
    const folder = path.dirname(require.resolve('kafkajs-snappy'))
    return require(require.resolve('snappyjs', { paths: [folder] }))
  })
  return snappyPackage!
}

/** What Java programs write: pieces of raw snappy, each behind its length, after 16 bytes that say so. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const xerialHeadBytes = 16

const snappy: Compression = {
  compress: bytes => snappyjs().compress(bytes),
  decompress(bytes) {
    const isFramed = bytes.length >= xerialHeadBytes && Buffer.compare(bytes.subarray(0, xerialMagic.length), xerialMagic) === 0
    return isFramed ? decompressXerial(bytes) : snappyjs().uncompress(bytes, limits.kafkaBatchBytesMax)
  },
}

function decompressXerial(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for (let at = xerialHeadBytes; at < bytes.length;) {
    const length = view.getInt32(at)
    if (length < 0 || at + 4 + length > bytes.length) throw new RangeError('a piece of the compressed records is cut off')
    const piece = snappyjs().uncompress(bytes.subarray(at + 4, at + 4 + length), limits.kafkaBatchBytesMax - sizeBytes)
    sizeBytes += piece.length
    pieces.push(piece)
    at += 4 + length
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, sizeBytes)
}

let lz4Package: typeof import('lz4-napi') | undefined

function lz4Napi(): typeof import('lz4-napi') {
  lz4Package ??= optionalPackage('lz4-napi', 'A Kafka topic compressed with lz4', () => require('lz4-napi'))
  return lz4Package!
}

const lz4: Compression = {
  compress: bytes => lz4Napi().compressFrameSync(asBuffer(bytes)),
  decompress(bytes) {
    const records = lz4Napi().decompressFrameSync(asBuffer(bytes))
    if (records.length > limits.kafkaBatchBytesMax) throw new RangeError(`more than kafkaBatchBytesMax, ${limits.kafkaBatchBytesMax} bytes`)
    return records
  },
}

/** Native code sees a view of shared memory as what it is not. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const none: Compression = { compress: bytes => bytes, decompress: bytes => bytes }
const compressions: Readonly<Record<Codec, Compression>> = { none, gzip, snappy, lz4, zstd }

/** Throws UnsupportedOperationError, with the line that installs it, where the codec's package is missing. */
export function compressionOf(codec: Codec): Compression { return compressions[codec] }

/** To be awaited once before a codec is first used: zstd may have to be compiled. */
export function loadCodec(codec: Codec): Promise<void> | undefined { return codec === 'zstd' ? loadZstd() : undefined }
