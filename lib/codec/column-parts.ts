/**
 * Questions about a batch before it becomes columns: what all its values have in common, and the parts that
 * records of one kind fall into. A part is taken only where a record is nothing but its parts.
 */
import { hasNamedProperties } from './value-kinds'

/** The values of one column. */
export type Values = ArrayLike<unknown>

/** A column that is not worth a dictionary below so many strings. */
const dictionaryCountMin = 32
const sampleMax = 1_024

/** True when all values are the same primitive. */
export function isConstant(values: Values, first: unknown): boolean {
  if (typeof first === 'object' ? first !== null : typeof first === 'function' || typeof first === 'symbol') return false
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], first)) return false
  return true
}

/**
 * True for an array that is nothing but its elements. Asking each for its other properties costs more than
 * all the rest, so that every array is asked for those of a RegExp match or a template, and a few for any.
 */
export function isPlainArray(value: unknown, index: number, count: number): value is unknown[] {
  if (!Array.isArray(value) || value.constructor !== Array) return false
  const array: unknown[] & { index?: unknown, raw?: unknown } = value
  if (array.index !== undefined || array.raw !== undefined) return false
  return (index > 8 && index % 1_024 !== 0 && index !== count - 1) || !hasNamedProperties(array)
}

/** The columns of arrays of two, or undefined when there is another value. */
export function pairParts(values: Values): [unknown[], unknown[]] | undefined {
  const { length } = values
  const firsts = new Array<unknown>(length)
  const seconds = new Array<unknown>(length)
  for (let i = 0; i < length; i++) {
    const pair = values[i]
    if (!isPlainArray(pair, i, length) || pair.length !== 2) return undefined
    const first = pair[0]
    const second = pair[1]
    if (first === undefined && !Object.hasOwn(pair, 0)) return undefined
    if (second === undefined && !Object.hasOwn(pair, 1)) return undefined
    firsts[i] = first
    seconds[i] = second
  }
  return [firsts, seconds]
}

/** As pairParts, for arrays of `size`. */
export function tupleParts(values: Values, size: number): unknown[][] | undefined {
  const { length } = values
  const columns = Array.from({ length: size }, () => new Array<unknown>(length))
  for (let i = 0; i < length; i++) {
    const tuple = values[i]
    if (!isPlainArray(tuple, i, length) || tuple.length !== size) return undefined
    for (let j = 0; j < size; j++) {
      const part = tuple[j]
      if (part === undefined && !Object.hasOwn(tuple, j)) return undefined
      columns[j]![i] = part
    }
  }
  return columns
}

/**
 * True when a record is part of itself, or two parts of one are the same object: columns would make two of
 * it.
 */
export function hasSharedParts(records: Values, columns: readonly unknown[][]): boolean {
  const earlier: Values[] = [records]
  for (const column of columns) {
    let hasObjects = false
    for (let i = 0; i < column.length; i++) {
      const part = column[i]
      if (typeof part !== 'object' || part === null) continue
      hasObjects = true
      for (let j = 0; j < earlier.length; j++) if (earlier[j]![i] === part) return true
    }
    if (hasObjects) earlier.push(column)
  }
  return false
}

/**
 * True when strings come so often that naming each once should pay. With D different ones, n drawn hold about
 * n²/2D that were drawn before: from how many a sample holds follows D. A sample of which half was drawn
 * before needs no formula.
 */
export function seemsRepeated(values: Values): boolean {
  const { length } = values
  if (length < dictionaryCountMin) return false
  const step = Math.max(1, Math.floor(length / sampleMax))
  const sample = new Set<unknown>()
  let count = 0
  for (let i = 0; i < length && count < sampleMax; i += step, count++) sample.add(values[i])
  const repeated = count - sample.size
  return repeated >= sample.size || (repeated > 0 && count * count / (2 * repeated) < length / 3)
}
