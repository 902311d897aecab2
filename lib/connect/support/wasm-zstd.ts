/** zstd as WebAssembly, for Node before 22.15: set up once a thread, however many use it, for a second time breaks what is compressed then. */
import { optionalPackage } from './optional-package'

export interface WasmZstd {
  compress(bytes: Uint8Array, level?: number): Uint8Array
  decompress(bytes: Uint8Array, options: { readonly defaultHeapSize: number }): Uint8Array
}

let loading: Promise<WasmZstd> | undefined

/** `what` needs it, as the beginning of a sentence. Rejects with UnsupportedOperationError where the package is not installed. */
export function loadWasmZstd(what: string): Promise<WasmZstd> {
  loading ??= setUp(what).catch((error: unknown) => {
    loading = undefined
    throw error
  })
  return loading
}

async function setUp(what: string): Promise<WasmZstd> {
  const zstd = optionalPackage('@bokuweb/zstd-wasm', what, () => require('@bokuweb/zstd-wasm') as WasmZstd & { init(): Promise<void> })
  // Others in the program may have set it up.
  if (!works(zstd)) await zstd.init()
  return zstd
}

function works({ compress, decompress }: WasmZstd): boolean {
  const sample = Uint8Array.of(1, 2, 3)
  try { return Buffer.compare(decompress(compress(sample), { defaultHeapSize: 1024 }), sample) === 0 } catch { return false }
}
