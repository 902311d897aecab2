/** Stateful streams against a naive Map: random batches and missing ones, keys of every kind, time-outs, tasks that are tried again. */
import * as fc from 'fast-check'
import { Seconds, StateSpec, TaskContext, type State } from '../../../lib/index'
import { show } from '../../../lib/base/show'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { sorted } from '../../support/operator-cases'

type Pair = [unknown, number]
type Batches = (Pair[] | undefined)[]

/** A key as a text, for a plain Map: -0 is 0, and the kinds are kept apart. */
const nameOf = (key: unknown): string => `${typeof key} ${show(key === 0 ? 0 : key)}`
const named = (results: readonly (readonly Pair[])[]): Pair[][] => sorted(results.map(batch => batch.map(([key, value]): Pair => [nameOf(key), value]))) as Pair[][]

const key = fc.constantFrom<unknown>('a', 'b', 'c', '__proto__', 'constructor', 'toString', '\ud800', '', NaN, 0, -0, 1, '1', 7n, null, [1, 'x'], [1, ['y']], { x: 1 }, new Date(5))
/** -1 removes, 0 looks only, others are added. */
const value = fc.integer({ min: -1, max: 4 })
const batch = fc.option(fc.array(fc.tuple(key, value), { maxLength: 8 }), { nil: undefined, freq: 5 })
const program = fc.record({
  batches: fc.array(batch, { minLength: 1, maxLength: 9 }),
  initial: fc.option(fc.array(fc.tuple(key, fc.nat(9)), { maxLength: 4 }), { nil: undefined }),
  timeoutS: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
  partitions: fc.integer({ min: 1, max: 3 }),
  failing: fc.option(fc.nat(3), { nil: undefined }),
})

/** Throws at some record of a task's first attempt. */
const stumble = (failing: number | undefined, count: number): void => {
  if (count === failing && TaskContext.get()!.attemptNumber === 0) throw new Error('a first attempt')
}

interface Entry { key: unknown, sum: number, touched: number }
interface Naive { readonly results: Pair[][], readonly snapshots: Pair[][] }

function naiveMap(batches: Batches, initial: Pair[] | undefined, timeoutS: number | undefined): Naive {
  const states = new Map<string, Entry>()
  for (const [each, sum] of initial ?? []) states.set(nameOf(each), { key: each, sum, touched: 1 })
  const results: Pair[][] = []
  const snapshots: Pair[][] = []
  batches.forEach((records, index) => {
    const now = index + 1
    const mapped: Pair[] = []
    for (const [each, change] of records ?? []) {
      const name = nameOf(each)
      const entry = states.get(name)
      const sum = (entry?.sum ?? 0) + change
      if (change === -1) states.delete(name)
      else if (change > 0) states.set(name, { key: each, sum, touched: now })
      else if (entry !== undefined && timeoutS !== undefined) entry.touched = now
      mapped.push([each, change > 0 ? sum : entry?.sum ?? -100])
    }
    for (const [name, entry] of timeoutS === undefined ? [] : [...states]) {
      if (entry.touched >= now - timeoutS!) continue
      mapped.push([entry.key, -entry.sum - 1000])
      states.delete(name)
    }
    results.push(mapped)
    snapshots.push([...states.values()].map((entry): Pair => [entry.key, entry.sum]))
  })
  return { results, snapshots }
}

function naiveUpdate(batches: Batches, initial: Pair[] | undefined): Pair[][] {
  let states: Map<string, Pair> | undefined
  const results: Pair[][] = []
  for (const records of batches) {
    if (states === undefined) {
      if (records === undefined) continue
      states = new Map()
      for (const pair of initial ?? []) if (!states.has(nameOf(pair[0]))) states.set(nameOf(pair[0]), pair)
    }
    const values = new Map<string, { key: unknown, values: number[] }>([...states].map(([name, [each]]) => [name, { key: each, values: [] }]))
    for (const [each, change] of records ?? []) {
      const group = values.get(nameOf(each)) ?? { key: each, values: [] }
      group.values.push(change)
      values.set(nameOf(each), group)
    }
    for (const [name, group] of values) {
      const next = updated(group.values, states.get(name)?.[1])
      if (next === undefined) states.delete(name)
      else states.set(name, [group.key, next])
    }
    results.push([...states.values()])
  }
  return results
}

function updated(values: readonly number[], state: number | undefined): number | undefined {
  if (values.includes(-1)) return undefined
  return values.reduce((a, b) => a + b, state ?? 0) + (values.length === 0 ? 1 : 0)
}

describe.each(masters)('state on %s', master => {
  const conf = { 'spark.task.maxFailures': '2' }

  test('mapWithState', async () => {
    await fc.assert(fc.asyncProperty(program, fc.boolean(), async ({ batches, initial, timeoutS, partitions, failing }, isSnapshot) => {
      const naive = naiveMap(batches, initial, timeoutS)
      const found = await testStream<[Pair], Pair>([batches], ([pairs], ssc) => {
        const spec = StateSpec.function((each: unknown, change: number | undefined, state: State<number>): Pair => {
          stumble(failing, change ?? -5)
          if (change === undefined) return [each, state.isTimingOut() ? -state.get() - 1000 : NaN]
          const sum = (state.getOption() ?? 0) + change
          const before = state.getOption() ?? -100
          if (change === -1) state.remove()
          else if (change > 0) state.update(sum)
          return [each, change > 0 ? sum : before]
        }).numPartitions(partitions)
        if (initial !== undefined) spec.initialState(ssc.sparkContext.parallelize(initial, 1))
        if (timeoutS !== undefined) spec.timeout(Seconds(timeoutS))
        const mapped = pairs.mapWithState(spec)
        return isSnapshot ? mapped.stateSnapshots() : mapped
      }, { master, partitions: 1, conf })
      expect(named(found)).toEqual(named(isSnapshot ? naive.snapshots : naive.results))
    }), { numRuns: 30 })
  }, 60_000)

  test('updateStateByKey in each form', async () => {
    const form = fc.constantFrom('values', 'iterator', 'other keys')
    await fc.assert(fc.asyncProperty(program, form, async ({ batches, initial, partitions, failing }, way) => {
      const found = await testStream<[Pair], Pair>([batches], ([pairs], ssc) => {
        const initialRDD = initial === undefined ? undefined : ssc.sparkContext.parallelize(initial, 1)
        const next = (values: number[], state: number | undefined): number | undefined => {
          stumble(failing, values.length)
          return updated(values, state)
        }
        if (way === 'values') return pairs.updateStateByKey(next, { numPartitions: partitions, initialRDD })
        return pairs.updateStateByKey<unknown, number, number>(function* (entries): Generator<[unknown, number]> {
          for (const [each, values, state] of entries) {
            const after = next(values, state)
            if (after !== undefined) yield [each, after]
          }
        }, { form: 'iterator', numPartitions: partitions, initialRDD, rememberPartitioner: way === 'iterator' })
      }, { master, partitions: 1, conf })
      expect(named(found)).toEqual(named(naiveUpdate(batches, initial)))
    }), { numRuns: 30 })
  }, 60_000)
})
