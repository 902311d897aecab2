/** R9: what users' functions do wrong fails its own batch, says where, and touches nothing else: not even the state. */
import { Milliseconds, Seconds, StateSpec, type DStream, type State, type StreamingContext } from '../../lib/index'
import { Lives } from '../support/lives'
import { ProbeInput, quietly } from '../support/streams'

const hostileProxy = new Proxy({}, { get() { throw new Error('get') }, getPrototypeOf() { throw new Error('prototype') }, ownKeys() { throw new Error('keys') } })
const hostileError = Object.defineProperty(new Error('x'), 'stack', { get() { throw new Error('no stack') } })
const hostileMessage = Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('no message') } })

const thrown: readonly (readonly [name: string, value: unknown])[] = [
  ['an error', new Error('boom')], ['a string', 'boom'], ['a number', 7], ['null', null], ['undefined', undefined], ['a symbol', Symbol('boom')],
  ['a bigint', 1n], ['a function', () => 1], ['an object without a prototype', Object.create(null)], ['a proxy that throws', hostileProxy],
  ['an error whose stack throws', hostileError], ['an error whose message throws', hostileMessage], ['an object that cannot be text', { toString() { throw new Error('text') } }],
  ['an array', [1]], ['a promise', Promise.resolve(1)], ['an error with itself as cause', (() => { const e = new Error('cycle'); e.cause = e; return e })()],
]

const words = (ssc: StreamingContext): DStream<[string, number]> => new ProbeInput<[string, number]>(ssc, timeMs => [['k', timeMs / 1000]])

/** Sums by key; batch 2 meets `misbehave`, once. Returns what each batch gave in this life. */
async function sumsWith(misbehave: (value: number) => unknown, place: 'update' | 'mapWithState' | 'output' | 'map'): Promise<Map<number, unknown>> {
  const results = new Map<number, unknown>()
  let isOver = false
  const at = (here: typeof place, value: number): number => {
    if (place !== here || value !== 2 || isOver) return value
    isOver = true
    misbehave(value)
    return value
  }
  const build = (ssc: StreamingContext): void => {
    const pairs = words(ssc).map(([key, value]) => [key, at('map', value)] as [string, number])
    const updated = pairs.updateStateByKey((values: number[], sum: number | undefined) => values.reduce((a, b) => a + at('update', b), sum ?? 0))
    const mapped = pairs.mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
      state.update((state.getOption() ?? 0) + value!)
      at('mapWithState', value!)
      return [key, state.get()] as [string, number]
    })).checkpoint(Seconds(1))
    updated.join(mapped).foreachRDD(async (rdd, { milliseconds }) => {
      const [[, sums]] = await rdd.collect() as [[string, [number, number]]]
      at('output', milliseconds / 1000)
      results.set(milliseconds / 1000, sums)
    })
  }
  const lives = new Lives()
  await quietly(async () => {
    await lives.live(build, async ({ runBatches, ssc }) => {
      await runBatches(4)
      expect(ssc.firstError).toBeDefined()
      await expect(ssc.awaitTermination().then(() => 'ended', () => 'failed')).resolves.toBe('failed')
    })
    // The batch that failed runs again in the next life.
    await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 4000 })
  })
  return results
}

const right = new Map([1, 2, 3, 4, 5].map(n => [n, [n * (n + 1) / 2, n * (n + 1) / 2]]))
const sorted = (map: Map<number, unknown>): Map<number, unknown> => new Map([...map].sort(([a], [b]) => a - b))

describe.each(['update', 'mapWithState', 'output', 'map'] as const)('thrown in %s', place => {
  test.each(thrown)('%s fails its batch alone', async (_, value) => {
    expect(sorted(await sumsWith(() => { throw value }, place))).toEqual(right)
  })
})

test.each<readonly [string, unknown]>([
  ['null', null], ['a number', 7], ['a string', 'pair'], ['a short array', ['k']], ['a promise', Promise.resolve(['k', 1])], ['a function', () => 1],
])('%s where a pair should be is an error that names the operator', async (_, value) => {
  const lives = new Lives()
  await quietly(() => lives.live(ssc => {
    new ProbeInput(ssc, () => [1]).map(() => value as [string, number]).updateStateByKey((values: number[]) => values.length).foreachRDD(async rdd => { await rdd.collect() })
  }, async ({ ssc, runBatches }) => {
    await runBatches(1)
    const error = ssc.firstError?.thrown as Error | undefined
    if (Array.isArray(value) && value.length === 1) return // A key without a value has the value undefined.
    expect(error?.message).toMatch(/updateStateByKey|map/)
  }))
})

test('an output that never resolves holds up the batches after it, and a stop all the same ends', async () => {
  const lives = new Lives()
  const done: number[] = []
  await quietly(() => lives.live(ssc => {
    words(ssc).foreachRDD((_rdd, { milliseconds }) => {
      if (milliseconds === 2000 && done.length === 1) return new Promise<void>(() => undefined)
      done.push(milliseconds)
      return undefined
    })
  }, async ({ clock, ssc }) => {
    await clock.advance(1000)
    await ssc.idle()
    await clock.advance(1000)
    await clock.advance(1000)
  }, { batch: Milliseconds(1000) }))
  expect(done).toEqual([1000])
  // Nothing says that batch 2 has ended: it runs again, and then batch 3.
  done.push(0)
  await lives.live(ssc => {
    words(ssc).foreachRDD((_rdd, { milliseconds }) => { done.push(milliseconds) })
  }, ({ runBatches }) => runBatches(1), { atMs: 3000 })
  expect(done).toEqual([1000, 0, 2000, 3000, 4000])
})

test('an update that changes the value it was given, and then fails, leaves the state as it was', async () => {
  const lives = new Lives()
  const seen: unknown[] = []
  let isBroken = true
  const build = (ssc: StreamingContext): void => {
    words(ssc).updateStateByKey((values: number[], all: number[] = []) => {
      all.push(...values)
      if (values[0] === 2 && isBroken) {
        isBroken = false
        throw new Error('half done')
      }
      return all
    }).foreachRDD(async rdd => { seen.push((await rdd.collect())[0]![1]) })
  }
  await quietly(() => lives.live(build, ({ runBatches }) => runBatches(3)))
  expect(seen.at(-1)).toEqual([1, 2, 3])
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 3000 })
  expect(seen.at(-1)).toEqual([1, 2, 3, 4])
})
