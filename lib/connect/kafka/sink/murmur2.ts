/**
 * The hash by which Kafka's own clients choose the partition of a key, so that a key written from here is where one written by a
 * Java program is. Counterpart: org.apache.kafka.common.utils.Utils.murmur2.
 */

const seed = 0x9747b28c | 0
const factor = 0x5bd1e995

/** A signed int32. */
export function murmur2(key: Uint8Array): number {
  const { length } = key
  let hash = seed ^ length
  const wholeUntil = length - length % 4
  for (let i = 0; i < wholeUntil; i += 4) {
    let word = Math.imul(key[i]! | key[i + 1]! << 8 | key[i + 2]! << 16 | key[i + 3]! << 24, factor)
    word = Math.imul(word ^ word >>> 24, factor)
    hash = Math.imul(hash, factor) ^ word
  }
  const rest = length - wholeUntil
  if (rest === 3) hash ^= key[wholeUntil + 2]! << 16
  if (rest >= 2) hash ^= key[wholeUntil + 1]! << 8
  if (rest >= 1) hash = Math.imul(hash ^ key[wholeUntil]!, factor)
  hash = Math.imul(hash ^ hash >>> 13, factor)
  return hash ^ hash >>> 15
}

/** The partition that Kafka's own clients give a key. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount
}
