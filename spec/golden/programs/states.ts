/** Running totals by updateStateByKey, and visits with a time-out by mapWithState. */
import { Seconds, StateSpec, type State } from '../../../lib/index'
import type { ReferenceState } from '../../support/reference-stream'
import { golden } from '../golden'

type Pair = [string, number]

const input: (Pair[] | undefined)[] = [undefined, [['a', 1], ['b', 2]], [], [['a', 3], ['a', 4], ['c', 9]], undefined, [['c', -9]]]

export const updateStateByKey = golden<[Pair], Pair>({
  name: 'updateStateByKey, a key at 0 dropped',
  inputs: [input],
  build: ([pairs]) => pairs.updateStateByKey<string, number, number>((values, total) => {
    const next = values.reduce((a, b) => a + b, total ?? 0)
    return next === 0 ? undefined : next
  }),
  expected: [
    [['a', 1], ['b', 2]], [['a', 1], ['b', 2]], [['a', 8], ['b', 2], ['c', 9]], [['a', 8], ['b', 2], ['c', 9]], [['a', 8], ['b', 2]],
  ],
  interpret: ([pairs]) => pairs.updateStateByKey((values, total: number | undefined) => {
    const next = values.reduce((a, b) => a + b, total ?? 0)
    return next === 0 ? undefined : next
  }),
})

export const mapWithState = golden<[Pair], string>({
  name: 'mapWithState with a time-out',
  inputs: [input],
  build: ([pairs]) => pairs.mapWithState(StateSpec.function((key: string, value: number | undefined, state: State<number>) => {
    if (state.isTimingOut()) return `${key} left at ${state.get()}`
    state.update((state.getOption() ?? 0) + value!)
    return `${key} is at ${state.get()}`
  }).timeout(Seconds(2))),
  batches: 8,
  expected: [
    [], ['a is at 1', 'b is at 2'], [], ['a is at 4', 'a is at 8', 'c is at 9'], ['b left at 2'], ['c is at 0'], ['a left at 8'], [],
  ],
  interpret: ([pairs]) => pairs.mapWithState((_, key, value, state: ReferenceState<number>) => {
    if (state.isTimingOut()) return `${key} left at ${state.get()}`
    state.update((state.getOption() ?? 0) + value!)
    return `${key} is at ${state.get()}`
  }, { timeout: Seconds(2) }).mapped,
})
