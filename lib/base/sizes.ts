/**
 * How much memory a value takes, roughly (within a factor of two for ordinary data) and fast: long
 * collections are sampled, no value is counted twice in one call, and the work is bounded whatever the value.
 */
import { types } from 'node:util'

const wordBytes = 8
const stringHeaderBytes = 16
const heapNumberBytes = 16
const objectHeaderBytes = 24
const arrayHeaderBytes = 32
const dateBytes = 96
const bufferHeaderBytes = 200
const mapEntryBytes = 40
const emptyMapBytes = 200
const functionBytes = 64
/** With more fields an object is a hash table. */
const dictionaryFieldsMin = 128
/**
 * Longer collections are judged by so many of their elements, evenly spread: the first number holds for the value
 * itself, the next for collections in it, and so on, for samples of samples multiply.
 */
const samplesMax = [64, 16, 8, 4]
/** No call looks at more objects than this; the rest is taken to be like them. */
const objectsMax = 10_000

interface Pending {
  readonly value: object
  /** How many objects this one stands for. */
  readonly weight: number
  readonly depth: number
}

/** The approximate bytes that `value` and all it refers to take on the heap. */
export function estimateSizeBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return primitiveBytes(value)
  return shallowPairBytes(value) ?? new Estimate().of(value)
}

/** What almost every record is: a short array of primitives. undefined for anything else. */
function shallowPairBytes(value: object): number | undefined {
  if (!Array.isArray(value) || value.length > samplesOf(0)) return undefined
  let sizeBytes = arrayHeaderBytes
  for (let i = 0; i < value.length; i++) {
    const element: unknown = value[i]
    if (typeof element === 'object' && element !== null) return undefined
    sizeBytes += slotBytes(element)
  }
  return sizeBytes
}

/** Level by level, so that what is left over at the limit is like what was seen last. */
class Estimate {
  private readonly seen = new Set<object>()
  private readonly pending: Pending[] = []
  private sizeBytes = 0

  of(value: object): number {
    this.pending.push({ value, weight: 1, depth: 0 })
    let weightSeen = 0
    let index = 0
    for (; index < this.pending.length && this.seen.size < objectsMax; index++) {
      const next = this.pending[index]!
      if (this.seen.has(next.value)) continue
      this.seen.add(next.value)
      weightSeen += next.weight
      this.sizeBytes += next.weight * this.shallowBytes(next)
    }
    const weightLeft = this.pending.slice(index).reduce((sum, next) => sum + next.weight, 0)
    return Math.round(this.sizeBytes * (1 + weightLeft / weightSeen))
  }

  /** The bytes of one object with its slots; objects in the slots are put on the list. */
  private shallowBytes(owner: Pending): number {
    const value = owner.value
    if (Array.isArray(value)) return arrayHeaderBytes + this.slotsBytes(owner, value.length, index => value[index])
    if (types.isTypedArray(value) || types.isAnyArrayBuffer(value) || types.isDataView(value)) {
      return bufferHeaderBytes + value.byteLength
    }
    if (types.isDate(value)) return dateBytes
    if (types.isMap(value) || types.isSet(value)) {
      const keys = types.isMap(value) ? this.entriesBytes(owner, value.keys(), value.size) : 0
      return emptyMapBytes + value.size * mapEntryBytes + keys + this.entriesBytes(owner, value.values(), value.size)
    }
    const names = Object.keys(value)
    const dictionaryBytes = names.length > dictionaryFieldsMin ? names.length * 3 * wordBytes : 0
    // A descriptor, not a read: a getter must not run only because somebody wants to know a size.
    const valueAt = (index: number) => Object.getOwnPropertyDescriptor(value, names[index]!)?.value
    return objectHeaderBytes + dictionaryBytes + this.slotsBytes(owner, names.length, valueAt)
  }

  private slotsBytes(owner: Pending, length: number, valueAt: (index: number) => unknown): number {
    const count = Math.min(length, samplesOf(owner.depth))
    let sizeBytes = 0
    for (let i = 0; i < count; i++) sizeBytes += this.slot(owner, valueAt(Math.floor(i * length / count)), length / count)
    return count === 0 ? 0 : sizeBytes * length / count
  }

  /** The first entries stand for all: a Map cannot be entered in the middle. */
  private entriesBytes(owner: Pending, values: Iterable<unknown>, length: number): number {
    const first: unknown[] = []
    for (const value of values) {
      if (first.push(value) >= samplesOf(owner.depth)) break
    }
    let sizeBytes = 0
    for (const value of first) sizeBytes += this.slot(owner, value, length / first.length)
    return first.length === 0 ? 0 : sizeBytes * length / first.length
  }

  private slot(owner: Pending, value: unknown, count: number): number {
    if (typeof value !== 'object' || value === null) return slotBytes(value)
    this.pending.push({ value, weight: owner.weight * count, depth: owner.depth + 1 })
    return wordBytes
  }
}

function samplesOf(depth: number): number { return samplesMax[Math.min(depth, samplesMax.length - 1)]! }

/** A slot of an array or object with what is in it, when that is no object. */
function slotBytes(value: unknown): number {
  const isSmall = typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31
  return isSmall ? wordBytes : wordBytes + primitiveBytes(value)
}

function primitiveBytes(value: unknown): number {
  switch (typeof value) {
    case 'string': return stringHeaderBytes + value.length * unitBytes(value)
    case 'number': return heapNumberBytes
    case 'bigint': return heapNumberBytes + Math.ceil(bitsOf(value) / 64) * wordBytes
    case 'function': return functionBytes
    default: return 0
  }
}

/** V8 stores a text in one byte a unit only when all of it is Latin; a look at some places tells most. */
function unitBytes(text: string): number {
  const step = Math.max(1, Math.floor((text.length - 1) / 8) | 1)
  for (let i = 0; i < text.length; i += step) {
    if (text.charCodeAt(i) > 0xff) return 2
  }
  return 1
}

function bitsOf(value: bigint): number {
  if (BigInt.asIntN(64, value) === value) return 64
  return value.toString(16).length * 4
}
