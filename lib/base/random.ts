/**
 * Random numbers that a seed decides: the same seed gives the same numbers in every process and version
 * (xoshiro128**, seeded by splitmix). Only freshSeed asks the machine for chance.
 */
import { randomBytes } from 'node:crypto'
import { IllegalArgumentError } from './errors'

const inverse32 = 1 / 2 ** 32
const inverse53 = 1 / 2 ** 53
/** exp(-500) is still a normal number; a larger mean is the sum of smaller ones. */
const poissonMeanMax = 500

/**
 * A generator of random numbers.
 * @example
 * ```
 * const random = new Random(42)
 * random.next() // the same number in every run
 * ```
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private d: number
  private spareGaussian: number | undefined

  /** @throws IllegalArgumentError when `seed` is NaN or infinite */
  constructor(seed: number | bigint) {
    const words = seedWords(seed)
    this.a = mix32(words.low + 0x9e3779b9)
    this.b = mix32(words.high + this.a + 0x9e3779b9)
    this.c = mix32(words.low ^ this.b)
    // A state of four zeros would stay zero for ever.
    this.d = mix32(words.high ^ this.c) | 1
  }

  /**
   * The seed of part `index` of something seeded with `seed`: neighbours get unrelated seeds.
   * @returns a whole number of at most 53 bits
   */
  static mix(seed: number | bigint, index: number): number {
    const words = seedWords(seed)
    const part = seedWords(index)
    const low = mix32(words.low ^ mix32(part.low + 0x9e3779b9))
    const high = mix32(words.high ^ mix32(part.high ^ low))
    return (high & 0x1fffff) * 2 ** 32 + (mix32(low ^ high) >>> 0)
  }

  /** Evenly spread over [0, 1), with 53 random bits. */
  next(): number {
    const high = this.bits() >>> 5
    return (high * 2 ** 26 + (this.bits() >>> 6)) * inverse53
  }

  /**
   * Evenly spread over the whole numbers from 0 up to, but not including, `n`.
   * @throws IllegalArgumentError when `n` is not a whole number above 0
   */
  nextInt(n: number): number {
    if (!Number.isSafeInteger(n) || n <= 0) {
      throw new IllegalArgumentError(`nextInt needs a whole number above 0, but got ${n}`)
    }
    return n <= 0x10000 ? Math.floor((this.bits() >>> 0) * inverse32 * n) : Math.floor(this.next() * n)
  }

  /** Normally distributed: mean 0, standard deviation 1. */
  nextGaussian(): number {
    const spare = this.spareGaussian
    if (spare !== undefined) {
      this.spareGaussian = undefined
      return spare
    }
    for (;;) {
      const x = 2 * this.next() - 1
      const y = 2 * this.next() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt(-2 * Math.log(square) / square)
      this.spareGaussian = y * scale
      return x * scale
    }
  }

  /**
   * How often something happens that happens `mean` times on average (Poisson distributed).
   * @throws IllegalArgumentError when `mean` is negative or not finite
   */
  nextPoisson(mean: number): number {
    if (!Number.isFinite(mean) || mean < 0) {
      throw new IllegalArgumentError(`nextPoisson needs a mean of at least 0, but got ${mean}`)
    }
    let count = 0
    for (let left = mean; left > 0; left -= poissonMeanMax) {
      const stop = Math.exp(-Math.min(left, poissonMeanMax))
      for (let product = this.next(); product > stop; product *= this.next()) count++
    }
    return count
  }

  private bits(): number {
    const five = Math.imul(this.b, 5)
    const result = Math.imul((five << 7) | (five >>> 25), 9)
    const shifted = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= shifted
    this.d = (this.d << 11) | (this.d >>> 21)
    return result
  }
}

/** A seed that nobody chose, for callers without one: a whole number of 48 bits. */
export function freshSeed(): number { return randomBytes(6).readUIntBE(0, 6) }

const seedView = new DataView(new ArrayBuffer(8))

function seedWords(seed: unknown): { low: number, high: number } {
  if (typeof seed === 'bigint') seedView.setBigInt64(0, BigInt.asIntN(64, seed))
  else if (Number.isSafeInteger(seed)) seedView.setBigInt64(0, BigInt(seed as number))
  else if (typeof seed === 'number' && Number.isFinite(seed)) seedView.setFloat64(0, seed)
  else throw new IllegalArgumentError(`a seed must be a number or a bigint, but got ${String(seed)}`)
  return { high: seedView.getInt32(0), low: seedView.getInt32(4) }
}

function mix32(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return h ^ (h >>> 15)
}
