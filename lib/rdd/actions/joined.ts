/** The results of partitions as one array: by whole arrays, for there may be many millions of elements. */

/** Arrays that one call joins: each is an argument, and the stack holds only so many. */
const partsMax = 10_000

/** The elements of all parts in their order; the part itself when there is one. */
export function joined<T>(parts: readonly T[][]): T[] {
  if (parts.length === 1) return parts[0]!
  let all: T[] = []
  for (let from = 0; from < parts.length; from += partsMax) {
    all = all.concat(...parts.slice(from, from + partsMax))
  }
  return all
}
