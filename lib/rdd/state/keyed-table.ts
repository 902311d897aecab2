/**
 * What stateful operators work on: a table of keys, changed in place from one version to the next. An entry has a slot,
 * so that a key is looked up once: find it, then read and write by slot. An engine keeps one table a store and partition.
 */

/** A table while one version is made of the one before. Every write is a touch: it sets the entry's time to the version. */
export interface KeyedTable {
  /** The version that is being made: the batch time in milliseconds. */
  readonly version: number
  readonly size: number
  /** How many entries were removed so far. */
  readonly removedCount: number
  /** The slot of `key`, or -1. */
  find(key: unknown): number
  /**
   * The slots of the first `count` of `keys`, at most `stateLookupsMax`, into `slots`: in a large table several times as
   * fast as one by one. They hold until an entry is added or removed.
   */
  findAll(keys: readonly unknown[], count: number, slots: Int32Array): void
  /** Has the entries in the first `count` of `slots` at hand, which are read or written next: fetched together, as by `findAll`. */
  readAhead(slots: Int32Array, count: number): void
  keyAt(slot: number): unknown
  valueAt(slot: number): unknown
  /** The version that touched the entry last. */
  timeAt(slot: number): number
  /** Replaces the value of an entry. */
  setAt(slot: number, value: unknown): void
  /** Touches an entry and leaves its value. */
  touchAt(slot: number): void
  removeAt(slot: number): void
  /** Adds an entry, whose key must not be there. Throws MR_KEY_REFUSED for what cannot be a key. Returns its slot. */
  insert(key: unknown, value: unknown): number
  /** Slots are below this; where `isLive` is false there is no entry. Entries that `insert` adds may raise it. */
  readonly slotCount: number
  isLive(slot: number): boolean
  /** The slots of entries that were touched last at `version` or before, found without looking at others. */
  idleSince(version: number): Iterable<number>
  /** Takes entries over from a frame of `StateView.frames`, with their times; later frames win. */
  load(frame: Uint8Array): void
  /**
   * What an update keeps beside the entries, for the next one; undefined in a table that was made anew. It is no part of
   * a version: once there is one, an update that fails costs the table.
   */
  memo: unknown
}

/** One version of a table, to be read. */
export interface StateView {
  readonly version: number
  readonly size: number
  /** Each entry, in the order of slots. */
  entries(): Iterable<readonly [key: unknown, value: unknown, time: number]>
  /** The same as new pairs `[key, value]`, in new arrays of many: the fastest way over all. */
  pairs(): Iterable<[key: unknown, value: unknown][]>
  /** What `update` returned. */
  readonly output: readonly unknown[]
  /**
   * What changed since `version`, as frames for `KeyedTable.load`; all there is (marked so) where that is not known.
   */
  changesSince(version: number): StateChanges
  /** The live entries among `count` slots from `from` on, as frames for `KeyedTable.load`. */
  slice(from: number, count: number): readonly Uint8Array[]
  readonly slotCount: number
  /** Tells one table from another that was made in its place. */
  readonly tableId: string
}

export interface StateChanges {
  /** The frames hold all entries, not only what changed: what was known before is void. */
  readonly isWhole: boolean
  readonly frames: readonly Uint8Array[]
  /** Keys that were set or removed. */
  readonly count: number
}
