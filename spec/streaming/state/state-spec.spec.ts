/** StateSpec: each call returns it, the later of two counts, and what is wrong is refused at once. */
import { HashPartitioner, Minutes, Seconds, StateSpec, type State } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { thrown } from '../../support/operator-cases'

const f = (key: string, value: number | undefined, state: State<number>): string => `${key}${value}${state}`

describe('StateSpec', () => {
  test('each call returns the specification, and of calls of one kind the last counts', () => {
    const spec = StateSpec.function(f)
    expect(spec.timeout(Seconds(1)).timeout(Minutes(1)).partitioner(new HashPartitioner(7)).numPartitions(3)).toBe(spec)
    const { partitioner, timeoutMs, isTimed, f: held } = StateSpec.settingsOf(spec)
    expect([partitioner?.numPartitions, timeoutMs, isTimed]).toEqual([3, 60_000, false])
    expect(held('a', 1, 2)).toBe('a12')
  })

  test('four parameters are a function with the time, by whichever name it is made', () => {
    const timed = (_time: unknown, key: string, value: number | undefined, state: State<number>): string => f(key, value, state)
    expect(StateSpec.settingsOf(StateSpec.function(timed)).isTimed).toBe(true)
    expect(StateSpec.settingsOf(StateSpec.timedFunction(timed)).isTimed).toBe(true)
    expect(StateSpec.settingsOf(StateSpec.timedFunction(() => 1)).isTimed).toBe(true)
    expect(StateSpec.settingsOf(StateSpec.function(() => 1)).isTimed).toBe(false)
  })

  test('what is no function, duration, partitioner or RDD is refused with the line', () => {
    const spec = StateSpec.function(f)
    const message = (body: () => unknown): string => {
      const error = thrown(body)
      expect(error).toMatchObject({ name: 'IllegalArgumentError', at: expect.stringMatching(/ at state-spec\.spec\.ts:\d+$/) })
      return error.message
    }
    expect(message(() => StateSpec.function(5 as never))).toMatch(/StateSpec\.function: its argument must be a function, got 5/)
    expect(message(() => StateSpec.timedFunction(undefined as never))).toMatch(/StateSpec\.timedFunction: its argument must be a function, got undefined/)
    expect(message(() => StateSpec.function((async () => 1) as never))).toMatch(/is an async function/)
    expect(message(() => spec.timeout(30 as never))).toMatch(/the time-out must be a Duration, but got the bare number 30/)
    expect(message(() => spec.timeout(Seconds(-1)))).toMatch(/must be 0 ms or more/)
    expect(message(() => spec.numPartitions(0))).toMatch(/Number of partitions \(0\) must be positive/)
    expect(message(() => spec.partitioner(3 as never))).toMatch(/it takes a partitioner, got 3/)
    expect(message(() => spec.partitioner({} as never))).toMatch(/a partitioner/)
    expect(message(() => spec.initialState([['a', 1]] as never))).toMatch(/it takes an RDD of \[key, state\] pairs, got an array of 1/)
  })

  test.each(masters)('takes an RDD for the states to begin with, on %s', async master => {
    await withSpark(master, sc => {
      const states = sc.parallelize<[string, number]>([['a', 1]])
      expect(StateSpec.settingsOf(StateSpec.function(f).initialState(states)).initialStates).toBe(states)
    })
  })
})
