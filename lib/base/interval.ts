/**
 * The span between two Times, begin included and end excluded, immutable.
 */
import { CallSite } from './call-site'
import { type Clock, systemClock } from './clock'
import { type Duration } from './duration'
import { IllegalArgumentError } from './errors'
import { requireTime, Time } from './time'

/**
 * From `beginTime` to `endTime`. Spark: `Interval`.
 * @throws IllegalArgumentError when an end is not a Time
 * @example
 * ```ts
 * import { Interval, Seconds, Time } from 'millrace'
 * const window = new Interval(new Time(1000), new Time(3000))
 * console.log(String(window.plus(Seconds(1))), String(window.duration())) // [2000 ms, 4000 ms] 2000 ms
 * ```
 */
export class Interval {
  readonly beginTime: Time
  readonly endTime: Time

  constructor(beginTime: Time, endTime: Time) {
    this.beginTime = requireTime(beginTime, 'the begin of an Interval')
    this.endTime = requireTime(endTime, 'the end of an Interval')
  }

  /** The interval of length `length` that `clock` is in, counted from 1970. */
  static currentInterval(length: Duration, clock: Clock = systemClock): Interval {
    const begin = new Time(Math.floor(clock.now())).floor(length)
    return new Interval(begin, begin.plus(length))
  }

  /** From begin to end. */
  duration(): Duration { return this.endTime.minus(this.beginTime) }

  /** The same span, `duration` later. */
  plus(duration: Duration): Interval {
    return new Interval(this.beginTime.plus(duration), this.endTime.plus(duration))
  }

  /** The same span, `duration` earlier. */
  minus(duration: Duration): Interval {
    return new Interval(this.beginTime.minus(duration), this.endTime.minus(duration))
  }

  /**
   * This begins before `other`.
   * @throws IllegalArgumentError when the two are not of the same length
   */
  less(other: Interval): boolean {
    if (!this.duration().equals(other.duration())) {
      throw new IllegalArgumentError(`Comparing two intervals with different durations: ${this} and ${other}`,
        { at: CallSite.capture('Interval.less').toString() })
    }
    return this.beginTime.less(other.beginTime)
  }

  /** True for an Interval with the same ends. */
  equals(other: unknown): boolean {
    if (typeof other !== 'object' || other === null) return false
    const { beginTime, endTime } = other as Partial<Interval>
    return this.beginTime.equals(beginTime) && this.endTime.equals(endTime)
  }

  /** `[1000 ms, 2000 ms]`. */
  toString(): string { return `[${this.beginTime}, ${this.endTime}]` }
}
