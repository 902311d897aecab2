/**
 * Shapes: the key lists that many objects share. A message names each list once. The table lives as long as
 * the process and is bounded; objects that are used as dictionaries, whose keys never come again, are left
 * out of it.
 */
const keysMax = 64
const shapesMax = 4_096
/** After so many objects in a row with keys that were never seen, a message writes keys in place. */
const missesMax = 64

export interface Shape {
  readonly keys: readonly string[]
  /** The message in which the shape was named last, and its number there. */
  message: number
  number: number
}

const byFirstKey = new Map<string, Shape[]>()
let shapesCount = 0
let misses = 0

/** Forgets that objects had unknown keys: to be called once a message. */
export function forgetMisses(): void { misses = 0 }

/** The shape of objects with these keys, or undefined when their keys are to be written in place. */
export function shapeOf(keys: readonly string[]): Shape | undefined {
  const { length } = keys
  if (length === 0 || length > keysMax) return undefined
  const candidates = byFirstKey.get(keys[0]!)
  if (candidates !== undefined) {
    search: for (const shape of candidates) {
      if (shape.keys.length !== length) continue
      for (let i = 0; i < length; i++) if (shape.keys[i] !== keys[i]) continue search
      misses = 0
      return shape
    }
  }
  if (++misses > missesMax) return undefined
  if (++shapesCount > shapesMax) {
    byFirstKey.clear()
    shapesCount = 1
  }
  const shape: Shape = { keys, message: 0, number: 0 }
  const list = byFirstKey.get(keys[0]!)
  if (list === undefined) byFirstKey.set(keys[0]!, [shape])
  else list.push(shape)
  return shape
}
