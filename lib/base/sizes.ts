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
/** Longer collections are judged by so many of their elements, evenly spread. */
const samplesMax = 64
/** No call looks at more objects than this; the rest is taken to be like them. */
const objectsMax = 10_000

/** The approximate bytes that `value` and all it refers to take on the heap. */
export function estimateSizeBytes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return primitiveBytes(value)
  return shallowPairBytes(value) ?? new Estimate().of(value)
}

/** What almost every record is: a short array of primitives. undefined for anything else. */
function shallowPairBytes(value: object): number | undefined {
  if (!Array.isArray(value) || value.length > samplesMax) return undefined
  let sizeBytes = arrayHeaderBytes
  for (let i = 0; i < value.length; i++) {
    const element: unknown = value[i]
    if (typeof element === 'object' && element !== null) return undefined
    sizeBytes += slotBytes(element)
  }
  return sizeBytes
}

class Estimate {
  private readonly seen = new Set<object>()
  private readonly pending: { readonly value: object, readonly weight: number }[] = []
  private sizeBytes = 0

  of(value: object): number {
    this.pending.push({ value, weight: 1 })
    let weightDone = 0
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) {
      if (this.seen.has(next.value)) continue
      if (this.seen.size >= objectsMax) {
        const weightLeft = this.pending.reduce((sum, other) => sum + other.weight, next.weight)
        return Math.round(this.sizeBytes * (1 + weightLeft / weightDone))
      }
      this.seen.add(next.value)
      weightDone += next.weight
      this.sizeBytes += next.weight * this.shallowBytes(next.value, next.weight)
    }
    return Math.round(this.sizeBytes)
  }

  /** The bytes of one object with its slots; objects in the slots are put on the list. */
  private shallowBytes(value: object, weight: number): number {
    if (Array.isArray(value)) {
      return arrayHeaderBytes + this.spreadBytes(index => value[index], value.length, weight)
    }
    if (types.isTypedArray(value) || types.isAnyArrayBuffer(value) || types.isDataView(value)) {
      return bufferHeaderBytes + value.byteLength
    }
    if (types.isDate(value)) return dateBytes
    if (types.isMap(value)) {
      return emptyMapBytes + value.size * mapEntryBytes + this.sampled(value.keys(), value.size, weight)
        + this.sampled(value.values(), value.size, weight)
    }
    if (types.isSet(value)) {
      return emptyMapBytes + value.size * mapEntryBytes + this.sampled(value.values(), value.size, weight)
    }
    const names = Object.keys(value)
    const dictionaryBytes = names.length > samplesMax ? names.length * 3 * wordBytes : 0
    return objectHeaderBytes + dictionaryBytes + this.fieldsBytes(value, names, weight)
  }

  private fieldsBytes(value: object, names: readonly string[], weight: number): number {
    // A descriptor, not a read: a getter must not run only because somebody wants to know a size.
    const valueAt = (index: number) => Object.getOwnPropertyDescriptor(value, names[index]!)?.value
    return this.spreadBytes(valueAt, names.length, weight)
  }

  private spreadBytes(valueAt: (index: number) => unknown, length: number, weight: number): number {
    const step = Math.max(1, length / samplesMax)
    let sizeBytes = 0
    let count = 0
    for (let at = 0; Math.floor(at) < length; at += step, count++) {
      sizeBytes += this.slot(valueAt(Math.floor(at)), weight * step)
    }
    return count === 0 ? 0 : sizeBytes * length / count
  }

  private sampled(values: Iterable<unknown>, length: number, weight: number): number {
    const first: unknown[] = []
    for (const value of values) {
      if (first.push(value) >= samplesMax) break
    }
    let sizeBytes = 0
    for (const value of first) sizeBytes += this.slot(value, weight * length / first.length)
    return first.length === 0 ? 0 : sizeBytes * length / first.length
  }

  private slot(value: unknown, weight: number): number {
    if (typeof value !== 'object' || value === null) return slotBytes(value)
    this.pending.push({ value, weight })
    return wordBytes
  }
}

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

/** V8 stores text of Latin letters in one byte a unit; one look at both ends and the middle tells most. */
function unitBytes(text: string): number {
  const length = text.length
  const isWide = (index: number) => text.charCodeAt(index) > 0xff
  return length > 0 && (isWide(0) || isWide(length - 1) || isWide(length >>> 1)) ? 2 : 1
}

function bitsOf(value: bigint): number {
  if (BigInt.asIntN(64, value) === value) return 64
  return value.toString(16).length * 4
}
