// Settings from text: every unit, truncation as in Spark, and errors that say the form.
import * as fc from 'fast-check'
import { IllegalArgumentError } from '../../lib/base/errors'
import {
  parseBoolean, parseDouble, parseInt32, parseLong, parseSizeBytes, parseTimeMs,
} from '../../lib/conf/parse'

describe('times', () => {
  test.each<[string, number]>([
    ['200ms', 200], ['2s', 2_000], ['3m', 180_000], ['3min', 180_000], ['1h', 3_600_000],
    ['1d', 86_400_000], ['250us', 0], ['1500us', 1],
    ['5', 5], [' 7S ', 7_000], ['-1s', -1_000], ['0', 0], ['-250us', 0],
  ])('%p is %d ms', (text, ms) => {
    expect(Object.is(parseTimeMs(text), ms)).toBe(true)
  })

  test('a bare number is in the unit asked for', () => {
    expect([parseTimeMs('5', 's'), parseTimeMs('5', 'min'), parseTimeMs('5ms', 's')])
      .toEqual([5_000, 300_000, 5])
  })

  test.each(['', 'ms', '5y', '5 s', '1s2s', 'abc', '0x10', '1e3', '--1',
    '9999999999999999d'])('%p is refused', text => {
    expect(() => parseTimeMs(text)).toThrow(IllegalArgumentError)
    expect(() => parseTimeMs(text)).toThrow(/Time must be .*50s, 100ms or 250us/)
  })

  test('fractions are refused as such', () => {
    expect(() => parseTimeMs('0.5s')).toThrow(/Fractional values are not supported.*"0.5s"/)
  })
})

describe('sizes', () => {
  test.each<[string, number]>([
    ['1b', 1], ['1k', 1024], ['1KB', 1024], ['2m', 2 * 1024 ** 2], ['2mb', 2 * 1024 ** 2],
    ['1g', 1024 ** 3], ['1GB', 1024 ** 3], ['1t', 1024 ** 4],
    ['1tb', 1024 ** 4], ['1p', 1024 ** 5], ['1pb', 1024 ** 5], ['17', 17], [' 5k ', 5120],
  ])('%p is %d bytes', (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes)
  })

  test('a bare number is in the unit asked for', () => {
    expect([parseSizeBytes('5', 'm'), parseSizeBytes('5b', 'm')]).toEqual([5 * 1024 ** 2, 5])
  })

  test.each(['', 'k', '-1k', '5x', '5 k', '64mib', '1e3', '999999p'])('%p is refused', text => {
    expect(() => parseSizeBytes(text)).toThrow(/Size must be .*50b, 100k or 250m/)
  })

  test('fractions are refused as such', () => {
    expect(() => parseSizeBytes('1.5g')).toThrow(/Fractional values are not supported/)
  })
})

test('numbers and truth values', () => {
  expect([parseInt32('5'), parseInt32('-2147483648'), parseInt32('+7'), parseInt32(' 8 ')])
    .toEqual([5, -2147483648, 7, 8])
  expect([parseLong('9223372036854775807'), parseLong('-5'), parseLong('9007199254740991')])
    .toEqual([2 ** 63, -5, 9007199254740991])
  expect([parseDouble('0.25'), parseDouble('1e6'), parseDouble('-.5'), parseDouble('3.'), parseDouble('7')])
    .toEqual([0.25, 1e6, -0.5, 3, 7])
  expect([parseBoolean('true'), parseBoolean('FALSE'), parseBoolean(' True ')]).toEqual([true, false, true])
  for (const text of ['', 'x', '1.5', '0x10', '2147483648', '1_000', 'NaN']) expect(() => parseInt32(text))
    .toThrow(IllegalArgumentError)
  for (const text of ['', '1.0', '9223372036854775808', '-9223372036854775809']) expect(() => parseLong(text))
    .toThrow(IllegalArgumentError)
  for (const text of ['', '.', 'x', '0x10', 'Infinity', '1 2', 'e5']) expect(() => parseDouble(text))
    .toThrow(IllegalArgumentError)
  for (const text of ['', 'yes', '1', 'truee']) expect(() => parseBoolean(text))
    .toThrow(/expected true or false/)
})

test('any text is a value or an IllegalArgumentError', () => {
  fc.assert(fc.property(fc.string(), text => {
    for (const parse of [parseTimeMs, parseSizeBytes, parseInt32, parseLong, parseDouble]) {
      try {
        expect(Number.isFinite((parse as (text: string) => number)(text))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(IllegalArgumentError)
      }
    }
  }))
})
