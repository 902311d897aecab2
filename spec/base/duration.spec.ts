// Durations: whole milliseconds only, exact arithmetic, and no bare number anywhere.
import * as fc from 'fast-check'
import { Duration, Durations, Milliseconds, Minutes, requireDuration, Seconds } from '../../lib/base/duration'
import { IllegalArgumentError } from '../../lib/base/errors'
import { Time } from '../../lib/base/time'

const ms = (n: number) => new Duration(n)
const anyMs = fc.integer({ min: -1e12, max: 1e12 })

describe('making a Duration', () => {
  test('the factories know their units', () => {
    expect(Milliseconds(7).milliseconds).toBe(7)
    expect(Seconds(2).milliseconds).toBe(2_000)
    expect(Minutes(3).milliseconds).toBe(180_000)
    expect(Durations.milliseconds(7).equals(Milliseconds(7))).toBe(true)
    expect(Durations.seconds(2).equals(Seconds(2))).toBe(true)
    expect(Durations.minutes(3).equals(Minutes(3))).toBe(true)
  })

  test('fractions of seconds that are whole milliseconds are fine, also where binary fractions are not exact',
    () => {
    expect(Seconds(0.5).milliseconds).toBe(500)
    for (let n = -20_000; n <= 20_000; n++) expect(Seconds(n / 1000).milliseconds).toBe(n + 0)
    expect(Minutes(0.1).milliseconds).toBe(6_000)
  })

  test.each<[string, () => unknown, RegExp]>([
    ['Seconds(0.0005)', () => Seconds(0.0005), /Seconds\(0.0005\) is 0.5 ms.*whole number of milliseconds/],
    ['Seconds(1.0001)', () => Seconds(1.0001), /is 1000.1 ms/],
    ['Milliseconds(1.5)', () => Milliseconds(1.5), /whole number of milliseconds/],
    ['new Duration(1.5)', () => ms(1.5), /whole number of milliseconds, but got 1.5/],
    ['NaN', () => Seconds(NaN), /Seconds needs a finite number, but got NaN/],
    ['Infinity', () => Minutes(Infinity), /finite number, but got Infinity/],
    ['a string', () => Seconds('1' as any), /finite number, but got the string "1"/],
    ['undefined', () => Seconds(undefined as any), /but got undefined/],
    ['a bigint', () => ms(5n as any), /but got the bigint 5n/],
    ['too large', () => Seconds(1e15), /whole number of milliseconds/],
  ])('%s is refused', (_name, make, message) => {
    expect(make).toThrow(IllegalArgumentError)
    expect(make).toThrow(message)
  })

  test('minus zero is zero', () => {
    expect(Object.is(Seconds(-0).milliseconds, 0)).toBe(true)
    expect(Object.is(Seconds(1).times(-0).milliseconds, 0)).toBe(true)
  })
})

describe('arithmetic', () => {
  test('is that of the milliseconds', () => {
    fc.assert(fc.property(anyMs, anyMs, (a, b) => {
      expect(ms(a).plus(ms(b)).milliseconds).toBe(a + b)
      expect(ms(a).minus(ms(b)).milliseconds).toBe(a - b)
      expect(ms(a).min(ms(b)).milliseconds).toBe(Math.min(a, b))
      expect(ms(a).max(ms(b)).milliseconds).toBe(Math.max(a, b))
      expect(ms(a).less(ms(b))).toBe(a < b)
      expect(ms(a).lessEq(ms(b))).toBe(a <= b)
      expect(ms(a).greater(ms(b))).toBe(a > b)
      expect(ms(a).greaterEq(ms(b))).toBe(a >= b)
      expect(ms(a).equals(ms(b))).toBe(a === b)
      expect(ms(a) < ms(b)).toBe(a < b)
    }))
  })

  test('times, div, isZero and isMultipleOf', () => {
    expect(Seconds(1).times(3).equals(Seconds(3))).toBe(true)
    expect(Seconds(1).times(0.25).milliseconds).toBe(250)
    expect(() => Milliseconds(1).times(0.5)).toThrow(IllegalArgumentError)
    expect(ms(1000).div(ms(2000))).toBe(0.5)
    expect(ms(1000).div(ms(0))).toBe(Infinity)
    expect(ms(0).isZero()).toBe(true)
    expect(ms(1).isZero()).toBe(false)
    expect(ms(1000).isMultipleOf(ms(5))).toBe(true)
    expect(ms(1000).isMultipleOf(ms(1001))).toBe(false)
    expect(ms(-1000).isMultipleOf(ms(500))).toBe(true)
    expect(() => ms(5).isMultipleOf(ms(0))).toThrow(/other than 0 ms/)
  })

  test('a bare number is refused everywhere', () => {
    const names = ['plus', 'minus', 'div', 'less', 'lessEq', 'greater', 'greaterEq', 'isMultipleOf', 'min',
      'max'] as const
    for (const name of names) expect(() => (ms(1)[name] as any)(5)).toThrow(/bare number 5/)
  })

  test('operands do not change', () => {
    const one = Seconds(1)
    one.plus(Seconds(2)); one.times(5)
    expect(one.milliseconds).toBe(1000)
  })
})

test('its texts', () => {
  expect(String(ms(1000))).toBe('1000 ms')
  expect(`${ms(1000)}`).toBe('1000 ms')
  expect('' + ms(1000)).toBe('1000 ms')
  const formatted = [0, 999, 1_000, 59_999, 90_000, 3_600_000, 5_400_000, -1500].map(each => ms(each)
    .toFormattedString())
  expect(formatted).toEqual(['0 ms', '999 ms', '1.0 s', '60.0 s', '1.5 m', '1.00 h', '1.50 h', '-1.5 s'])
  expect(ms(90_000).prettyPrint()).toBe('1.5 m')
})

test('is knows Durations by brand', () => {
  expect(Duration.is(Seconds(1))).toBe(true)
  const foreign = Object.create({ [Symbol.for('millrace.duration')]: true })
  expect(Duration.is(foreign)).toBe(true)
  for (const other of [1, null, undefined, 'x', {}, { milliseconds: 1 },
    new Time(1)]) expect(Duration.is(other)).toBe(false)
})

describe('requireDuration', () => {
  test('returns a Duration', () => {
    const one = Seconds(1)
    expect(requireDuration(one, 'batch duration')).toBe(one)
  })

  test('says what a bare number lacks, and where', () => {
    try {
      requireDuration(5, 'the window length')
      throw new Error('not refused')
    } catch (error: any) {
      expect(error).toBeInstanceOf(IllegalArgumentError)
      expect(error.message).toBe(
        'the window length must be a Duration, but got the bare number 5, which does not say its unit')
      expect(error.hint).toBe('Write Milliseconds(5), Seconds(5) or Minutes(5), as is meant.')
      expect(error.at).toMatch(/^the window length at duration\.spec\.ts:\d+$/)
    }
  })

  test.each([
    [undefined, /but got undefined$/], [null, /but got null$/], ['1s', /the string "1s"$/],
    [new Time(1), /an object of Time$/],
    [() => 1, /a function$/], [Object.create(null), /an object$/],
  ])('refuses %p', (value, message) => {
    expect(() => requireDuration(value, 'batch duration')).toThrow(message)
  })
})
