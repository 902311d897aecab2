/**
 * The values that one side of a join has for each key. The other side runs past them, so its order is the
 * order of the result, whichever of these ways was cheaper:
 *  - all of it is grouped, and when the same array comes a second time (the fixed side of a stream's join)
 *    its groups are kept, so that a batch costs what the batch holds. They live as long as the array, which
 *    nobody changes.
 *  - the side that runs past is much the smaller: only the values of its keys are gathered.
 */
import { KeyMap } from '../../base/key-map'
import { requirePair } from './combining-map'

export type Groups = KeyMap<unknown, unknown[]>

const usedBefore = new WeakSet<object>()
const kept = new WeakMap<object, Groups>()

/** Gathering looks every pair up, grouping makes an entry for most: about so many times dearer. */
const groupingCost = 3

/** All values of `pairs` by key. */
export function groupsOf(pairs: Iterable<unknown>, operator: string): Groups {
  const known = kept.get(pairs)
  if (known !== undefined) return known
  const groups: Groups = new KeyMap()
  for (const pair of pairs) {
    requirePair(pair, operator)
    const values = groups.get(pair[0])
    if (values === undefined) groups.set(pair[0], [pair[1]])
    else values.push(pair[1])
  }
  if (Array.isArray(pairs)) {
    if (usedBefore.has(pairs)) kept.set(pairs, groups)
    else usedBefore.add(pairs)
  }
  return groups
}

/**
 * The values of `pairs` by key, of the keys of `wanted` at least; a key without values may have an empty
 * array.
 */
export function groupsFor(wanted: Iterable<unknown>, pairs: Iterable<unknown>, operator: string): Groups {
  const isGathered = Array.isArray(wanted) && Array.isArray(pairs) && !usedBefore.has(pairs)
    && wanted.length * groupingCost < pairs.length
  if (!isGathered) return groupsOf(pairs, operator)
  usedBefore.add(pairs)
  const groups: Groups = new KeyMap()
  for (const pair of wanted) {
    requirePair(pair, operator)
    if (!groups.has(pair[0])) groups.set(pair[0], [])
  }
  for (const pair of pairs) {
    requirePair(pair, operator)
    groups.get(pair[0])?.push(pair[1])
  }
  return groups
}
