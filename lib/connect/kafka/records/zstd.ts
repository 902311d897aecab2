/**
 * zstd as Node has it from 22.15 on; before that as WebAssembly, which is compiled once a thread and then works without
 * promises. Frames that Kafka's Java clients write do not say how large their content is.
 */
import * as zlib from 'node:zlib'
import { IllegalStateError } from '../../../base/errors'
import { limits } from '../../../base/limits'
import { loadWasmZstd, type WasmZstd } from '../../support/wasm-zstd'
import type { Compression } from './compression'

interface NodeZstd {
  zstdCompressSync(bytes: Uint8Array): Uint8Array
  zstdDecompressSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array
}

/** Room for what a frame may hold. */
const firstGuess = 1024 * 1024
const native = 'zstdCompressSync' in zlib ? zlib as unknown as NodeZstd : undefined
let wasm: WasmZstd | undefined
let loading: Promise<void> | undefined

/** Undefined where nothing is to be awaited. */
export function loadZstd(): Promise<void> | undefined {
  if (native !== undefined || wasm !== undefined) return undefined
  loading ??= compile().finally(() => { loading = undefined })
  return loading
}

async function compile(): Promise<void> {
  wasm = await loadWasmZstd('A Kafka topic compressed with zstd, on a Node without zstd of its own,')
}

function compiled(): WasmZstd {
  if (wasm === undefined) throw new IllegalStateError('zstd was used before it was loaded')
  return wasm
}

export const zstd: Compression = {
  compress: bytes => native === undefined ? compiled().compress(bytes) : native.zstdCompressSync(bytes),
  decompress(bytes) {
    if (native !== undefined) return native.zstdDecompressSync(bytes, { maxOutputLength: limits.kafkaBatchBytesMax })
    return decompressByWasm(bytes)
  },
}

/** Tries with more and more room where a frame does not say how much it takes. */
function decompressByWasm(bytes: Uint8Array): Uint8Array {
  const contentBytes = contentSizeOf(bytes)
  if (contentBytes !== undefined && contentBytes > limits.kafkaBatchBytesMax) throw tooLarge()
  if (contentBytes !== undefined) return compiled().decompress(bytes, { defaultHeapSize: firstGuess })
  for (let room = Math.max(firstGuess, bytes.length * 4); ; room *= 4) {
    try {
      return compiled().decompress(bytes, { defaultHeapSize: Math.min(room, limits.kafkaBatchBytesMax) })
    } catch (error) {
      if (!String(error).endsWith(` ${noRoomCode}`)) throw error
      if (room >= limits.kafkaBatchBytesMax) throw tooLarge()
    }
  }
}

/** ZSTD_error_dstSize_tooSmall. */
const noRoomCode = -70

function tooLarge(): RangeError { return new RangeError(`more than kafkaBatchBytesMax, ${limits.kafkaBatchBytesMax} bytes`) }

/**
 * What the first frame says of its content.
 *
 *   frame = magic u32 | descriptor u8 | window u8? | dictionary 0, 1, 2 or 4 bytes | content size 0, 1, 2, 4 or 8 bytes | ...
 */
function contentSizeOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 18 || view.getUint32(0, true) !== 0xFD2FB528) return undefined
  const descriptor = bytes[4]!
  const isSingleSegment = (descriptor & 32) !== 0
  const at = 5 + (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!
  switch (descriptor >>> 6) {
    case 0: return isSingleSegment ? bytes[at]! : undefined
    case 1: return view.getUint16(at, true) + 256
    case 2: return view.getUint32(at, true)
    default: return Number(view.getBigUint64(at, true))
  }
}
