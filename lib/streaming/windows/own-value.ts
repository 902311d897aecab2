/**
 * Values that a window keeps for later slides are its own: a function that changes what it is given, or a reader that
 * changes what it gets, never changes the window.
 */
import { copyValue } from '../../rdd/zero-value'

/** A copy that nobody else has; the value itself where it cannot be changed. */
export function ownCopy<V>(value: V): V {
  if (typeof value !== 'object' || value === null) return value
  return isFlatArray(value) ? value.slice() as V : copyValue(value)
}

/** The usual case of sums and counts side by side. */
function isFlatArray(value: object): value is unknown[] {
  if (!Array.isArray(value)) return false
  for (let i = 0; i < value.length; i++) if (typeof value[i] === 'object') return false
  return true
}

/** `f` of copies. */
export function merge(f: (a: any, b: any) => any, a: unknown, b: unknown): unknown { return f(ownCopy(a), ownCopy(b)) }
