/** R14: keys that break naive programs go through states, windows and recoveries like any other. */
import { Seconds, StateSpec, type DStream, type State, type StreamingContext } from '../../lib/index'
import { Lives } from '../support/lives'
import { ProbeInput } from '../support/streams'

const keys: readonly unknown[] = [
  '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf', '', '\ud800', 'a\0b', '\r\n',
  Number.NaN, 0, -1, 1e308, Number.POSITIVE_INFINITY, 0n, -(2n ** 70n), true, false, null, undefined, new Date(0), new Date(Number.NaN),
  [], [[]], ['__proto__', ['constructor', null]], [Number.NaN, undefined], 'x'.repeat(1024 * 1024),
]

type Counts = DStream<[unknown, number]>

const counting: Record<string, (pairs: Counts) => Counts> = {
  updateStateByKey: pairs => pairs.updateStateByKey((values: number[], sum: number | undefined) => values.length + (sum ?? 0)),
  mapWithState: pairs => pairs.mapWithState(StateSpec.function((key: unknown, value: number | undefined, state: State<number>) => {
    state.update((state.getOption() ?? 0) + value!)
    return [key, state.get()] as [unknown, number]
  })).stateSnapshots() as Counts,
  reduceByKeyAndWindow: pairs => pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(10), Seconds(1), 3),
}

/** The place of a key among all, by what it is. */
const indexOf = (key: unknown): number => keys.findIndex(one => {
  const text = (value: unknown): string => Array.isArray(value) ? `[${value.map(text).join()}]` : `${typeof value} ${value === null ? 'null'
    : Object.prototype.toString.call(value) === '[object Date]' ? `date ${(value as Date).getTime()}` : String(value)}`
  return text(one) === text(key)
})

test.each(Object.keys(counting))('%s counts every key by itself, before a recovery and after, in other partitions too', async name => {
  const lives = new Lives()
  const results: (readonly number[])[] = []
  const build = (ssc: StreamingContext): void => {
    counting[name]!(new ProbeInput<[unknown, number]>(ssc, () => keys.flatMap(key => [[key, 1]] as [unknown, number][])))
      .foreachRDD(async rdd => {
        const counts = new Array<number>(keys.length).fill(0)
        for (const [key, count] of await rdd.collect()) counts[indexOf(key)]! += count
        results.push(counts)
      })
  }
  await lives.live(build, ({ runBatches }) => runBatches(2))
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 2000 })
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 3000, master: 'local[2]' })
  expect(results).toEqual([1, 2, 3, 4].map(count => keys.map(() => count)))
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

test('minus zero is zero', async () => {
  const lives = new Lives()
  const seen: unknown[] = []
  await lives.live(ssc => {
    counting.updateStateByKey!(new ProbeInput<[unknown, number]>(ssc, () => [[0, 1], [-0, 1]])).foreachRDD(async rdd => { seen.push(await rdd.collect()) })
  }, ({ runBatches }) => runBatches(1))
  expect(seen).toEqual([[[0, 2]]])
})
