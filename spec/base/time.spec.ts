// Times: exact steps and floors, and no confusion with Durations or numbers.
import * as fc from 'fast-check'
import { Duration, Milliseconds, Seconds } from '../../lib/base/duration'
import { IllegalArgumentError } from '../../lib/base/errors'
import { requireTime, Time } from '../../lib/base/time'

const at = (n: number) => new Time(n)
const anyMs = fc.integer({ min: -1e12, max: 1e12 })
const texts = (times: Time[]) => times.map(time => time.milliseconds)

test('arithmetic and order are those of the milliseconds', () => {
  fc.assert(fc.property(anyMs, anyMs, (a, b) => {
    expect(at(a).plus(new Duration(b)).milliseconds).toBe(a + b)
    expect(at(a).minus(new Duration(b)).milliseconds).toBe(a - b)
    expect(at(a).minus(at(b)).milliseconds).toBe(a - b)
    expect(at(a).less(at(b))).toBe(a < b)
    expect(at(a).lessEq(at(b))).toBe(a <= b)
    expect(at(a).greater(at(b))).toBe(a > b)
    expect(at(a).greaterEq(at(b))).toBe(a >= b)
    expect(at(a).min(at(b)).milliseconds).toBe(Math.min(a, b))
    expect(at(a).max(at(b)).milliseconds).toBe(Math.max(a, b))
    expect(at(a).equals(at(b))).toBe(a === b)
    expect(at(a) > at(b)).toBe(a > b)
  }))
})

test('minus a Time is a Duration, minus a Duration a Time', () => {
  expect(Duration.is(at(5).minus(at(2)))).toBe(true)
  expect(Time.is(at(5).minus(Milliseconds(2)))).toBe(true)
})

test('floor is the last step that is not after, also before 1970', () => {
  expect(at(1350).floor(Milliseconds(200)).milliseconds).toBe(1200)
  expect(at(1350).floor(Milliseconds(200), at(50)).milliseconds).toBe(1250)
  expect(at(1250).floor(Milliseconds(200), at(50)).milliseconds).toBe(1250)
  fc.assert(fc.property(anyMs, fc.integer({ min: 1, max: 1e9 }), anyMs, (time, step, zero) => {
    const floored = at(time).floor(new Duration(step), at(zero)).milliseconds
    expect(floored <= time && floored > time - step).toBe(true)
    expect((floored - zero) % step + 0).toBe(0)
  }))
})

test('isMultipleOf', () => {
  expect(at(1000).isMultipleOf(Milliseconds(5))).toBe(true)
  expect(at(1000).isMultipleOf(Seconds(1))).toBe(true)
  expect(at(1000).isMultipleOf(Milliseconds(1001))).toBe(false)
  expect(() => at(1000).isMultipleOf(Milliseconds(0))).toThrow(IllegalArgumentError)
})

test('until leaves the end out, to takes it in', () => {
  expect(texts(at(1000).until(at(1100), Milliseconds(20)))).toEqual([1000, 1020, 1040, 1060, 1080])
  expect(texts(at(1000).to(at(1100), Milliseconds(20)))).toEqual([1000, 1020, 1040, 1060, 1080, 1100])
  expect(texts(at(1000).until(at(1050), Milliseconds(20)))).toEqual([1000, 1020, 1040])
  expect(texts(at(1000).to(at(1050), Milliseconds(20)))).toEqual([1000, 1020, 1040])
  expect(at(1000).until(at(1000), Seconds(1))).toEqual([])
  expect(texts(at(1000).to(at(1000), Seconds(1)))).toEqual([1000])
  expect(at(1000).to(at(999), Seconds(1))).toEqual([])
})

test.each([0, -1])('a step of %d ms is refused', step => {
  for (const name of ['until', 'to'] as const) {
    expect(() => at(0)[name](at(10), new Duration(step))).toThrow(/step of Time\.\w+ must be positive/)
  }
  expect(() => at(0).floor(new Duration(step))).toThrow(/must be positive/)
})

test('numbers and Durations are no Times', () => {
  expect(() => at(1).less(5 as any)).toThrow(/must be a Time, but got 5/)
  expect(() => at(1).until(Seconds(1) as any, Seconds(1))).toThrow(/must be a Time, but got a Duration/)
  expect(() => at(1).plus(at(1) as any)).toThrow(/must be a Duration/)
  expect(() => at(1).plus(5 as any)).toThrow(/bare number 5/)
  expect(() => requireTime(Object.create(null), 'from')).toThrow('from must be a Time, but got an object')
  expect(() => at(NaN)).toThrow(/whole number of milliseconds, but got NaN/)
  expect(() => at(0.5)).toThrow(IllegalArgumentError)
})

test('its text and brand', () => {
  expect(String(at(1000))).toBe('1000 ms')
  expect(Time.is(at(1))).toBe(true)
  expect(Time.is(Seconds(1))).toBe(false)
  expect(requireTime(at(1), 'x').milliseconds).toBe(1)
})
