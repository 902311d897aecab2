/**
 * The checksum of every frame on disk and on the wire: CRC-32 as in zip and gzip, always an unsigned int32.
 */
import * as zlib from 'node:zlib'

/**
 * The CRC-32 of `data` (a string counts as UTF-8).
 * @param before the checksum of the bytes before, to go on from
 */
export function crc32(data: Uint8Array | string, before = 0): number { return zlib.crc32(data, before) }
