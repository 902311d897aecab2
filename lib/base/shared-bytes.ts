/**
 * Bytes that all threads see without a copy. V8 does not count shared memory when it decides whether to collect
 * garbage, so that gigabytes of it could wait for a collection that nobody asks for; each thread that holds a
 * piece therefore holds as much of memory that does count beside it: reserved, never touched, and so free.
 */

/** Less is copied instead: that costs less than shared memory does. */
export const sharedBytesMin = 64 * 1024

const weight = Symbol.for('millrace.weight')

/** New shared memory of so many bytes, all 0. */
export function allocateShared(lengthBytes: number): Uint8Array<SharedArrayBuffer> {
  const bytes = new Uint8Array(new SharedArrayBuffer(lengthBytes))
  weighShared(bytes)
  return bytes
}

/** To be called in each thread with what came from another. Returns the same bytes. */
export function weighShared<B extends Uint8Array>(bytes: B): B {
  const { buffer } = bytes as { buffer: { byteLength: number, [weight]?: ArrayBuffer } }
  if (!isShared(bytes) || buffer.byteLength < sharedBytesMin || buffer[weight] !== undefined) return bytes
  buffer[weight] = reserved(buffer.byteLength)
  return bytes
}

/** A resizable buffer reserves addresses; pages of it that are never written take no memory. */
function reserved(lengthBytes: number): ArrayBuffer {
  const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer
  return new Resizable(lengthBytes, { maxByteLength: lengthBytes })
}

export function isShared(bytes: Uint8Array): boolean {
  return Object.prototype.toString.call(bytes.buffer) === '[object SharedArrayBuffer]'
}

/** The same bytes in shared memory, copied only where they are not; few bytes stay as they are. */
export function share(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength < sharedBytesMin || isShared(bytes) ? bytes : concatShared([bytes], bytes.byteLength)
}

/** All of `parts` one after another, `lengthBytes` in sum; in shared memory unless they are few. */
export function concatShared(parts: readonly Uint8Array[], lengthBytes: number): Uint8Array {
  const all = lengthBytes < sharedBytesMin ? new Uint8Array(lengthBytes) : allocateShared(lengthBytes)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

/** What a message should carry: a view of a larger buffer that is not shared would take all of that with it. */
export function compact(bytes: Uint8Array): Uint8Array {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength
  return isWhole || isShared(bytes) ? bytes : Uint8Array.prototype.slice.call(bytes)
}
