/**
 * An instant in whole milliseconds since 1970, immutable. Batches are named by it, so it compares, floors and
 * steps exactly; it never reads a clock.
 */
import { CallSite } from './call-site'
import { Duration, isMultiple, named, requireDuration, requireWholeMs } from './duration'
import { IllegalArgumentError } from './errors'

const brand = Symbol.for('millrace.time')

/**
 * An instant, in milliseconds since 1970-01-01T00:00Z. The operators `<` and `>` compare Times by value.
 * Spark: `Time`.
 * @throws IllegalArgumentError when `milliseconds` is not a whole, finite number
 * @example
 * ```ts
 * import { Seconds, Time } from 'millrace'
 * const time = new Time(12_345)
 * console.log(String(time.floor(Seconds(1))), time.minus(new Time(12_000)).milliseconds) // 12000 ms 345
 * ```
 */
export class Time {
  /** Milliseconds since 1970. */
  readonly milliseconds: number

  constructor(milliseconds: number) {
    this.milliseconds = requireWholeMs(milliseconds, 'Time')
  }

  /** True for every Time, also one from another copy of the package or another realm. */
  static is(value: unknown): value is Time {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /** The instant `duration` later. */
  plus(duration: Duration): Time {
    return new Time(this.milliseconds + requireDuration(duration, 'the argument of Time.plus').milliseconds)
  }

  /** The instant `duration` earlier; or, given another Time, the Duration from that one to this. */
  minus(duration: Duration): Time
  minus(time: Time): Duration
  minus(other: Duration | Time): Time | Duration {
    if (Time.is(other)) return new Duration(this.milliseconds - other.milliseconds)
    return new Time(this.milliseconds - requireDuration(other, 'the argument of Time.minus').milliseconds)
  }

  /** This is before `other`. */
  less(other: Time): boolean {
    return this.milliseconds < requireTime(other, 'the argument of Time.less').milliseconds
  }

  /** This is before `other` or the same. */
  lessEq(other: Time): boolean {
    return this.milliseconds <= requireTime(other, 'the argument of Time.lessEq').milliseconds
  }

  /** This is after `other`. */
  greater(other: Time): boolean {
    return this.milliseconds > requireTime(other, 'the argument of Time.greater').milliseconds
  }

  /** This is after `other` or the same. */
  greaterEq(other: Time): boolean {
    return this.milliseconds >= requireTime(other, 'the argument of Time.greaterEq').milliseconds
  }

  /**
   * The last multiple of `step`, counted from `zeroTime`, that is not after this.
   * @throws IllegalArgumentError when `step` is not positive
   */
  floor(step: Duration, zeroTime: Time = epoch): Time {
    const stepMs = requireStep(step, 'Time.floor')
    const zeroMs = requireTime(zeroTime, 'the zero time of Time.floor').milliseconds
    return new Time(Math.floor((this.milliseconds - zeroMs) / stepMs) * stepMs + zeroMs)
  }

  /**
   * `step` fits into the milliseconds since 1970 without a rest.
   * @throws IllegalArgumentError when `step` is zero
   */
  isMultipleOf(step: Duration): boolean { return isMultiple(this.milliseconds, step, 'Time.isMultipleOf') }

  /** The earlier of both. */
  min(other: Time): Time { return this.less(other) ? this : other }

  /** The later of both. */
  max(other: Time): Time { return this.greater(other) ? this : other }

  /**
   * The Times from this on, `step` apart, before `end`.
   * @throws IllegalArgumentError when `step` is not positive
   */
  until(end: Time, step: Duration): Time[] {
    return this.steps(requireTime(end, 'the end of Time.until').milliseconds, requireStep(step, 'Time.until'))
  }

  /**
   * The Times from this on, `step` apart, up to and including `end`.
   * @throws IllegalArgumentError when `step` is not positive
   */
  to(end: Time, step: Duration): Time[] {
    return this.steps(requireTime(end, 'the end of Time.to').milliseconds + 1, requireStep(step, 'Time.to'))
  }

  /** True for a Time of the same instant. */
  equals(other: unknown): boolean { return Time.is(other) && other.milliseconds === this.milliseconds }

  /** `1000 ms`, as Spark writes it. */
  toString(): string { return `${this.milliseconds} ms` }

  /** Without this, `a < b` would compare the texts and find 900 ms after 1000 ms. */
  [Symbol.toPrimitive](hint: string): number | string {
    return hint === 'number' ? this.milliseconds : this.toString()
  }

  private steps(endMs: number, stepMs: number): Time[] {
    const times: Time[] = []
    for (let ms = this.milliseconds; ms < endMs; ms += stepMs) times.push(new Time(ms))
    return times
  }
}

Object.defineProperty(Time.prototype, brand, { value: true })

const epoch = new Time(0)

/**
 * `value`, when it is a Time.
 * @param what names the argument in the error
 * @throws IllegalArgumentError otherwise
 */
export function requireTime(value: unknown, what: string): Time {
  if (Time.is(value)) return value
  const kind = Duration.is(value) ? 'a Duration' : named(value)
  throw new IllegalArgumentError(`${what} must be a Time, but got ${kind}`,
    { hint: 'Make one with new Time(milliseconds).', at: CallSite.capture(what).toString() })
}

function requireStep(step: Duration, what: string): number {
  const stepMs = requireDuration(step, `the step of ${what}`).milliseconds
  if (stepMs > 0) return stepMs
  throw new IllegalArgumentError(`the step of ${what} must be positive, but got ${stepMs} ms`,
    { at: CallSite.capture(what).toString() })
}
