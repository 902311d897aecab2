/**
 * A reference interpreter of stream programs over literal batches: arrays and Maps, one pass a batch, nothing shared with
 * the engines, so slow and so plain that its answers can be believed. Operators have their names and arguments from
 * DStream, and operators that the interpreter lacks are added here. Batch i has the time (i + 1) * batch; undefined stands
 * for a batch without an RDD. Elements come in the order of the input, and of keys' first appearance.
 */
import { inspect } from 'node:util'
import type { Duration } from '../../lib/index'

type Batch<T> = readonly T[] | undefined
type Reduce<V> = (a: V, b: V) => V
type Pairs<K, V> = ReferenceStream<[K, V]>

/** What a function of mapWithState sees of its key. */
export interface ReferenceState<S> {
  exists(): boolean
  get(): S
  getOption(): S | undefined
  update(state: S): void
  remove(): void
  isTimingOut(): boolean
}

/** Keys by what they consist of. */
class Table<K, V> {
  private readonly rows = new Map<string, [K, V]>()
  get(key: K): V | undefined { return this.rows.get(textOf(key))?.[1] }
  has(key: K): boolean { return this.rows.has(textOf(key)) }
  delete(key: K): void { this.rows.delete(textOf(key)) }
  set(key: K, value: V): void {
    const row = this.rows.get(textOf(key))
    if (row === undefined) this.rows.set(textOf(key), [key, value])
    else row[1] = value
  }

  get entries(): [K, V][] { return [...this.rows.values()].map(([key, value]): [K, V] => [key, value]) }
}

function textOf(key: unknown): string {
  const withoutMinusZero = (value: unknown): unknown => Object.is(value, -0) ? 0 : Array.isArray(value) ? value.map(withoutMinusZero) : value
  return inspect(withoutMinusZero(key), { depth: Infinity, sorted: true, maxStringLength: Infinity, maxArrayLength: Infinity })
}

function grouped<K, V>(pairs: readonly (readonly [K, V])[]): Table<K, V[]> {
  const groups = new Table<K, V[]>()
  for (const [key, value] of pairs) groups.set(key, [...groups.get(key) ?? [], value])
  return groups
}

function reduced<K, V>(pairs: readonly (readonly [K, V])[], f: Reduce<V>): [K, V][] {
  return grouped(pairs).entries.map(([key, values]) => [key, values.reduce((a, b) => f(a, b))])
}

export class ReferenceStream<T> {
  /** `batchMs`: between two batches; `slideMs`: between two that the stream has. */
  constructor(readonly batches: readonly Batch<T>[], readonly batchMs = 1_000, readonly slideMs = batchMs) {}

  /** One list for each batch that there is, as `testStream` gives them. */
  get results(): (readonly T[])[] { return this.batches.filter(batch => batch !== undefined) }

  private with<U>(batches: readonly Batch<U>[], slideMs = this.slideMs): ReferenceStream<U> {
    return new ReferenceStream(batches, this.batchMs, slideMs)
  }

  /** What `f` makes of each batch that there is. */
  each<U>(f: (batch: readonly T[], timeMs: number) => readonly U[]): ReferenceStream<U> {
    return this.with(this.batches.map((batch, index) => batch === undefined ? undefined : f(batch, (index + 1) * this.batchMs)))
  }

  private both<U, R>(other: ReferenceStream<U>, f: (a: readonly T[], b: readonly U[]) => readonly R[]): ReferenceStream<R> {
    return this.with(this.batches.map((batch, index) => {
      const its = other.batches[index]
      if ((batch === undefined) !== (its === undefined)) throw new Error(`only one of the streams has an RDD in batch ${index}`)
      return batch === undefined ? undefined : f(batch, its!)
    }))
  }

  map<U>(f: (value: T) => U): ReferenceStream<U> { return this.each(batch => batch.map(value => f(value))) }
  filter(f: (value: T) => boolean): ReferenceStream<T> { return this.each(batch => batch.filter(value => f(value))) }
  flatMap<U>(f: (value: T) => Iterable<U>): ReferenceStream<U> { return this.each(batch => batch.flatMap(value => [...f(value)])) }
  count(): ReferenceStream<number> { return this.each(batch => [batch.length]) }
  union(other: ReferenceStream<T>): ReferenceStream<T> { return this.both(other, (a, b) => [...a, ...b]) }

