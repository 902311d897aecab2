/**
 * Keys by structure: one hash, the same in every thread, process and run, and one equality that agrees with
 * it. NaN equals NaN, -0 equals 0, and 1, 1n, '1' and true are four keys. Who hashes millions of keys calls
 * hashKey directly: its first lines are all that strings and numbers pass.
 */
import * as os from 'node:os'
import { CallSite } from './call-site'
import { MillraceError } from './errors'
import { bytesOf, isPrimitiveKey, keyKind, refusalOf, tooDeep } from './key-kinds'
import { limits } from './limits'

/**
 * Where the hash of a string starts, for loops that hash bytes without making the string: for each byte below
 * 128, `h = Math.imul(h ^ byte, stringHashPrime)`, then `finishHash(h)`. Other text must be decoded first.
 */
export const stringHashSeed = 0x811c9dc5 | 0
export const stringHashPrime = 0x01000193

const bigintSeed = 0x3c6ef372
const doubleSeed = 0x1b873593
const trueHash = 0x4cf5ad43
const falseHash = 0x2745937f
const nullHash = 0x38b34ae5
const undefinedHash = 0x61c88647
const nanHash = 0x7ff80000
const arraySeed = 0x2c1b3c6d
const objectSeed = 0x297a2d39
const dateSeed = 0x165667b1

/**
 * The hash of a key: a whole number from 0 to 2^31 - 1. Equal keys (equalKeys) have equal hashes.
 * @throws MillraceError MR_KEY_REFUSED for what cannot be a key
 */
export function hashKey(key: unknown): number {
  if (typeof key === 'string') return hashString(key)
  if (typeof key === 'number' && (key | 0) === key) return finishHash(key)
  return hashOther(key, 0)
}

/** The last step of every hash: spreads every input bit over all 31 output bits. */
export function finishHash(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) & 0x7fffffff
}

/** Both are the same key. Values that cannot be keys equal only themselves. */
export function equalKeys(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a !== a && b !== b
  return equalObjects(a, b, 0)
}

export { isPrimitiveKey }

/**
 * Refuses what cannot be a key.
 * @param operator who asks, as `reduceByKey`; it stands in the error
 * @throws MillraceError MR_KEY_REFUSED
 */
export function checkKey(key: unknown, operator: string): void {
  if (isPrimitiveKey(key)) return
  const refusal = refusalOf(key)
  if (refusal !== undefined) throw keyRefused(refusal, operator)
}

function hashString(text: string): number {
  let h = stringHashSeed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), stringHashPrime)
  return finishHash(h)
}

function hashOther(key: unknown, depth: number): number {
  switch (typeof key) {
    case 'string': return hashString(key)
    case 'number': return hashNumber(key)
    case 'boolean': return key ? trueHash : falseHash
    case 'undefined': return undefinedHash
    case 'bigint': return hashBigint(key)
    case 'object': return key === null ? nullHash : hashObject(key, depth)
    default: throw keyRefused(refusalOf(key)!)
  }
}

const doubleValue = new Float64Array(1)
const doubleWords = new Int32Array(doubleValue.buffer)
const lowWord = os.endianness() === 'LE' ? 0 : 1

function hashNumber(value: number): number {
  if ((value | 0) === value) return finishHash(value)
  if (value !== value) return nanHash
  doubleValue[0] = value
  const low = Math.imul(doubleWords[lowWord]! ^ doubleSeed, 0xcc9e2d51)
  return finishHash(combine(low, doubleWords[1 - lowWord]!))
}

function hashBigint(value: bigint): number {
  const small = BigInt.asIntN(32, value)
  const h = small === value ? Number(small) : hashString(value.toString(16))
  return finishHash(h ^ bigintSeed)
}

