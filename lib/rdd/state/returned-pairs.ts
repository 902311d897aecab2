/** What the iterator form of updateStateByKey returned: anything to iterate over, or an iterator as such. */
import { IllegalArgumentError } from '../../base/errors'
import { describe } from '../arguments'
import { requirePair } from '../pairs/combining-map'

/** Throws IllegalArgumentError for what is neither, and at an element that is no pair. */
export function* iterableOf(returned: any, operator: string): Generator<[unknown, unknown]> {
  for (const pair of opened(returned, operator)) {
    requirePair(pair, operator)
    yield pair
  }
}

function opened(returned: any, operator: string): Iterable<unknown> {
  if (typeof returned === 'object' && returned !== null) {
    if (typeof returned[Symbol.iterator] === 'function') return returned
    if (typeof returned.next === 'function') return { [Symbol.iterator]: () => returned }
  }
  throw new IllegalArgumentError(`the function of ${operator} must return [key, state] pairs to iterate over, it returned ${describe(returned)}`, {
    hint: "With { form: 'iterator' } write it as function* (entries) { for (const [key, values, state] of entries) yield [key, ...] }.",
  })
}
