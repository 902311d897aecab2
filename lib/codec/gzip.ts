/**
 * Gzip for text outputs and inputs. A compressed file is read from its beginning and whole: it cannot be cut
 * into ranges. One that ends too early or fails its checksum is refused with its name, never read as far as
 * it goes in silence.
 */
import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { IllegalArgumentError, MillraceError } from '../base/errors'
import type { Disk } from '../disk/disk'

const chunkBytes = 1024 * 1024
const compress = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.gzip)

/** True for names whose content is compressed: `*.gz`. */
export function isGzipPath(path: string): boolean { return path.toLowerCase().endsWith('.gz') }

/** One gzip member. Members may be written one after the other into a file. */
export function gzipBytes(bytes: Uint8Array): Promise<Uint8Array> { return compress(bytes, {}) }
export function gzipBytesSync(bytes: Uint8Array): Uint8Array { return zlib.gzipSync(bytes) }

export interface TextRange {
  /** Where to begin, in bytes of the file. Default 0. */
  readonly offset?: number
  /** How many bytes at most. Default: to the end. */
  readonly length?: number
}

/** The bytes of a text file in chunks, decompressed when its name ends in `.gz`. */
export async function* readTextChunks(disk: Disk, path: string, range: TextRange = {}): AsyncGenerator<Uint8Array, void> {
  const isCompressed = isGzipPath(path)
  if (isCompressed && (range.offset ?? 0) !== 0) {
    throw new IllegalArgumentError(`${path} is compressed and cannot be read from byte ${range.offset}: only whole`)
  }
  const raw = readRaw(disk, path, isCompressed ? {} : range)
  if (isCompressed) yield* decompress(raw, path)
  else yield* raw
}

async function* readRaw(disk: Disk, path: string, range: TextRange): AsyncGenerator<Uint8Array, void> {
  const handle = await disk.openRead(path)
  try {
    let offset = range.offset ?? 0
    const end = offset + (range.length ?? Infinity)
    while (offset < end) {
      const bytes = await handle.read(offset, Math.min(chunkBytes, end - offset))
      if (bytes.length === 0) return
      offset += bytes.length
      yield bytes
    }
  } finally { await handle.close() }
}

async function* decompress(raw: AsyncGenerator<Uint8Array, void>, path: string): AsyncGenerator<Uint8Array, void> {
  const gunzip = zlib.createGunzip({ chunkSize: 256 * 1024 })
  const feeding = feed(raw, gunzip)
  feeding.catch(error => gunzip.destroy(error))
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array
    await feeding
  } catch (error) {
    if (MillraceError.is(error)) throw error
    const { message } = error as Error
    throw new MillraceError('MR_INPUT_DAMAGED', `${path} is not a whole gzip file: ${message}`, { cause: error })
  } finally {
    gunzip.destroy()
    // The file is closed when this ends, also where the reader stopped early.
    await feeding.catch(() => undefined)
  }
}

async function feed(raw: AsyncGenerator<Uint8Array, void>, gunzip: zlib.Gunzip): Promise<void> {
  for await (const bytes of raw) {
    if (gunzip.destroyed) return
    if (!gunzip.write(bytes)) await new Promise<void>(resolve => {
      gunzip.once('drain', resolve)
      gunzip.once('close', resolve)
    })
  }
  gunzip.end()
}
