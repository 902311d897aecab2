/**
 * A Map whose keys compare by structure. One native Map holds all entries, so that order and iteration are
 * its own; composite keys are first turned into the object under which they were inserted, found through
 * their hash:
 *
 *     ['a', 1] --hashKey--> index: 123456 -> ['a', 1] (the first one inserted) --> entries: value
 *     'a' ------------------------------------------------------------------> entries: value
 */
import { inspect } from 'node:util'
import { CallSite } from './call-site'
import { MillraceError } from './errors'
import { equalKeys, hashKey, isPrimitiveKey } from './keys'
import { limits } from './limits'

/** More than one key with the same hash. An own class, since a key may itself be an array. */
class Bucket {
  constructor(readonly keys: object[]) {}
}

/**
 * A Map keyed by structure: `[1, 'a']`, `{ x: 1 }`, Dates, bytes and bigints are keys by what they hold; NaN
 * equals NaN and -0 equals 0. Entries keep the order of insertion. A key must not be changed while it is in
 * the map.
 * @throws MillraceError MR_KEY_REFUSED for what cannot be a key; MR_LIMIT beyond 2^24 entries
 * @example
 * ```ts
 * import { KeyMap } from 'millrace'
 * const counts = new KeyMap<[string, number], number>([[['a', 1], 10]])
 * console.log(counts.get(['a', 1])) // 10
 * ```
 */
export class KeyMap<K, V> implements Iterable<[K, V]> {
  private readonly entriesByKey = new Map<K, V>()
  private readonly index = new Map<number, object | Bucket>()
  private readonly entriesMax: number

  constructor(entries?: Iterable<readonly [K, V]>, options: { readonly entriesMax?: number } = {}) {
    this.entriesMax = options.entriesMax ?? limits.keyMapEntriesMax
    if (entries !== undefined) for (const [key, value] of entries) this.set(key, value)
  }

  /** The number of entries. */
  get size(): number { return this.entriesByKey.size }

  /** The value of `key`, undefined when there is none. */
  get(key: K): V | undefined {
    if (isPrimitiveKey(key)) return this.entriesByKey.get(key)
    const stored = this.find(key)
    return stored === undefined ? undefined : this.entriesByKey.get(stored)
  }

  /** There is an entry of `key`, be its value undefined. */
  has(key: K): boolean {
    return isPrimitiveKey(key) ? this.entriesByKey.has(key) : this.find(key) !== undefined
  }

  /** Sets the value of `key`; an entry that exists keeps its place and its key. */
  set(key: K, value: V): this {
    const stored = isPrimitiveKey(key) ? key : this.intern(key)
    if (this.entriesByKey.size >= this.entriesMax && !this.entriesByKey.has(stored)) throw this.full(stored)
    this.entriesByKey.set(stored, value)
    return this
  }

  /**
   * Sets the value of `key` to `change` of the present one, or to `initial()` when there is none; a composite
   * key is hashed once.
   * @returns the new value
   */
  update(key: K, initial: () => V, change: (value: V) => V): V {
    const stored = isPrimitiveKey(key) ? key : this.intern(key)
    const before = this.entriesByKey.get(stored)
    const isPresent = before !== undefined || this.entriesByKey.has(stored)
    if (!isPresent && this.entriesByKey.size >= this.entriesMax) throw this.full(stored)
    const value = isPresent ? change(before as V) : initial()
    this.entriesByKey.set(stored, value)
    return value
  }

  /** Removes the entry of `key`; true when there was one. */
  delete(key: K): boolean {
    if (isPrimitiveKey(key)) return this.entriesByKey.delete(key)
    const stored = this.find(key)
    if (stored === undefined) return false
    this.forget(stored)
    return this.entriesByKey.delete(stored)
  }

  /** Removes all entries. */
  clear(): void {
    this.entriesByKey.clear()
    this.index.clear()
  }

  keys() { return this.entriesByKey.keys() }
  values() { return this.entriesByKey.values() }
  entries() { return this.entriesByKey.entries() }
  [Symbol.iterator]() { return this.entriesByKey.entries() }

  /** Calls `f` for each entry, in the order of insertion. */
  forEach(f: (value: V, key: K, map: KeyMap<K, V>) => void): void {
    this.entriesByKey.forEach((value, key) => f(value, key, this))
  }

  get [Symbol.toStringTag](): string { return 'KeyMap' }

  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: object): string {
    return inspect(this.entriesByKey, options).replace(/^Map/, 'KeyMap')
  }

  private find(key: K): K | undefined {
    const found = this.index.get(hashKey(key))
    if (found === undefined) return undefined
    if (!(found instanceof Bucket)) return equalKeys(found, key) ? found as K : undefined
    return found.keys.find(stored => equalKeys(stored, key)) as K | undefined
  }

  /** The stored key that equals `key`; `key` itself from now on, when there is none. */
  private intern(key: K): K {
    const hash = hashKey(key)
    const found = this.index.get(hash)
    if (found === undefined) {
      this.index.set(hash, key as object)
      return key
    }
    if (found instanceof Bucket) {
      const stored = found.keys.find(other => equalKeys(other, key))
      if (stored !== undefined) return stored as K
      found.keys.push(key as object)
      return key
    }
    if (equalKeys(found, key)) return found as K
    this.index.set(hash, new Bucket([found, key as object]))
    return key
  }

  private forget(stored: K): void {
    const hash = hashKey(stored)
    const found = this.index.get(hash)
    if (found instanceof Bucket && found.keys.length > 1) {
      found.keys.splice(found.keys.indexOf(stored as object), 1)
    } else {
      this.index.delete(hash)
    }
  }

  private full(newKey: K): MillraceError {
    if (!isPrimitiveKey(newKey)) this.forget(newKey)
    const message = `a map of keys holds keyMapEntriesMax = ${this.entriesMax} entries and takes no more`
    return new MillraceError('MR_LIMIT', message, {
      hint: 'Use more partitions, so that each holds fewer keys.',
      at: CallSite.capture('KeyMap.set').toString(),
    })
  }
}
