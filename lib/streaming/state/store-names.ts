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
    // Those that no checkpoint holds are counted apart: one more of them makes no other name of what one holds.
    const kind = state.isDurable ? state.operator : `${state.operator}-panes`
    const number = counts.get(kind) ?? 0
    counts.set(kind, number + 1)
    state.store = state.ownId ?? `${kind}-${number}`
    const other = owners.get(state.store)
    if (other !== undefined) {
      throw new IllegalArgumentError(`uid('${state.store}') names two states: ${other.site} and ${state.site}`, {
        at: state.site.toString(), hint: 'Give each its own uid.',
      })
    }
    owners.set(state.store, state)
  }
}
