/** mapWithState: once a record, never for other keys, save when their time is out; what it needs and what it refuses. */
import {
  HashPartitioner, Milliseconds, Seconds, StateSpec, StorageLevel, TaskContext, type DStream, type MapWithStateDStream, type State, type Time,
} from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, hostileKeys, itNamesItsLine, sorted, thrown } from '../../support/operator-cases'
import { withFolder } from '../../support/folders'
import { withStreaming } from '../../support/streams'

type Pair = [string, number]

const ones = (...words: string[]): Pair[] => words.map((word): Pair => [word, 1])
const sum = (key: string, value: number | undefined, state: State<number>): Pair => {
  const total = (state.getOption() ?? 0) + (value ?? 0)
  state.update(total)
  return [key, total]
}
const summing = (): StateSpec<string, number, number, Pair> => StateSpec.function(sum)
const input = [[], ones('a'), ones('a', 'b'), ones('a', 'b', 'c'), ones('a', 'b'), ones('a'), []]

/** Everything that a function with a time-out is called with. */
const telling = (time: Time, key: string, value: number | undefined, state: State<number>): string => {
  const before = state.toString()
  if (!state.isTimingOut()) {
    if (value === -1) state.remove()
    else if (value !== 0) state.update(value!)
  }
  return `${time.milliseconds} ${key} ${value} ${before}${state.isTimingOut() ? ' out' : ''}`
}

