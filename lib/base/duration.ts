/**
 * A length of time in whole milliseconds, immutable. It exists so that no call of the API takes a bare number
 * whose unit must be guessed: whatever takes a Duration refuses everything else (requireDuration).
 */
import { CallSite } from './call-site'
import { IllegalArgumentError } from './errors'

const brand = Symbol.for('millrace.duration')

/**
 * A length of time, in whole milliseconds; may be negative. Made by `Milliseconds`, `Seconds` and `Minutes`.
 * The operators `<` and `>` compare Durations by value; every other operation is a method. Spark: `Duration`.
 * @throws IllegalArgumentError when `milliseconds` is not a whole, finite number
 * @example
 * ```ts
 * import { Seconds } from 'millrace'
 * const batch = Seconds(2)
 * console.log(batch.times(3).milliseconds, batch.isMultipleOf(Seconds(1)), `${batch}`) // 6000 true 2000 ms
 * ```
 */
export class Duration {
  /** The length in milliseconds. */
  readonly milliseconds: number

  constructor(milliseconds: number) {
    this.milliseconds = requireWholeMs(milliseconds, 'Duration')
  }

  /** True for every Duration, also one from another copy of the package or another realm. */
  static is(value: unknown): value is Duration {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /** The sum of both. */
  plus(other: Duration): Duration {
    return new Duration(this.milliseconds + requireDuration(other, 'the argument of plus').milliseconds)
  }

  /** The difference; negative when `other` is longer. */
  minus(other: Duration): Duration {
    return new Duration(this.milliseconds - requireDuration(other, 'the argument of minus').milliseconds)
  }

  /**
   * This length `factor` times.
   * @throws IllegalArgumentError when the product is not whole milliseconds
   */
  times(factor: number): Duration {
    return new Duration(wholeMs(factor, this.milliseconds, 'Duration.times'))
  }

  /** How often `other` fits into this, as a fraction: `Seconds(1).div(Seconds(2))` is 0.5. */
  div(other: Duration): number {
    return this.milliseconds / requireDuration(other, 'the argument of div').milliseconds
  }

  /** This is shorter than `other`. */
  less(other: Duration): boolean {
    return this.milliseconds < requireDuration(other, 'the argument of less').milliseconds
  }

  /** This is at most as long as `other`. */
  lessEq(other: Duration): boolean {
    return this.milliseconds <= requireDuration(other, 'the argument of lessEq').milliseconds
  }

  /** This is longer than `other`. */
  greater(other: Duration): boolean {
    return this.milliseconds > requireDuration(other, 'the argument of greater').milliseconds
  }

  /** This is at least as long as `other`. */
  greaterEq(other: Duration): boolean {
    return this.milliseconds >= requireDuration(other, 'the argument of greaterEq').milliseconds
  }

  /**
   * `other` fits into this without a rest.
   * @throws IllegalArgumentError when `other` is zero
   */
  isMultipleOf(other: Duration): boolean {
    return isMultiple(this.milliseconds, other, 'Duration.isMultipleOf')
  }

  /** The shorter of both. */
  min(other: Duration): Duration { return this.less(other) ? this : other }

  /** The longer of both. */
  max(other: Duration): Duration { return this.greater(other) ? this : other }

  /** True for a length of 0 ms. */
  isZero(): boolean { return this.milliseconds === 0 }

  /** True for a Duration of the same length. */
  equals(other: unknown): boolean { return Duration.is(other) && other.milliseconds === this.milliseconds }

  /** For people: `250 ms`, `1.5 s`, `2.0 m`, `1.25 h`. Spark: the same. */
  toFormattedString(): string {
    const sizeMs = Math.abs(this.milliseconds)
    if (sizeMs < 1_000) return `${this.milliseconds} ms`
    if (sizeMs < 60_000) return `${(this.milliseconds / 1_000).toFixed(1)} s`
    if (sizeMs < 3_600_000) return `${(this.milliseconds / 60_000).toFixed(1)} m`
    return `${(this.milliseconds / 3_600_000).toFixed(2)} h`
  }

  /** The same as `toFormattedString`, under its other Spark name. */
  prettyPrint(): string { return this.toFormattedString() }

  /** `1000 ms`, whatever the length. */
  toString(): string { return `${this.milliseconds} ms` }

  /** Without this, `a < b` would compare the texts and find 900 ms longer than 1000 ms. */
  [Symbol.toPrimitive](hint: string): number | string {
    return hint === 'number' ? this.milliseconds : this.toString()
  }
}

Object.defineProperty(Duration.prototype, brand, { value: true })

/**
 * A Duration of so many milliseconds.
 * @throws IllegalArgumentError when `n` is not a whole number
 */
export function Milliseconds(n: number): Duration { return new Duration(wholeMs(n, 1, 'Milliseconds')) }

/**
 * A Duration of so many seconds; `Seconds(0.5)` is 500 ms.
 * @throws IllegalArgumentError when that is not whole milliseconds
 */
export function Seconds(n: number): Duration { return new Duration(wholeMs(n, 1_000, 'Seconds')) }

/**
 * A Duration of so many minutes.
 * @throws IllegalArgumentError when that is not whole milliseconds
 */
export function Minutes(n: number): Duration { return new Duration(wholeMs(n, 60_000, 'Minutes')) }

/** The factories under their Java names: `Durations.seconds(1)`. */
export const Durations = {
  milliseconds: Milliseconds,
  seconds: Seconds,
  minutes: Minutes,
} as const

/**
 * `value`, when it is a Duration.
 * @param what names the argument in the error, as `batch duration` or `the window length`
 * @throws IllegalArgumentError otherwise; for a bare number it says that the unit is missing and which units
 *   exist
 */
export function requireDuration(value: unknown, what: string): Duration {
  if (Duration.is(value)) return value
  const at = CallSite.capture(what).toString()
  if (typeof value === 'number') {
    throw new IllegalArgumentError(
      `${what} must be a Duration, but got the bare number ${value}, which does not say its unit`,
      { hint: `Write Milliseconds(${value}), Seconds(${value}) or Minutes(${value}), as is meant.`, at })
  }
  throw new IllegalArgumentError(`${what} must be a Duration, but got ${named(value)}`,
    { hint: 'Make one with Milliseconds(n), Seconds(n) or Minutes(n).', at })
}

/** `value`, when it is a whole number of milliseconds that arithmetic keeps exact; 0 for -0. */
export function requireWholeMs(value: unknown, what: string): number {
  if (Number.isSafeInteger(value)) return (value as number) + 0
  throw new IllegalArgumentError(`${what} needs a whole number of milliseconds, but got ${named(value)}`,
    { at: CallSite.capture(what).toString() })
}

/** `valueMs` is a whole multiple of `step`; a step of zero has no multiples and is refused. */
export function isMultiple(valueMs: number, step: Duration, what: string): boolean {
  const stepMs = requireDuration(step, `the argument of ${what}`).milliseconds
  if (stepMs === 0) {
    throw new IllegalArgumentError(`${what} needs a duration other than 0 ms`,
      { at: CallSite.capture(what).toString() })
  }
  return valueMs % stepMs === 0
}

/** `n * unitMs`, forgiving only what binary fractions do to a product like 1.001 * 1000. */
function wholeMs(n: unknown, unitMs: number, what: string): number {
  if (typeof n !== 'number' || !Number.isFinite(n)) {
    throw new IllegalArgumentError(`${what} needs a finite number, but got ${named(n)}`,
      { at: CallSite.capture(what).toString() })
  }
  const exact = n * unitMs
  const whole = Math.round(exact)
  if (Math.abs(exact - whole) > Math.abs(exact) * 1e-12) {
    throw new IllegalArgumentError(
      `${what}(${n}) is ${exact} ms, but a Duration is a whole number of milliseconds`,
      { at: CallSite.capture(what).toString() })
  }
  return requireWholeMs(whole, what)
}

/** A value as an error names it: its text where that is short and certain, else its kind. */
export function named(value: unknown): string {
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`
  if (typeof value === 'bigint') return `the bigint ${value}n`
  if (typeof value === 'function') return 'a function'
  if (value === null || typeof value !== 'object') return String(value)
  const name: unknown = value.constructor?.name
  return typeof name === 'string' && name !== '' ? `an object of ${name}` : 'an object'
}
