// Intervals: both ends move together.
import { ManualClock } from '../../lib/base/clock'
import { Milliseconds, Seconds } from '../../lib/base/duration'
import { IllegalArgumentError } from '../../lib/base/errors'
import { Interval } from '../../lib/base/interval'
import { Time } from '../../lib/base/time'

const from = (begin: number, end: number) => new Interval(new Time(begin), new Time(end))

test('duration, plus and minus', () => {
  const interval = from(1000, 3000)
  expect(interval.duration().milliseconds).toBe(2000)
  expect(String(interval)).toBe('[1000 ms, 3000 ms]')
  expect(interval.plus(Milliseconds(50)).equals(from(1050, 3050))).toBe(true)
  expect(interval.minus(Milliseconds(50)).equals(from(950, 2950))).toBe(true)
  expect(interval.beginTime.milliseconds).toBe(1000)
  expect(interval.endTime.milliseconds).toBe(3000)
})

test('less goes by the begin and needs equal lengths', () => {
  expect(from(0, 1000).less(from(1, 1001))).toBe(true)
  expect(from(1, 1001).less(from(1, 1001))).toBe(false)
  expect(from(2, 1002).less(from(1, 1001))).toBe(false)
  expect(() => from(0, 1000).less(from(5, 10))).toThrow(IllegalArgumentError)
  expect(() => from(0, 1000).less(from(5, 10)))
    .toThrow(/different durations.*\[0 ms, 1000 ms\].*\[5 ms, 10 ms\]/)
})

test('equals', () => {
  expect(from(1, 2).equals(from(1, 2))).toBe(true)
  for (const other of [from(1, 3), from(0, 2), null, undefined, 5, {}]) expect(from(1, 2).equals(other))
    .toBe(false)
})

test('currentInterval is the one the clock is in', () => {
  expect(String(Interval.currentInterval(Seconds(2), new ManualClock(5_100)))).toBe('[4000 ms, 6000 ms]')
  expect(String(Interval.currentInterval(Seconds(2), new ManualClock(4_000)))).toBe('[4000 ms, 6000 ms]')
  const now = Interval.currentInterval(Seconds(3600))
  expect(now.beginTime.milliseconds % 3_600_000).toBe(0)
})

test('ends that are no Times are refused', () => {
  expect(() => new Interval(1 as any, new Time(2))).toThrow(/the begin of an Interval must be a Time/)
  expect(() => new Interval(new Time(2), Seconds(1) as any)).toThrow(/the end of an Interval must be a Time/)
})
