/**
 * The names under which states are found again: the name that `uid` gave, or the operator and its number among those of
 * its kind, in the order in which the program defines them.
 */
import { IllegalArgumentError } from '../../base/errors'
import type { StateDStream } from './state-dstream'

/** Names all of them. Throws IllegalArgumentError when two have one uid. */
export function nameStores(states: readonly StateDStream[]): void {
  const counts = new Map<string, number>()
  const owners = new Map<string, StateDStream>()
  for (const state of states) {
    const number = counts.get(state.operator) ?? 0
    counts.set(state.operator, number + 1)
    state.store = state.ownId ?? `${state.operator}-${number}`
    const other = owners.get(state.store)
    if (other !== undefined) {
      throw new IllegalArgumentError(`uid('${state.store}') names two states: ${other.site} and ${state.site}`, {
        at: state.site.toString(), hint: 'Give each its own uid.',
      })
    }
    owners.set(state.store, state)
  }
}
