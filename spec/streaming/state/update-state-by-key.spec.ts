/** updateStateByKey in all its forms: what the function gets, what stays, and what is refused. */
import { HashPartitioner, Milliseconds, Seconds, StorageLevel, TaskContext, type DStream, type RDD, type Time } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, hostileKeys, itNamesItsLine, sorted, thrown } from '../../support/operator-cases'
import { withFolder } from '../../support/folders'
import { withStreaming } from '../../support/streams'

type Pair = [string, number]

const count = (values: number[], state: number | undefined): number => (state ?? 0) + values.length
const ones = (...words: string[]): Pair[] => words.map((word): Pair => [word, 1])

const forms: [string, (pairs: DStream<Pair>) => DStream<Pair>][] = [
  ['values', pairs => pairs.updateStateByKey(count)],
  ['timed', pairs => pairs.updateStateByKey(
    (_time: Time, _key: string, values: number[], state: number | undefined) => (state ?? 0) + values.length, { form: 'timed' })],
  ['iterator', pairs => pairs.updateStateByKey(function* (entries): Generator<Pair> {
    for (const [key, values, state] of entries) yield [key, ((state as number | undefined) ?? 0) + values.length]
  }, { form: 'iterator' })],
  ['iterator that returns an array', pairs => pairs.updateStateByKey(
    entries => [...entries].map(([key, values, state]): Pair => [key, ((state as number | undefined) ?? 0) + values.length]), { form: 'iterator' })],
  ['iterator with other keys', pairs => pairs.updateStateByKey(function* (entries): Generator<Pair> {
    for (const [key, values, state] of entries) yield [key, ((state as number | undefined) ?? 0) + values.length]
  }, { form: 'iterator', rememberPartitioner: false })],
]

