/**
 * The four joins of two partitions that hold the same keys: one side is grouped by key, the other runs past
 * it. Every combination of a key's values comes out, in the order of the left side (of the right one in a
 * right outer join); an outer side keeps its keys that have no partner, with undefined in the partner's
 * place.
 */
import { named } from '../../base/call-site'
import type { Partitioning } from '../partitioner'
import type { RDD } from '../rdd'
import { requirePair } from './combining-map'
import { groupsFor, groupsOf } from './groups'
import { defineAligned, placedAlike, requireOther } from './placed-alike'

export type JoinKind = 'join' | 'leftOuterJoin' | 'rightOuterJoin' | 'fullOuterJoin'

interface JoinArguments { readonly kind: JoinKind }

type Pairs = Iterable<unknown>
type Joined = [key: unknown, values: [left: unknown, right: unknown]]

export const joinNode = defineAligned<JoinArguments>('join', ({ kind }, [left, right]) => ({
  // Opened anew each time: what reads this partition may read it twice.
  [Symbol.iterator]: () => joinPartitions(kind, left!, right!),
}))

/** The join of two RDDs: what each of the four operators is made of. */
export function joined(
  kind: JoinKind, rdd: RDD<any>, other: unknown, partitioning: Partitioning | undefined,
): RDD<any> {
  return named(kind, () => {
    const { parents, partitioner } = placedAlike(kind, [rdd, requireOther(kind, rdd, other)], partitioning)
    return rdd.derive(joinNode, { kind }, { parents, partitioner })
  })
}

function joinPartitions(kind: JoinKind, left: Pairs, right: Pairs): Iterator<Joined> {
  switch (kind) {
    case 'join': return leftPast(left, right, kind, false)
    case 'leftOuterJoin': return leftPast(left, right, kind, true)
    case 'rightOuterJoin': return rightPast(left, right)
    case 'fullOuterJoin': return fullOuter(left, right)
  }
}

/** The left side runs past the groups of the right one. */
function* leftPast(left: Pairs, right: Pairs, kind: JoinKind, isOuter: boolean): Generator<Joined> {
  const groups = groupsFor(left, right, kind)
  for (const pair of left) {
    requirePair(pair, kind)
    const values = groups.get(pair[0])
    if (values !== undefined && values.length > 0) {
      for (const value of values) yield [pair[0], [pair[1], value]]
    } else if (isOuter) yield [pair[0], [pair[1], undefined]]
  }
}

/** The right side runs past the groups of the left one. */
function* rightPast(left: Pairs, right: Pairs): Generator<Joined> {
  const groups = groupsFor(right, left, 'rightOuterJoin')
  for (const pair of right) {
    requirePair(pair, 'rightOuterJoin')
    const values = groups.get(pair[0])
    if (values !== undefined && values.length > 0) {
      for (const value of values) yield [pair[0], [value, pair[1]]]
    } else yield [pair[0], [undefined, pair[1]]]
  }
}

function* fullOuter(left: Pairs, right: Pairs): Generator<Joined> {
  const groups = groupsOf(right, 'fullOuterJoin')
  const met = new Set<unknown[]>()
  for (const pair of left) {
    requirePair(pair, 'fullOuterJoin')
    const values = groups.get(pair[0])
    if (values === undefined) {
      yield [pair[0], [pair[1], undefined]]
      continue
    }
    met.add(values)
    for (const value of values) yield [pair[0], [pair[1], value]]
  }
  for (const [key, values] of groups) {
    if (!met.has(values)) for (const value of values) yield [key, [undefined, value]]
  }
}