function hashObject(key: object, depth: number): number {
  if (depth > limits.keyDepthMax) throw keyRefused(tooDeep)
  if (Array.isArray(key)) return hashArray(key, depth + 1)
  switch (keyKind(key)) {
    case 'plain': return hashFields(key, objectSeed, depth + 1)
    case 'instance': return hashFields(key, hashString(className(key)), depth + 1)
    case 'date': return finishHash(hashNumber((key as Date).getTime()) ^ dateSeed)
    case 'bytes': return hashBytes(bytesOf(key))
    case 'numbers': return hashNumbers(key as ArrayLike<number | bigint> & object)
    case 'refused': throw keyRefused(refusalOf(key)!)
  }
}

/** The constructor itself is another function in every process; its name is the same. */
function className(key: object): string { return String(Object.getPrototypeOf(key).constructor?.name) }

function hashArray(key: readonly unknown[], depth: number): number {
  let h = arraySeed ^ key.length
  for (let i = 0; i < key.length; i++) {
    const element = key[i]
    h = combine(h, typeof element === 'string' ? hashString(element) : hashOther(element, depth))
  }
  return finishHash(h)
}

/** A sum, so that the order in which an object got its fields does not count. */
function hashFields(key: object, seed: number, depth: number): number {
  let sum = 0
  const names = Object.keys(key)
  for (const name of names) {
    sum = (sum + finishHash(combine(hashString(name), hashOther((key as any)[name], depth)))) | 0
  }
  return finishHash(combine(seed ^ names.length, sum))
}

function hashBytes(bytes: Uint8Array): number {
  let h = stringHashSeed ^ bytes.length
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ bytes[i]!, stringHashPrime)
  return finishHash(h)
}

function hashNumbers(key: ArrayLike<number | bigint> & object): number {
  let h = hashString(Object.prototype.toString.call(key)) ^ key.length
  for (let i = 0; i < key.length; i++) h = combine(h, hashOther(key[i], 0))
  return finishHash(h)
}

function combine(h: number, next: number): number {
  h = h ^ Math.imul(next, 0x1b873593)
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0x6b64e654) | 0
}

function equalObjects(a: object, b: object, depth: number): boolean {
  if (depth > limits.keyDepthMax) throw keyRefused(tooDeep)
  if (Array.isArray(a)) return Array.isArray(b) && equalArrays(a, b, depth + 1)
  const kind = keyKind(a)
  if (Array.isArray(b) || kind !== keyKind(b)) return false
  switch (kind) {
    case 'plain': return equalFields(a, b, depth + 1)
    case 'instance': return Object.getPrototypeOf(a) === Object.getPrototypeOf(b)
      && equalFields(a, b, depth + 1)
    case 'date': return equalKeys((a as Date).getTime(), (b as Date).getTime())
    case 'bytes': return Buffer.compare(bytesOf(a), bytesOf(b)) === 0
    case 'numbers': return Object.prototype.toString.call(a) === Object.prototype.toString.call(b)
      && equalArrays(a as any, b as any, depth)
    case 'refused': return false
  }
}

function equalWithin(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a !== a && b !== b
  return equalObjects(a, b, depth)
}

function equalArrays(a: readonly unknown[], b: readonly unknown[], depth: number): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (!equalWithin(a[i], b[i], depth)) return false
  }
  return true
}

function equalFields(a: object, b: object, depth: number): boolean {
  const names = Object.keys(a)
  if (Object.keys(b).length !== names.length) return false
  for (const name of names) {
    if (!Object.prototype.propertyIsEnumerable.call(b, name)) return false
    if (!equalWithin((a as any)[name], (b as any)[name], depth)) return false
  }
  return true
}

function keyRefused(refusal: string, operator?: string): MillraceError {
  const message = `${refusal} cannot be a key${operator === undefined ? '' : ` of ${operator}`}`
  return new MillraceError('MR_KEY_REFUSED', message, {
    hint: 'A key is a string, number, bigint, boolean, null, Date, bytes, or an array or object of these.',
    ...(operator === undefined ? {} : { at: CallSite.capture(operator).toString() }),
  })
}