describe.each(masters)('updateStateByKey on %s', master => {
  describe.each(forms)('form %s', (_name, build) => {
    test.each([1, 2, 5])('the states of all keys at every batch, in %d partitions', async partitions => {
      const input = [ones('a'), ones('a', 'b'), ones('a', 'b', 'c'), [], ones('a', 'a', 'c')]
      const results = await testStream<[Pair], Pair>([input], ([p]) => build(p), { master, partitions, conf: { 'spark.default.parallelism': '3' } })
      expect(sorted(results)).toEqual([
        [['a', 1]], [['a', 2], ['b', 1]], [['a', 3], ['b', 2], ['c', 1]], [['a', 3], ['b', 2], ['c', 1]], [['a', 5], ['b', 2], ['c', 2]],
      ])
    })

    test('a batch without an RDD: nothing before there is a state, no values afterwards', async () => {
      const results = await testStream<[Pair], Pair>([[undefined, undefined, ones('a', 'a'), undefined, ones('a')]], ([p]) => build(p), { master })
      expect(results).toEqual([[['a', 2]], [['a', 2]], [['a', 3]]])
    })
  })

  test('the function gets [] and the state of keys without data, undefined for new keys, and values in their order', async () => {
    let value = (): unknown => undefined
    await testStream<[Pair], unknown>([[[['a', 1], ['a', 2]], [['b', 3]], []]], ([p], ssc) => {
      const calls = ssc.sparkContext.collectionAccumulator<unknown>()
      value = () => calls.value
      return p.updateStateByKey((time: Time, key: string, values: number[], state: number | undefined) => {
        calls.add([time.milliseconds, key, values, state])
        return values[0] ?? 9
      }, { form: 'timed', numPartitions: 1 })
    }, { master, partitions: 1 })
    expect(value()).toEqual([
      [1000, 'a', [1, 2], undefined],
      [2000, 'a', [], 1], [2000, 'b', [3], undefined],
      [3000, 'a', [], 9], [3000, 'b', [], 3],
    ])
  })

  test('undefined drops a key, which comes back as a new one', async () => {
    const results = await testStream<[Pair], Pair>([[ones('a', 'b'), ones('a'), ones('b'), ones('a', 'b')]],
      ([p]) => p.updateStateByKey((values, state: number | undefined) => values.length === 0 ? undefined : (state ?? 0) + 1), { master })
    expect(sorted(results)).toEqual([[['a', 1], ['b', 1]], [['a', 2]], [['b', 1]], [['a', 1], ['b', 2]]])
  })

  test('states that are objects may be changed in place', async () => {
    const results = await testStream<[Pair], unknown>([[ones('a'), [], ones('a', 'b')]],
      ([p]) => p.updateStateByKey((values, state: { n: number } | undefined) => {
        const next = state ?? { n: 0 }
        next.n += values.length
        return next
      }).mapValues(({ n }) => n), { master })
    expect(sorted(results)).toEqual([[['a', 1]], [['a', 1]], [['a', 2], ['b', 1]]])
  })

  test('values may be changed by the function without an effect on others', async () => {
    const results = await testStream<[Pair], Pair>([[ones('a', 'b'), [], []]],
      ([p]) => p.updateStateByKey((values, state: number | undefined) => (state ?? 0) + values.push(7)), { master })
    expect(sorted(results)).toEqual([[['a', 2], ['b', 2]], [['a', 3], ['b', 3]], [['a', 4], ['b', 4]]])
  })

  test.each(hostileKeys)('%p and %p are one key', async (a, b) => {
    const results = await testStream<[[unknown, number]], [unknown, number]>([[[[a, 1]], [[b, 1], ['other', 1]], []]],
      ([p]) => p.updateStateByKey(count as never, 3), { master })
    expect(results.map(batch => batch.map(([, n]) => n).sort())).toEqual([[1], [1, 2], [1, 2]])
    expect(({} as any).polluted).toBeUndefined()
  })

  describe('initial states', () => {
    const build = (p: DStream<Pair>, initial: RDD<Pair>, form: string): DStream<Pair> => {
      if (form === 'values') return p.updateStateByKey(count, new HashPartitioner(2), initial)
      return p.updateStateByKey(entries => [...entries].map(([key, values, state]): Pair => [key, ((state as number | undefined) ?? 0) + values.length]),
        { form: 'iterator', initialRDD: initial, rememberPartitioner: form === 'iterator' })
    }
    test.each(['values', 'iterator', 'iterator with other keys'])('are there when the first batch comes, with the form %s', async form => {
      const results = await testStream<[Pair], Pair>([[undefined, ones('a'), ones('a', 'c')]],
        ([p], ssc) => build(p, ssc.sparkContext.parallelize<Pair>([['a', 10], ['b', 20], ['a', 99]], 3), form), { master })
      expect(sorted(results)).toEqual([[['a', 11], ['b', 20]], [['a', 12], ['b', 20], ['c', 1]]])
    })
  })

  test('an iterator function may leave keys out, make some, and read only a part', async () => {
    const results = await testStream<[Pair], Pair>([[ones('a', 'b'), ones('c'), []]],
      ([p]) => p.updateStateByKey(function* (entries): Generator<Pair> {
        for (const [key, values] of entries) {
          yield [`${key}'`, values.length]
          if (key === 'a') yield [key, 5]
        }
      }, { form: 'iterator', rememberPartitioner: false, numPartitions: 2 }), { master })
    expect(sorted(results)).toEqual([
      [['a', 5], ["a'", 1], ["b'", 1]], [["a''", 0], ["a'", 0], ['a', 5], ["b''", 0], ["c'", 1]],
      [["a'''", 0], ["a''", 0], ["a'", 0], ['a', 5], ["b'''", 0], ["c''", 0]],
    ].map(batch => sorted([batch])[0]))
  })

  test('an iterator function that returns keys of another partition is told to say so', async () => {
    const error = await failure(testStream<[Pair], Pair>([[ones('a', 'b', 'c', 'd', 'e')]],
      ([p]) => p.updateStateByKey(function* (entries): Generator<Pair> { for (const [key] of entries) yield [`${key}!`, 1] }, { form: 'iterator', numPartitions: 4 }),
      { master }))
    expect(error.message).toMatch(/returned the key .! in partition \d, which belongs in partition \d/)
    expect(error.cause.hint ?? error.hint).toMatch(/rememberPartitioner: false/)
  })

  test('what an iterator function returns must be pairs', async () => {
    const broken = (returned: unknown): Promise<any> => failure(testStream<[Pair], Pair>([[ones('a')]],
      ([p]) => p.updateStateByKey(() => returned as never, { form: 'iterator' }), { master }))
    expect((await broken(5)).message).toMatch(/must return \[key, state\] pairs to iterate over, it returned 5/)
    expect((await broken([5])).message).toMatch(/needs \[key, value\] pairs, it got 5/)
  })

  test('has the partitions that were asked for', async () => {
    const partitions = async (...options: any[]): Promise<number[]> => (await testStream<[Pair], unknown>([[ones('a'), ones('a')]],
      ([p]) => (p as any).updateStateByKey(count, ...options).glom(), { master, conf: { 'spark.default.parallelism': '4' } })).map(batch => batch.length)
    expect(await partitions()).toEqual([4, 4])
    expect(await partitions(3)).toEqual([3, 3])
    expect(await partitions(new HashPartitioner(2))).toEqual([2, 2])
    expect(await partitions({ numPartitions: 5 })).toEqual([5, 5])
    expect(await partitions({ partitioner: new HashPartitioner(1) })).toEqual([1, 1])
  })

  test('a window over states reads the states of each batch', async () => {
    const results = await testStream<[Pair], Pair>([[ones('a'), ones('a'), ones('b')]],
      ([p]) => p.updateStateByKey(count).window(Seconds(2)), { master })
    expect(sorted(results)).toEqual([[['a', 1]], [['a', 1], ['a', 2]], [['a', 2], ['a', 2], ['b', 1]]])
  })

  itNamesItsLine<Pair>(master, 'updateStateByKey', 'update-state-by-key.spec.ts', [['a', 1]], pairs => pairs.updateStateByKey(boom))

  test('an element that is no pair is named', async () => {
    const error = await failure(testStream<[any], any>([[[5]]], ([p]) => p.updateStateByKey(count), { master }))
    expect(error.message).toMatch(/updateStateByKey needs \[key, value\] pairs, it got 5/)
  })

  test('a task that fails in the middle and is tried again leaves no half update', async () => {
    for (const form of ['values', 'iterator'] as const) {
      const results = await testStream<[Pair], Pair>([[ones('a', 'b', 'c'), ones('a', 'b', 'd'), ones('a')]], ([p]) => {
        const next = (values: number[], state: number | undefined, isLast: boolean): number => {
          if (isLast && state === 1 && TaskContext.get()!.attemptNumber === 0) throw new Error('a first attempt')
          return (state ?? 0) + values.length
        }
        if (form === 'values') {
          return p.updateStateByKey((_time: Time, key, values, state: number | undefined) => next(values, state, key === 'c'), { form: 'timed', numPartitions: 1 })
        }
        return p.updateStateByKey(function* (entries): Generator<Pair> {
          for (const [key, values, state] of entries) yield [key, next(values, state as number | undefined, key === 'c')]
        }, { form: 'iterator', numPartitions: 1 })
      }, { master, conf: { 'spark.task.maxFailures': '3' } })
      expect(sorted(results)).toEqual([ones('a', 'b', 'c'), [['a', 2], ['b', 2], ['c', 1], ['d', 1]], [['a', 3], ['b', 2], ['c', 1], ['d', 1]]])
    }
  })

  test('it needs a checkpoint folder, and says so at the start; intervals are checked as well', async () => {
    const starting = (set: (states: DStream<Pair>) => void, dir?: string): Promise<any> => withStreaming(master, async ({ ssc }) => {
      if (dir !== undefined) ssc.checkpoint(dir)
      const states = ssc.queueStream([ones('a')]).updateStateByKey(count)
      set(states)
      states.print()
      return failure(ssc.start())
    })
    expect(await starting(() => undefined)).toMatchObject({
      name: 'IllegalArgumentError', at: expect.stringMatching(/^updateStateByKey at update-state-by-key\.spec/),
      message: 'The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().',
    })
    await withFolder(async dir => {
      expect((await starting(states => states.checkpoint(Milliseconds(500)), dir)).message)
        .toMatch(/has been set to 500 ms which is lower than its slide time \(1000 ms\)\. Please set it to at least 1000 ms\./)
      expect((await starting(states => states.checkpoint(Milliseconds(1500)), dir)).message)
        .toMatch(/which not a multiple of its slide time \(1000 ms\)\. Please set it to a multiple of 1000 ms\./)
    })
  })

  test('what is said of the result holds for the state', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const states = ssc.queueStream([ones('a')]).updateStateByKey(count)
      const [state] = states.dependencies
      expect(states.storageLevel).toBe(StorageLevel.MEMORY_ONLY_SER)
      expect(states.uid('totals').checkpoint(Seconds(7)).persist(StorageLevel.MEMORY_AND_DISK)).toBe(states)
      expect([state!.ownId, state!.checkpointDuration?.milliseconds, states.checkpointDuration]).toEqual(['totals', 7000, undefined])
      expect(states.storageLevel).toBe(StorageLevel.MEMORY_AND_DISK)
    })
  })

  test('wrong arguments are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const pairs = ssc.queueStream([ones('a')])
      const refused = (...args: unknown[]): string => {
        const error = thrown(() => (pairs as any).updateStateByKey(...args))
        expect(error).toMatchObject({ name: 'IllegalArgumentError' })
        return error.message
      }
      expect(refused(1)).toMatch(/updateStateByKey: its argument must be a function, got 1/)
      expect(refused(async () => 1)).toMatch(/its argument is an async function/)
      expect(refused(count, 0)).toMatch(/Number of partitions \(0\) must be positive/)
      expect(refused(count, '2')).toMatch(/a number of partitions or a partitioner/)
      expect(refused(count, { form: 'keys' })).toMatch(/its form must be 'values', 'timed' or 'iterator', got "keys"/)
      expect(refused(count, { numPartitions: 1, partitioner: new HashPartitioner(1) })).toMatch(/numPartitions or a partitioner, got both/)
      expect(refused(count, 2, [['a', 1]])).toMatch(/initialRDD must be an RDD of \[key, state\] pairs, got an array of 1/)
      expect(refused(count, ssc.sparkContext.parallelize(ones('a')))).toMatch(/the initial states are its third argument/)
      expect(refused(count, { form: 'iterator', rememberPartitioner: 1 })).toMatch(/rememberPartitioner must be true or false, got 1/)
      expect(refused(count, {}, ssc.sparkContext.parallelize(ones('a')))).toMatch(/belong into its options/)
    })
  })
})
