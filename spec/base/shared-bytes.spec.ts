/** Shared bytes are the same bytes, copied no more often than needed, and garbage collection knows their weight. */
import { allocateShared, compact, concatShared, isShared, share, sharedBytesMin, weighShared } from '../../lib/base/shared-bytes'

const filled = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251)

test('few bytes are copied, many are shared', () => {
  const few = filled(10)
  expect(share(few)).toBe(few)
  const many = filled(sharedBytesMin)
  const shared = share(many)
  expect(isShared(shared)).toBe(true)
  expect(Buffer.compare(shared, many)).toBe(0)
  expect(share(shared)).toBe(shared)
  expect(share(shared.subarray(0, sharedBytesMin)).buffer).toBe(shared.buffer)
})

test('parts are joined in order', () => {
  const parts = [filled(sharedBytesMin), new Uint8Array(0), filled(7)]
  const joined = concatShared(parts, sharedBytesMin + 7)
  expect(isShared(joined)).toBe(true)
  expect(Buffer.compare(joined, Buffer.concat(parts))).toBe(0)
  expect(isShared(concatShared([filled(3), filled(2)], 5))).toBe(false)
})

test('a message carries no more than the bytes that are meant', () => {
  const large = filled(1_000)
  expect(compact(large)).toBe(large)
  const part = compact(large.subarray(10, 20))
  expect([part.buffer.byteLength, [...part]]).toEqual([10, [...large.subarray(10, 20)]])
  // That of a Buffer is a view: slice of a Uint8Array is not.
  expect(compact(Buffer.from(large).subarray(10, 20)).buffer.byteLength).toBe(10)
  const shared = allocateShared(sharedBytesMin * 2)
  expect(compact(shared.subarray(5, 9)).buffer).toBe(shared.buffer)
})

test('shared memory counts as memory of its thread, once', () => {
  const before = process.memoryUsage().external
  const kept = Array.from({ length: 8 }, () => allocateShared(8 * 1024 * 1024))
  for (const bytes of kept) weighShared(bytes)
  const grownBytes = process.memoryUsage().external - before
  expect(grownBytes).toBeGreaterThan(48 * 1024 * 1024)
  expect(grownBytes).toBeLessThan(96 * 1024 * 1024)
})

test('shared memory that nobody needs any more is given back', async () => {
  // Without its weight no collection would come: nothing else here is of any size.
  const roundBytes = 8 * 1024 * 1024
  const rounds = 300
  let largestBytes = 0
  for (let i = 0; i < rounds; i++) {
    allocateShared(roundBytes).fill(1)
    largestBytes = Math.max(largestBytes, process.memoryUsage().arrayBuffers)
    // Collections that take turns with the program need its turns to end.
    await new Promise(setImmediate)
  }
  expect(largestBytes).toBeLessThan(rounds * roundBytes / 2)
})
