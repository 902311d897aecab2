/**
 * HyperLogLog: how many different values there were, in a few kilobytes, within a known error. A value's hash
 * picks a register by its low bits; a register keeps the longest run of zeros that the rest of a hash began
 * with. While there are few values their hashes themselves are kept, so that small counts are exact.
 *
 *   hash, 31 bits:  [ 31 - p bits: rank = leading zeros + 1 ][ p bits: register ]
 */
import { IllegalArgumentError } from './errors'
import { hashKey } from './keys'

const hashBits = 31
const hashCount = 2 ** hashBits
const precisionMin = 4
const precisionMax = 22
/** Hashes are kept as they are until there is one for so many registers: a Set entry weighs as much. */
const registersPerHash = 32
const hashesMin = 16

/**
 * Counts different values approximately; values are the same when they are the same key (by structure).
 * Sketches of parts merge into the sketch of the whole.
 * @example
 * ```
 * const sketch = new HyperLogLog(HyperLogLog.precisionFor(0.02))
 * for (const word of words) sketch.add(word)
 * console.log(sketch.estimate())
 * ```
 */
export class HyperLogLog {
  private hashes: Set<number> | undefined = new Set()
  private registers: Uint8Array | undefined

  /** @throws IllegalArgumentError when `precision`, the logarithm of the register count, is not 4 to 22 */
  constructor(readonly precision: number) {
    if (!Number.isInteger(precision) || precision < precisionMin || precision > precisionMax) {
      throw new IllegalArgumentError(`p (${precision}) must be >= ${precisionMin} and <= ${precisionMax}`)
    }
  }

  /**
   * The precision at which the standard error is at most `relativeSD`.
   * @throws IllegalArgumentError when that takes more than 2^22 registers
   */
  static precisionFor(relativeSD: number): number {
    const precision = Math.ceil(2 * Math.log2(1.054 / relativeSD))
    if (!(relativeSD > 0) || precision > precisionMax) {
      const least = 1.054 / 2 ** (precisionMax / 2)
      throw new IllegalArgumentError(`accuracy (${relativeSD}) must be greater than ${least}`, {
        hint: 'relativeSD is the standard error as a fraction: 0.05 means 5 %.',
      })
    }
    return Math.max(precision, precisionMin)
  }

  /** Throws MillraceError MR_KEY_REFUSED for what has no identity: functions, symbols, sockets. */
  add(value: unknown): void { this.addHash(hashKey(value)) }

  private addHash(hash: number): void {
    if (this.hashes === undefined) return this.register(hash)
    this.hashes.add(hash)
    if (this.hashes.size > Math.max(hashesMin, 2 ** this.precision / registersPerHash)) this.toRegisters()
  }

  private toRegisters(): void {
    const hashes = this.hashes!
    this.hashes = undefined
    this.registers = new Uint8Array(2 ** this.precision)
    for (const hash of hashes) this.register(hash)
  }

  private register(hash: number): void {
    const index = hash & (2 ** this.precision - 1)
    const rank = Math.clz32(hash >>> this.precision) - (32 - hashBits) - this.precision + 1
    if (rank > this.registers![index]!) this.registers![index] = rank
  }

  /**
   * Takes the values of `other` in, which stays as it is. Throws IllegalArgumentError for another precision.
   */
  merge(other: HyperLogLog): this {
    if (other.precision !== this.precision) {
      throw new IllegalArgumentError(
        `sketches of precision ${this.precision} and ${other.precision} cannot be merged`)
    }
    if (other.hashes !== undefined) {
      for (const hash of other.hashes) this.addHash(hash)
      return this
    }
    if (this.hashes !== undefined) this.toRegisters()
    const own = this.registers!
    other.registers!.forEach((rank, index) => { if (rank > own[index]!) own[index] = rank })
    return this
  }

  /** How many different values there were, a whole number. */
  estimate(): number {
    const hashes = this.hashes?.size ?? this.estimateHashes()
    // Different values may share a hash: so many values are expected behind so many hashes.
    return Math.round(-hashCount * Math.log1p(-Math.min(hashes, hashCount - 1) / hashCount))
  }

  /** Ertl's estimator for raw registers: unbiased from 0 to the last register being full, without tables. */
  private estimateHashes(): number {
    const size = 2 ** this.precision
    const ranks = hashBits - this.precision
    const counts = new Array<number>(ranks + 2).fill(0)
    for (const rank of this.registers!) counts[rank]!++
    let sum = size * upperTail(1 - counts[ranks + 1]! / size)
    for (let rank = ranks; rank >= 1; rank--) sum = (sum + counts[rank]!) / 2
    sum += size * lowerTail(counts[0]! / size)
    return size * size / (2 * Math.LN2 * sum)
  }
}

/** What the registers that are still 0 stand for: x + sum of x^(2^k) * 2^(k - 1), for k from 1. */
function lowerTail(x: number): number {
  if (x === 1) return Infinity
  let power = x
  let weight = 1
  let sum = x
  for (let before = -1; before !== sum; weight *= 2) {
    power *= power
    before = sum
    sum += power * weight
  }
  return sum
}

/** What full registers stand for: a third of 1 - x - sum of (1 - x^(2^-k))^2 * 2^-k, for k from 1. */
function upperTail(x: number): number {
  if (x === 0 || x === 1) return 0
  let root = x
  let weight = 1
  let sum = 1 - x
  for (let before = -1; before !== sum;) {
    root = Math.sqrt(root)
    weight /= 2
    before = sum
    sum -= (1 - root) ** 2 * weight
  }
  return sum / 3
}