describe.each(masters)('mapWithState on %s', master => {
  test.each([1, 2, 5])('one result a record, with the state as it is after it, in %d partitions', async partitions => {
    const results = await testStream<[Pair], Pair>([input], ([p]) => p.mapWithState(summing().numPartitions(3)), { master, partitions })
    expect(sorted(results)).toEqual([
      [], [['a', 1]], [['a', 2], ['b', 1]], [['a', 3], ['b', 2], ['c', 1]], [['a', 4], ['b', 3]], [['a', 5]], [],
    ])
  })

  test('records of one key come one after another, each seeing what the one before left', async () => {
    const results = await testStream<[Pair], Pair>([[ones('a', 'a', 'b', 'a'), ones('a')]], ([p]) => p.mapWithState(summing().numPartitions(1)), { master, partitions: 1 })
    expect(results).toEqual([[['a', 1], ['a', 2], ['b', 1], ['a', 3]], [['a', 4]]])
  })

  test('snapshots hold every key at every batch, batches without an RDD among them', async () => {
    const results = await testStream<[Pair], Pair>([[undefined, ones('a'), ones('b'), undefined, [], ones('a', 'c')]],
      ([p]) => p.mapWithState(summing()).stateSnapshots(), { master })
    expect(sorted(results)).toEqual([
      [], [['a', 1]], [['a', 1], ['b', 1]], [['a', 1], ['b', 1]], [['a', 1], ['b', 1]], [['a', 2], ['b', 1], ['c', 1]],
    ])
  })

  test('results and snapshots of one stream agree, whichever is read first', async () => {
    for (const isSnapshotFirst of [true, false]) {
      await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
        ssc.checkpoint(folder)
        const seen: unknown[] = []
        const mapped = ssc.queueStream([ones('a'), ones('a', 'b')]).mapWithState(summing())
        const read = (stream: DStream<Pair>): void => stream.foreachRDD(async rdd => { seen.push(sorted([await rdd.collect()])[0]) })
        const snapshots = mapped.stateSnapshots()
        if (isSnapshotFirst) read(snapshots)
        read(mapped)
        if (!isSnapshotFirst) read(snapshots)
        await ssc.start()
        await runBatches(3)
        const second = isSnapshotFirst ? [[['a', 2], ['b', 1]], []] : [[], [['a', 2], ['b', 1]]]
        expect(seen).toEqual([[['a', 1]], [['a', 1]], [['a', 2], ['b', 1]], [['a', 2], ['b', 1]], ...second])
      }))
    }
  })

  test('a function of four parameters gets the time, and undefined is no result', async () => {
    const timed = (time: Time, key: string, value: number | undefined, state: State<number>): string | undefined => {
      state.update((state.getOption() ?? 0) + value!)
      return state.get() % 2 === 0 ? `${time.milliseconds} ${key}` : undefined
    }
    for (const spec of [StateSpec.function(timed), StateSpec.timedFunction(timed)]) {
      expect(await testStream<[Pair], string>([[ones('a'), ones('a', 'b'), ones('b', 'b', 'b')]], ([p]) => p.mapWithState(spec), { master, partitions: 1 }))
        .toEqual([[], ['2000 a'], ['3000 b', '3000 b']])
    }
  })

  test('a function of three parameters that returns undefined has given undefined', async () => {
    const results = await testStream<[Pair], unknown>([[ones('a', 'b')]],
      ([p]) => p.mapWithState(StateSpec.function((_key: string, _value: number | undefined, state: State<number>) => { state.update(1) })), { master })
    expect(results).toEqual([[undefined, undefined]])
  })

  test('what a call does not do, does not happen: no update, no state', async () => {
    const results = await testStream<[Pair], Pair>([[ones('a'), [['a', 5]], [['a', 0]]]],
      ([p]) => p.mapWithState(StateSpec.function((_key: string, value: number | undefined, state: State<number>) => {
        if (value === 5) state.update(7)
        return state.getOption()
      })).stateSnapshots(), { master })
    expect(results).toEqual([[], [['a', 7]], [['a', 7]]])
  })

  test('a removed state is gone, and the key begins anew', async () => {
    const results = await testStream<[Pair], string>([[[['a', 5]], [['a', -1]], [['a', 6], ['a', -1], ['a', 7]], [['a', 0]]]],
      ([p]) => p.mapWithState(StateSpec.timedFunction(telling)), { master, partitions: 1 })
    expect(results).toEqual([
      ['1000 a 5 <state not set>'], ['2000 a -1 5'], ['3000 a 6 <state not set>', '3000 a -1 6', '3000 a 7 <state not set>'], ['4000 a 0 7'],
    ])
  })

  test('states that are objects may be changed in place', async () => {
    const results = await testStream<[Pair], unknown>([[ones('a'), ones('a', 'b'), []]],
      ([p]) => p.mapWithState(StateSpec.function((_key: string, value: number | undefined, state: State<number[]>) => {
        if (!state.exists()) state.update([])
        state.get().push(value!)
      })).stateSnapshots().mapValues(values => values.length), { master })
    expect(sorted(results)).toEqual([[['a', 1]], [['a', 2], ['b', 1]], [['a', 2], ['b', 1]]])
  })

  test.each(hostileKeys)('%p and %p are one key', async (a, b) => {
    const results = await testStream<[[unknown, number]], [unknown, number]>([[[[a, 1]], [[b, 2], ['other', 5]], []]],
      ([p]) => (p as DStream<any>).mapWithState<any, number, number, any>(StateSpec.function(sum as any).numPartitions(3) as any).stateSnapshots() as never, { master })
    expect(results.map(batch => batch.map(([, total]) => total).sort())).toEqual([[1], [3, 5], [3, 5]])
  })

  describe('initial states', () => {
    test('are there when the first batch comes, wherever they lie; of one key the last counts', async () => {
      for (const place of [undefined, new HashPartitioner(2), new HashPartitioner(3)]) {
        const results = await testStream<[Pair], Pair>([[undefined, ones('a', 'c'), ones('b')]], ([p], ssc) => {
          const states = ssc.sparkContext.parallelize<Pair>([['a', 99], ['a', 10], ['b', 20]], 1)
          return p.mapWithState(summing().initialState(place === undefined ? states : states.partitionBy(place)).numPartitions(2)).stateSnapshots()
        }, { master })
        expect(sorted(results)).toEqual([[['a', 10], ['b', 20]], [['a', 11], ['b', 20], ['c', 1]], [['a', 11], ['b', 21], ['c', 1]]])
      }
    })

    test('count as touched by the first batch', async () => {
      const results = await testStream<[Pair], string>([[[], [], [], []]],
        ([p], ssc) => p.mapWithState(StateSpec.timedFunction(telling).initialState(ssc.sparkContext.parallelize<Pair>([['a', 1]])).timeout(Seconds(2))), { master })
      expect(results).toEqual([[], [], [], ['4000 a undefined 1 out']])
    })
  })

  describe('a time-out', () => {
    const run = (batches: (Pair[] | undefined)[], timeoutMs = 2000): Promise<string[][]> => testStream<[Pair], string>([batches],
      ([p]) => p.mapWithState(StateSpec.timedFunction(telling).timeout(Milliseconds(timeoutMs))), { master, partitions: 1, conf: { 'spark.default.parallelism': '1' } })

    test('comes at the first batch after it is due, not when it is just so long ago, and once', async () => {
      expect(await run([[['a', 1]], [], [], [], [], []])).toEqual([['1000 a 1 <state not set>'], [], [], ['4000 a undefined 1 out'], [], []])
    })
    test('comes in batches without an RDD too', async () => {
      expect(await run([[['a', 1]], undefined, undefined, undefined])).toEqual([['1000 a 1 <state not set>'], [], [], ['4000 a undefined 1 out']])
    })
    test('is put off by data, even where the function leaves the state alone', async () => {
      expect(await run([[['a', 1]], [], [['a', 0]], [], [], []]))
        .toEqual([['1000 a 1 <state not set>'], [], ['3000 a 0 1'], [], [], ['6000 a undefined 1 out']])
    })
    test('does not come for a key with data in the batch, nor for one that was removed', async () => {
      expect(await run([[['a', 1], ['b', 1]], [], [], [['a', 2], ['b', -1]], [], [], [['a', 3]]], 2000)).toEqual([
        ['1000 a 1 <state not set>', '1000 b 1 <state not set>'], [], [], ['4000 a 2 1', '4000 b -1 1'], [], [], ['7000 a 3 2'],
      ])
    })
    test('lets the key begin anew', async () => {
      expect(await run([[['a', 1]], [], [['a', 2]], []], 0))
        .toEqual([['1000 a 1 <state not set>'], ['2000 a undefined 1 out'], ['3000 a 2 <state not set>'], ['4000 a undefined 2 out']])
    })
    test('is for the keys that are due only', async () => {
      const results = await run([ones('a', 'b'), ones('c'), ones('b'), [], [], []])
      expect(results.slice(3)).toEqual([['4000 a undefined 1 out'], ['5000 c undefined 1 out'], ['6000 b undefined 1 out']])
    })
  })

  test('a task that fails in the middle and is tried again leaves no half update', async () => {
    const results = await testStream<[Pair], Pair>([[ones('a', 'b'), ones('a', 'b', 'c', 'a', 'x'), ones('a')]],
      ([p]) => p.mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
        if (key === 'x' && TaskContext.get()!.attemptNumber < 2) throw new Error('an early attempt')
        const total = (state.getOption() ?? 0) + value!
        if (key === 'b' && total === 2) state.remove()
        else state.update(total)
        return key
      }).timeout(Seconds(5))).stateSnapshots(), { master, partitions: 1, conf: { 'spark.task.maxFailures': '3', 'spark.default.parallelism': '1' } })
    expect(sorted(results)).toEqual([[['a', 1], ['b', 1]], [['a', 3], ['c', 1], ['x', 1]], [['a', 4], ['c', 1], ['x', 1]]])
  })

  test('a State is good for its call only', async () => {
    const results = await testStream<[Pair], string[]>([[ones('a', 'b')]],
      ([p]) => p.mapPartitions(pairs => [...pairs]).mapWithState(StateSpec.function((_key: string, value: number | undefined, state: State<number>) => {
        state.update(value!)
        return { state }
      })).map(({ state }) => (['exists', 'get', 'getOption', 'remove', 'isTimingOut'] as const).map(method => {
        try { return String(state[method]()) } catch (error) { return String(error) }
      })), { master, partitions: 1, conf: { 'spark.default.parallelism': '1' } })
    for (const texts of results[0]!) {
      expect(texts).toHaveLength(5)
      for (const text of texts) expect(text).toMatch(/^IllegalStateError: State\.\w+: this State belongs to a call that has returned/)
    }
    expect(results[0]).toHaveLength(2)
  })

  test('what a State refuses fails the task, with the operator and its line', async () => {
    const misuse = (f: (state: State<number>) => void): Promise<any> => failure(testStream<[Pair], unknown>([[ones('a')]],
      ([p]) => p.mapWithState(StateSpec.function((_key: string, _value: number | undefined, state: State<number>) => f(state))), { master }))
    expect((await misuse(state => state.get())).message).toMatch(/mapWithState at map-with-state-dstream\.spec.*State is not set/)
    expect((await misuse(state => { state.remove(); state.update(1) })).message).toMatch(/Cannot update the state after it has been removed/)
  })

  test('has the partitions that were asked for; the later call counts', async () => {
    const partitions = async (set: (spec: StateSpec<string, number, number, Pair>) => unknown): Promise<number[]> => {
      const spec = summing()
      set(spec)
      return (await testStream<[Pair], unknown>([[ones('a')]], ([p]) => p.mapWithState(spec).glom(), { master, conf: { 'spark.default.parallelism': '4' } }))
        .map(batch => batch.length)
    }
    expect(await partitions(() => undefined)).toEqual([4])
    expect(await partitions(spec => spec.numPartitions(3))).toEqual([3])
    expect(await partitions(spec => spec.numPartitions(3).partitioner(new HashPartitioner(2)))).toEqual([2])
    expect(await partitions(spec => spec.partitioner(new HashPartitioner(2)).numPartitions(5))).toEqual([5])
  })

  itNamesItsLine<Pair>(master, 'mapWithState', 'map-with-state-dstream.spec.ts', [['a', 1]], pairs => pairs.mapWithState(StateSpec.function(boom)))

  test('it needs a checkpoint folder, and says so at the start', async () => {
    await withStreaming(master, async ({ ssc }) => {
      ssc.queueStream([ones('a')]).mapWithState(summing()).print()
      expect(await failure(ssc.start())).toMatchObject({
        name: 'IllegalArgumentError', at: expect.stringMatching(/^mapWithState at map-with-state-dstream\.spec/),
        message: 'The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().',
      })
    })
  })

  test('uid and checkpoint are said of the state, persist of the results', async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc }) => {
      ssc.checkpoint(folder)
      const said: MapWithStateDStream<string, number, number, Pair> = ssc.queueStream([ones('a')]).mapWithState(summing())
      const [state] = said.dependencies
      expect(said.storageLevel).toBe(StorageLevel.NONE)
      expect(said.uid('sums').checkpoint(Seconds(4)).persist(StorageLevel.MEMORY_AND_DISK)).toBe(said)
      expect([state!.ownId, state!.checkpointDuration?.milliseconds, said.ownId, said.checkpointDuration, said.storageLevel])
        .toEqual(['sums', 4000, undefined, undefined, StorageLevel.MEMORY_AND_DISK])
      said.print()
      await ssc.start()
      expect(thrown(() => said.checkpoint(Seconds(2)))).toMatchObject({ name: 'UnsupportedOperationError' })
    }))
  })

  test('wrong arguments are refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const pairs = ssc.queueStream([ones('a')])
      expect(thrown(() => pairs.mapWithState(sum as never))).toMatchObject({
        name: 'IllegalArgumentError', message: expect.stringMatching(/^mapWithState: it takes a StateSpec, got a function \(sum\)/),
        at: expect.stringMatching(/^mapWithState at map-with-state-dstream\.spec/),
      })
    })
  })
})
