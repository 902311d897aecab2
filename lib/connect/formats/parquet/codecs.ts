/**
 * Compression of Parquet's pages. Node's own zlib where it can; a page says how large it is decompressed, and one that says
 * more than may be is refused before anything is made of it.
 */
import * as zlib from 'node:zlib'
import { MillraceError, UnsupportedOperationError } from '../../../base/errors'
import { limits } from '../../../base/limits'
import { loadWasmZstd } from '../../support/wasm-zstd'
import { hyparquet, hyparquetCompressors, type Decompress } from './packages'

/** How the pages of a file are compressed. */
export type ParquetCodec = 'snappy' | 'gzip' | 'zstd' | 'brotli' | 'uncompressed'

export const parquetCodecs: readonly ParquetCodec[] = ['snappy', 'gzip', 'zstd', 'brotli', 'uncompressed']

function checked(decompress: Decompress): Decompress {
  return (bytes, outputBytes) => {
    if (!(outputBytes >= 0 && outputBytes <= limits.formatBlockBytesMax)) {
      throw new MillraceError('MR_LIMIT', `a page has more than formatBlockBytesMax, ${limits.formatBlockBytesMax} bytes, when decompressed: ${outputBytes}`)
    }
    return decompress(bytes, outputBytes)
  }
}

const loaded = (codec: string): Decompress => checked((bytes, outputBytes) => (
  hyparquetCompressors(`Reading Parquet that is compressed with ${codec}`).compressors[codec]!(bytes, outputBytes)))
const most = (outputBytes: number): { maxOutputLength: number } => ({ maxOutputLength: Math.max(1, outputBytes) })

/** Snappy as WebAssembly where it is installed; it is not asked for. */
let snappy: Decompress | undefined
function snappyDecompress(bytes: Uint8Array, outputBytes: number): Uint8Array {
  snappy ??= fastSnappy() ?? ((input, length) => {
    const output = new Uint8Array(length)
    hyparquet().snappyUncompress(input, output)
    return output
  })
  return snappy(bytes, outputBytes)
}

function fastSnappy(): Decompress | undefined {
  try { return hyparquetCompressors('Snappy').compressors.SNAPPY } catch (error) {
    if (error instanceof UnsupportedOperationError) return undefined
    throw error
  }
}

export const decompressors: Readonly<Record<string, Decompress>> = {
  SNAPPY: checked(snappyDecompress),
  GZIP: checked((bytes, outputBytes) => zlib.gunzipSync(bytes, most(outputBytes))),
  BROTLI: checked((bytes, outputBytes) => zlib.brotliDecompressSync(bytes, most(outputBytes))),
  ZSTD: loaded('ZSTD'), LZ4: loaded('LZ4'), LZ4_RAW: loaded('LZ4_RAW'),
}

type Compress = (bytes: Uint8Array) => Uint8Array

interface Zstd { readonly zstdCompressSync?: Compress }

/** What hyparquet-writer needs besides its own Snappy; zstd is Node's from 22.15 on, and WebAssembly before. */
export async function compressorsFor(codec: ParquetCodec): Promise<Readonly<Record<string, Compress>>> {
  switch (codec) {
    case 'gzip': return { GZIP: bytes => zlib.gzipSync(bytes) }
    case 'brotli': return { BROTLI: bytes => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }) }
    case 'zstd': return { ZSTD: (zlib as Zstd).zstdCompressSync ?? await wasmZstd() }
    default: return {}
  }
}

async function wasmZstd(): Promise<Compress> {
  const { compress } = await loadWasmZstd('Writing Parquet with zstd, on a Node without zstd of its own,')
  return bytes => compress(bytes)
}
