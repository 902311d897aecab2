/** Chunks: all records in order, of a size that is learned, never larger than a frame. */
import fc from 'fast-check'
import { limits } from '../../../lib/base/limits'
import { ChunkSizer, decodeChunk, encodeChunk, writeChunks } from '../../../lib/rdd/saving/chunks'

describe('writeChunks', () => {
  test('gives every record once, in order', () => fc.assert(fc.property(
    fc.array(fc.oneof(fc.integer(), fc.string(), fc.tuple(fc.string(), fc.double())), { maxLength: 500 }), fc.integer({ min: 1, max: 2000 }),
    (records, targetBytes) => {
      const chunks: Uint8Array[] = []
      writeChunks(records, new ChunkSizer(targetBytes), chunk => chunks.push(chunk))
      expect(chunks.flatMap(decodeChunk)).toEqual(records)
    })))

  test('comes near the wanted size, whatever the size of a record', () => {
    for (const recordBytes of [10, 1000, 100_000]) {
      const records = Array.from({ length: 2_000_000 / recordBytes }, (_, i) => String(i * 2654435761 % 2 ** 32).repeat(recordBytes / 10))
      const sizes: number[] = []
      writeChunks(records, new ChunkSizer(100_000), chunk => sizes.push(chunk.length))
      // The first chunks are small, so that nothing has to be known before; one record may be as large as a chunk.
      for (const size of sizes.slice(2, -1)) expect(size).toBeLessThanOrEqual(250_000)
      expect(sizes.length).toBeLessThanOrEqual(60)
    }
  })

  test('cuts what would be no frame any more', () => {
    const bytes = new Uint8Array(limits.frameBytesMax / 4)
    const chunks = encodeChunk([bytes, bytes.slice(), bytes.slice(), bytes.slice(), bytes.slice()], new ChunkSizer())
    expect(chunks.length).toBeGreaterThan(1)
    for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(limits.frameBytesMax)
    expect(chunks.reduce((sum, chunk) => sum + decodeChunk(chunk).length, 0)).toBe(5)
  })
})
