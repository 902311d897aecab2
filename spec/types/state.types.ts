/** The types of stateful streams, as a user writes them: keys and values are known from the stream, states are said once. */
import { HashPartitioner, Minutes, StateSpec, type DStream, type MapWithStateDStream, type RDD, type State, type Time } from '../../lib/index'
import { is } from './same'

declare const pairs: DStream<[string, number]>
declare const words: DStream<string>
declare const states: RDD<[string, { count: number }]>
declare const wrongStates: RDD<[number, number]>

export function updating(): void {
  const totals = pairs.updateStateByKey((values, total: number | undefined) => (total ?? 0) + values.length)
  is<DStream<[string, number]>>()(totals)
  const dropped = pairs.updateStateByKey((values, total: number | undefined) => values.length === 0 ? undefined : total ?? 1, 4)
  is<DStream<[string, number]>>()(dropped)
  const said = pairs.updateStateByKey<number>((values, total = 0) => total + values.length)
  is<DStream<[string, number]>>()(said)
  const objects = pairs.updateStateByKey((values, state) => ({ count: values.length + (state?.count ?? 0) }), new HashPartitioner(2), states)
  is<DStream<[string, { count: number }]>>()(objects)
  const timed = pairs.updateStateByKey((time: Time, key, values, last: string | undefined) => `${last}${key}${values[0]! + time.milliseconds}`, { form: 'timed' })
  is<DStream<[string, string]>>()(timed)
  const iterated = pairs.updateStateByKey(function* (entries): Generator<[string, bigint]> {
    for (const [key, values] of entries) yield [key, BigInt(values.length)]
  }, { form: 'iterator', rememberPartitioner: true })
  is<DStream<[string, bigint]>>()(iterated)
}

export function mapping(): void {
  const sums = pairs.mapWithState(StateSpec.function((word, one, state: State<number>) => {
    is<string>()(word)
    is<number | undefined>()(one)
    is<number | undefined>()(state.getOption())
    return [word, state.get()]
  }))
  is<MapWithStateDStream<string, number, number, [string, number]>>()(sums)
  is<DStream<[string, number]>>()(sums.stateSnapshots())
  const first: DStream<[string, number]> = sums
  is<DStream<[string, number]>>()(first)
  const spec = StateSpec.function((word: string, one: number | undefined, state: State<boolean>) => `${word}${one}${state.exists()}`)
    .timeout(Minutes(1)).numPartitions(3)
  is<StateSpec<string, number, boolean, string>>()(spec)
  is<MapWithStateDStream<string, number, boolean, string>>()(pairs.mapWithState(spec))
  const timed = pairs.mapWithState(StateSpec.timedFunction((time, key, value, state: State<number>) => {
    is<Time>()(time)
    is<string>()(key)
    is<number | undefined>()(value)
    return state.exists() ? time.milliseconds : undefined
  }))
  is<MapWithStateDStream<string, number, number, number>>()(timed)
  const later = StateSpec.timedFunction((_time: Time, key: string, value: number | undefined, state: State<number>) => (
    state.exists() ? [key, value] : undefined))
  is<StateSpec<string, number, number, [string, number | undefined]>>()(later)
  const overloaded = StateSpec.function((_time: Time, key: string, _value: number | undefined, _state: State<number>) => `${key}!`)
  is<StateSpec<string, number, number, string>>()(overloaded)
}

export function mistakes(): void {
  // @ts-expect-error updateStateByKey needs pairs
  words.updateStateByKey((values, state: number | undefined) => state)
  // @ts-expect-error mapWithState needs pairs
  words.mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => state.get()))
  // @ts-expect-error the values are numbers
  pairs.mapWithState(StateSpec.function((key: string, value: string | undefined, state: State<number>) => state.get()))
  // @ts-expect-error the state is not kept as text
  pairs.updateStateByKey((values, total: number | undefined) => `${total}`)
  // @ts-expect-error the initial states have keys of the stream
  pairs.updateStateByKey((values, total: number | undefined) => total, 2, wrongStates)
  // @ts-expect-error seconds or milliseconds?
  StateSpec.function((key: string, value: number | undefined, state: State<number>) => state.get()).timeout(30)
  // @ts-expect-error the initial states have keys of the function
  StateSpec.function((key: string, value: number | undefined, state: State<number>) => state.get()).initialState(wrongStates)
  const spec = StateSpec.function((key: string, _value: number | undefined, state: State<number>) => {
    // @ts-expect-error the state is a number
    state.update('1')
    return key
  })
  // @ts-expect-error a function, not a specification
  pairs.mapWithState((key: string) => key)
  pairs.mapWithState(spec)
}
