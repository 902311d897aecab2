/** Hadoop's compression codecs that are zlib: DefaultCodec and GzipCodec. Others are refused by their name. */
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { UnsupportedOperationError } from '../../../base/errors'
import { limits } from '../../../base/limits'
import { describe, refuse } from '../../../rdd/arguments'

/** A codec, without its package or with it. */
export type HadoopCodec = 'DefaultCodec' | 'DeflateCodec' | 'GzipCodec'
  | 'org.apache.hadoop.io.compress.DefaultCodec' | 'org.apache.hadoop.io.compress.DeflateCodec' | 'org.apache.hadoop.io.compress.GzipCodec'

export interface Codec {
  readonly className: string
  readonly compressSync: (bytes: Uint8Array) => Uint8Array
  readonly compress: (bytes: Uint8Array) => Promise<Uint8Array>
  /** Throws what zlib throws. */
  readonly decompress: (bytes: Uint8Array) => Buffer
}

const packageName = 'org.apache.hadoop.io.compress.'
const most = { maxOutputLength: limits.formatBlockBytesMax }
const deflateAside = promisify<zlib.InputType, Buffer>(zlib.deflate)
const gzipAside = promisify<zlib.InputType, Buffer>(zlib.gzip)

const deflate: Omit<Codec, 'className'> = {
  compressSync: bytes => zlib.deflateSync(bytes), compress: bytes => deflateAside(bytes), decompress: bytes => zlib.inflateSync(bytes, most),
}
const all: readonly Codec[] = [
  { className: `${packageName}DefaultCodec`, ...deflate },
  { className: `${packageName}DeflateCodec`, ...deflate },
  {
    className: `${packageName}GzipCodec`,
    compressSync: bytes => zlib.gzipSync(bytes), compress: bytes => gzipAside(bytes), decompress: bytes => zlib.gunzipSync(bytes, most),
  },
]
const codecs = new Map(all.map(each => [each.className, each]))

const known = (): string => [...codecs.keys()].map(name => name.slice(packageName.length)).join(', ')

/** The codec of a class that a file names. Throws UnsupportedOperationError for those that are not zlib. */
export function codecOf(className: string, path: string): Codec {
  const codec = codecs.get(className)
  if (codec !== undefined) return codec
  throw new UnsupportedOperationError(`${path} is compressed with ${className.slice(0, 200)}, which cannot be read here; ${known()} can`, {
    hint: 'Write it again with one of them.',
  })
}

/** Checks a codec that the user named; `gzip` and `deflate` are names as well. Gives the name of its class. */
export function requireCodec(operator: string, given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given !== 'string') refuse(operator, `the codec must be the name of one, got ${describe(given)}`, `Known are ${known()}.`)
  const name = given === 'gzip' ? 'GzipCodec' : given === 'deflate' ? 'DefaultCodec' : given as string
  const className = name.includes('.') ? name : packageName + name
  if (!codecs.has(className)) refuse(operator, `the codec ${describe(given)} is not known`, `Known are ${known()}.`)
  return className
}
