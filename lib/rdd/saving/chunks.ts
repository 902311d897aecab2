/**
 * Records as encoded chunks: what object files, serialized blocks and spills are made of. A chunk is large
 * enough to be worth its frame and small enough that many can be open at once; how many records that is, is
 * learned from those before.
 */
import { limits } from '../../base/limits'
import { decodeColumns, encodeColumns } from '../../codec/columns'

const firstRecords = 64
const growthMax = 8
const recordsMax = 16_384
const chunkBytesTarget = 128 * 1024

/** How many records the next chunk should take. */
export class ChunkSizer {
  records = firstRecords

  constructor(private readonly targetBytes = chunkBytesTarget) {}

  learn(records: number, sizeBytes: number): void {
    const wanted = Math.floor(records * this.targetBytes / Math.max(1, sizeBytes))
    this.records = Math.max(1, Math.min(wanted, this.records * growthMax, recordsMax))
  }
}

/** The chunks of `records`, in order, each handed to `write` as bytes. */
export function writeChunks(
  records: readonly unknown[], sizer: ChunkSizer, write: (bytes: Uint8Array) => void,
): void {
  for (let from = 0; from < records.length;) {
    const until = Math.min(records.length, from + sizer.records)
    const isWhole = from === 0 && until === records.length
    encodeChunk(isWhole ? records : records.slice(from, until), sizer).forEach(write)
    from = until
  }
}

/** One chunk of all these records, or several where one would be no frame any more. */
export function encodeChunk(records: readonly unknown[], sizer: ChunkSizer): Uint8Array[] {
  const bytes = encodeColumns(records)
  sizer.learn(records.length, bytes.length)
  if (bytes.length <= limits.frameBytesMax || records.length === 1) return [bytes]
  const half = records.length >>> 1
  return [...encodeChunk(records.slice(0, half), sizer), ...encodeChunk(records.slice(half), sizer)]
}

export function decodeChunk(bytes: Uint8Array): unknown[] { return decodeColumns(bytes) }