  reduce(f: Reduce<T>): ReferenceStream<T> {
    return this.each(batch => batch.length === 0 ? [] : [batch.reduce((a, b) => f(a, b))])
  }

  countByValue(): Pairs<T, number> { return this.map((value): [T, number] => [value, 1]).reduceByKey((a, b) => a + b) }

  mapValues<K, V, U>(this: Pairs<K, V>, f: (value: V) => U): Pairs<K, U> { return this.map(([key, value]): [K, U] => [key, f(value)]) }
  groupByKey<K, V>(this: Pairs<K, V>): Pairs<K, V[]> { return this.each(batch => grouped(batch).entries) }
  reduceByKey<K, V>(this: Pairs<K, V>, f: Reduce<V>): Pairs<K, V> { return this.each(batch => reduced(batch, f)) }

  cogroup<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>): Pairs<K, [V[], W[]]> {
    return this.both(other, (a, b): [K, [V[], W[]]][] => {
      const [left, right] = [grouped(a), grouped(b)]
      const keys = grouped([...a, ...b].map(([key]): [K, undefined] => [key, undefined])).entries
      return keys.map(([key]) => [key, [left.get(key) ?? [], right.get(key) ?? []]])
    })
  }

  join<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>): Pairs<K, [V, W]> {
    return this.cogroup(other).flatMap(([key, [left, right]]) => left.flatMap(v => right.map((w): [K, [V, W]] => [key, [v, w]])))
  }

  leftOuterJoin<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>): Pairs<K, [V, W | undefined]> {
    return this.cogroup(other).flatMap(([key, [left, right]]) => (
      left.flatMap(v => (right.length === 0 ? [undefined] : right).map((w): [K, [V, W | undefined]] => [key, [v, w]]))))
  }

  fullOuterJoin<K, V, W>(this: Pairs<K, V>, other: Pairs<K, W>): Pairs<K, [V | undefined, W | undefined]> {
    return this.cogroup(other).flatMap(([key, [left, right]]) => (left.length === 0 ? [undefined] : left).flatMap(v => (
      (right.length === 0 ? [undefined] : right).map((w): [K, [V | undefined, W | undefined]] => [key, [v, w]]))))
  }

  /** The batches that a window which ends with batch `index` sees; undefined where no slide ends. */
  private seen(index: number, length: Duration, slideMs: number): readonly Batch<T>[] | undefined {
    if (((index + 1) * this.batchMs) % slideMs !== 0) return undefined
    return this.batches.slice(Math.max(0, index + 1 - length.milliseconds / this.batchMs), index + 1)
  }

  window(length: Duration, slide?: Duration): ReferenceStream<T> {
    const slideMs = slide?.milliseconds ?? this.slideMs
    return this.with(this.batches.map((_, index) => this.seen(index, length, slideMs)?.flatMap(batch => batch ?? [])), slideMs)
  }

  countByWindow(length: Duration, slide?: Duration): ReferenceStream<number> { return this.window(length, slide).count() }
  countByValueAndWindow(length: Duration, slide?: Duration): Pairs<T, number> { return this.window(length, slide).countByValue() }
  reduceByWindow(f: Reduce<T>, length: Duration, slide?: Duration): ReferenceStream<T> { return this.window(length, slide).reduce(f) }
  groupByKeyAndWindow<K, V>(this: Pairs<K, V>, length: Duration, slide?: Duration): Pairs<K, V[]> {
    return this.window(length, slide).groupByKey()
  }

  /** Without the inverse function, whose form is `reduceByKeyAndWindowInversely`. */
  reduceByKeyAndWindow<K, V>(this: Pairs<K, V>, f: Reduce<V>, length: Duration, slide?: Duration): Pairs<K, V> {
    return this.window(length, slide).reduceByKey(f)
  }

  /**
   * With the inverse function: what has left the window is taken out of the value before, what is new is put in. A key
   * stays, whatever its value, unless `keep` drops it. The slide is at most the length.
   */
  reduceByKeyAndWindowInversely<K, V>(
    this: Pairs<K, V>, f: Reduce<V>, inverse: Reduce<V>, length: Duration, slide?: Duration, keep?: (pair: [K, V]) => boolean,
  ): Pairs<K, V> {
    const slideMs = slide?.milliseconds ?? this.slideMs
    const [lengthBatches, slideBatches] = [length.milliseconds / this.batchMs, slideMs / this.batchMs]
    const between = (from: number, to: number): [K, V][] => (
      reduced(this.batches.slice(Math.max(0, from), Math.max(0, to)).flatMap(batch => batch ?? []), f))
    let values = new Table<K, V>()
    return this.with(this.batches.map((_, index) => {
      const end = index + 1
      if (end % slideBatches !== 0) return undefined
      const left = new Table<K, V>()
      for (const [key, value] of between(end - lengthBatches - slideBatches, end - lengthBatches)) left.set(key, value)
      const next = new Table<K, V>()
      for (const [key, value] of values.entries) next.set(key, left.has(key) ? inverse(value, left.get(key)!) : value)
      for (const [key, value] of between(end - slideBatches, end)) next.set(key, next.has(key) ? f(next.get(key)!, value) : value)
      values = new Table()
      for (const pair of next.entries) if (keep?.(pair) !== false) values.set(...pair)
      return values.entries
    }), slideMs)
  }

  updateStateByKey<K, V, S>(this: Pairs<K, V>, f: (values: V[], state: S | undefined) => S | undefined, initial: readonly [K, S][] = []): Pairs<K, S> {
    let states = initial.length === 0 ? undefined : grouped(initial).entries.map(([key, [state]]): [K, S] => [key, state!])
    return this.with(this.batches.map(batch => {
      if (batch === undefined && states === undefined) return undefined
      const values = grouped(batch ?? [])
      const before = new Table<K, S>()
      for (const [key, state] of states ?? []) before.set(key, state)
      const keys = grouped([...states ?? [], ...batch ?? []].map(([key]): [K, undefined] => [key, undefined])).entries
      states = keys.flatMap(([key]): [K, S][] => {
        const state = f(values.get(key) ?? [], before.get(key))
        return state === undefined ? [] : [[key, state]]
      })
      return states
    }))
  }

  /** What `f` returns, undefined left out, and the states after each batch. A key times out after more than `timeout` without data. */
  mapWithState<K, V, S, U>(
    this: Pairs<K, V>, f: (timeMs: number, key: K, value: V | undefined, state: ReferenceState<S>) => U | undefined,
    { timeout, initial = [] }: { readonly timeout?: Duration, readonly initial?: readonly [K, S][] } = {},
  ): { readonly mapped: ReferenceStream<U>, readonly snapshots: Pairs<K, S> } {
    const states = new Table<K, { state: S, touchedMs: number }>()
    for (const [key, state] of initial) states.set(key, { state, touchedMs: 0 })
    const snapshots: [K, S][][] = []
    const mapped = this.batches.map((batch, index): U[] => {
      const timeMs = (index + 1) * this.batchMs
      const call = (key: K, value: V | undefined, isTimingOut: boolean): U[] => {
        const row = states.get(key)
        if (row !== undefined) row.touchedMs = timeMs
        const result = f(timeMs, key, value, {
          exists: () => states.has(key), get: () => states.get(key)!.state, getOption: () => states.get(key)?.state,
          update: state => states.set(key, { state, touchedMs: timeMs }), remove: () => states.delete(key), isTimingOut: () => isTimingOut,
        })
        return result === undefined ? [] : [result]
      }
      const results = (batch ?? []).flatMap(([key, value]) => call(key, value, false))
      const idle = timeout === undefined ? [] : states.entries.filter(([, { touchedMs }]) => touchedMs < timeMs - timeout.milliseconds)
      for (const [key] of idle) {
        results.push(...call(key, undefined, true))
        states.delete(key)
      }
      snapshots.push(states.entries.map(([key, { state }]) => [key, state]))
      return results
    })
    return { mapped: this.with(mapped), snapshots: this.with(snapshots) }
  }
}
