/**
 * Orders of pairs by their keys. The natural ones are made once, so that every batch sorts with the same
 * function.
 */
import { compareNatural } from '../../base/compare'

export type KeyOrder = (a: readonly [any, any], b: readonly [any, any]) => number

const byKey: KeyOrder = (a, b) => compareNatural(a[0], b[0])
const byKeyDescending: KeyOrder = (a, b) => compareNatural(b[0], a[0])

/** The order of pairs that `compare` makes of their keys; without one, the natural order. */
export function keyOrder(ascending: boolean, compare: ((a: any, b: any) => number) | undefined): KeyOrder {
  if (compare === undefined) return ascending ? byKey : byKeyDescending
  return ascending ? (a, b) => compare(a[0], b[0]) : (a, b) => compare(b[0], a[0])
}
