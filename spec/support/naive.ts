/**
 * Streams as anyone would compute them by hand, with arrays and Maps: what the real ones are compared with. A
 * stream is the list of its batches, undefined where it has none; lengths and slides are counted in batches,
 * batch i ends at i + 1.
 */

export type Batch<T> = readonly T[] | undefined
export type Pair = readonly [string, number]

/** What `f` makes of each batch that there is. */
export function each<T, U>(batches: readonly Batch<T>[], f: (batch: readonly T[]) => U[]): (
  U[] | undefined)[] {
  return batches.map(batch => batch === undefined ? undefined : f(batch))
}

/** One value a key, in the order of the keys' first appearance. */
export function reduceByKey(pairs: readonly Pair[], f: (a: number, b: number) => number): [string, number][] {
  const values = new Map<string, number>()
  for (const [key, value] of pairs) values.set(key, values.has(key) ? f(values.get(key)!, value) : value)
  return [...values]
}

export function groupByKey(pairs: readonly Pair[]): [string, number[]][] {
  const values = new Map<string, number[]>()
  for (const [key, value] of pairs) values.set(key, [...values.get(key) ?? [], value])
  return [...values]
}

/**
 * The windows in time order: one wherever a slide ends, holding the elements of the last `length` batches.
 */
export function windows<T>(batches: readonly Batch<T>[], length: number, slide: number): T[][] {
  const found: T[][] = []
  for (let end = slide; end <= batches.length; end += slide) {
    found.push(batches.slice(Math.max(0, end - length), end).flatMap(batch => batch ?? []))
  }
  return found
}

/** The sums of windows, in which every key stays that ever was in one, at 0 when it is gone. */
export function lastingSums(batches: readonly Batch<Pair>[], length: number, slide: number): [string,
  number][][] {
  const known = new Set<string>()
  return windows(batches, length, slide).map(window => {
    const sums = new Map(reduceByKey(window, (a, b) => a + b))
    for (const key of sums.keys()) known.add(key)
    return [...known].map((key): [string, number] => [key, sums.get(key) ?? 0])
  })
}
