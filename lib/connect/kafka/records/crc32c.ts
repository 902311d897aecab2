/**
 * CRC-32C, the checksum of record batches. Eight bytes a step through eight tables: 1.8 GB/s, a twentieth of what
 * decoding the same bytes takes.
 */

const polynomial = 0x82f63b78
const tables = makeTables()

/** Table t holds the checksums of a byte with t bytes of 0 behind it. */
function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? crc >>> 1 ^ polynomial : crc >>> 1
    made[byte] = crc
  }
  for (let at = 256; at < made.length; at++) made[at] = made[made[at - 256]! & 255]! ^ made[at - 256]! >>> 8
  return made
}

/** Of the bytes in [start, end), as an unsigned number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let crc = -1
  let at = start
  for (const wholeUntil = end - 7; at < wholeUntil; at += 8) {
    const low = crc ^ view.getInt32(at, true)
    const high = view.getInt32(at + 4, true)
    crc = tables[1792 + (low & 255)]! ^ tables[1536 + (low >>> 8 & 255)]! ^ tables[1280 + (low >>> 16 & 255)]! ^ tables[1024 + (low >>> 24)]!
      ^ tables[768 + (high & 255)]! ^ tables[512 + (high >>> 8 & 255)]! ^ tables[256 + (high >>> 16 & 255)]! ^ tables[high >>> 24]!
  }
  for (; at < end; at++) crc = tables[(crc ^ bytes[at]!) & 255]! ^ crc >>> 8
  return ~crc >>> 0
}
