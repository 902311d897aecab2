// The natural order: total within a kind, an error between kinds.
import * as fc from 'fast-check'
import { compareNatural } from '../../lib/base/compare'
import { Seconds } from '../../lib/base/duration'
import { MillraceError } from '../../lib/base/errors'
import { Time } from '../../lib/base/time'

const codePoints = (text: string) => Array.from(text, each => each.codePointAt(0)!)

test('strings go by code point', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
    const expected = Buffer.compare(Buffer.from(a), Buffer.from(b)) // UTF-8 keeps the order of code points.
    expect(compareNatural(a, b) + 0).toBe(expected + 0)
    expect(Math.sign(compareNatural(codePoints(a), codePoints(b))) + 0).toBe(expected + 0)
  }), { numRuns: 500 })
  expect(compareNatural('\u{1F600}', '\uFFFD')).toBeGreaterThan(0)
  expect('\u{1F600}' < '\uFFFD').toBe(true)
  expect(['b', 'a\u{10000}', 'a', 'a\uE000', '', 'a\uD7FF'].sort(compareNatural))
    .toEqual(['', 'a', 'a\uD7FF', 'a\uE000', 'a\u{10000}', 'b'])
})

test('numbers and bigints go by value, NaN last', () => {
  const values = [3, -1n, NaN, 2.5, Infinity, -Infinity, 2n ** 60n, 2 ** 60 + 256, 0]
  expect(values.sort(compareNatural)).toEqual([-Infinity, -1n, 0, 2.5, 3, 2n ** 60n, 2 ** 60 + 256, Infinity,
    NaN])
  expect([compareNatural(1, 1n), compareNatural(-0, 0), compareNatural(NaN, NaN)]).toEqual([0, 0, 0])
  expect([compareNatural(NaN, 5n), compareNatural(5n, NaN)]).toEqual([1, -1])
})

test('it is a total order on mixed numbers', () => {
  const number = fc.oneof(fc.double(), fc.integer(), fc.bigInt({ min: -100n, max: 100n }))
  fc.assert(fc.property(number, number, number, (a, b, c) => {
    expect(Math.sign(compareNatural(a, b)) + 0).toBe(-Math.sign(compareNatural(b, a)) + 0)
    if (compareNatural(a, b) <= 0 && compareNatural(b, c) <= 0) expect(compareNatural(a, c))
      .toBeLessThanOrEqual(0)
  }), { numRuns: 500 })
})

test('the other kinds', () => {
  const ascending: [unknown, unknown][] = [
    [false, true], [new Date(1), new Date(2)], [new Date(2), new Date(NaN)],
    [Buffer.from('a'), Buffer.from('b')],
    [new Uint8Array([1]), Buffer.from([1, 0])], [new Float64Array([1, 2]), new Float64Array([1, 3])], [[],
    [0]], [[1, 'a'], [1, 'b']],
    [[1], [1, undefined]], [['a', [1, 2]], ['a', [1, 3]]], [new Time(5), new Time(6)],
    [Seconds(1), Seconds(2)],
  ]
  for (const [a, b] of ascending) {
    expect(compareNatural(a, b)).toBeLessThan(0)
    expect(compareNatural(b, a)).toBeGreaterThan(0)
    expect(compareNatural(a, a)).toBe(0)
  }
  expect(compareNatural(null, null)).toBe(0)
  expect(compareNatural(undefined, undefined)).toBe(0)
  expect(compareNatural([null], [null])).toBe(0)
})

test.each<[unknown, unknown, RegExp]>([
  [1, 'a', /^the number 1 and the string "a" have no natural order/],
  [null, undefined, /^null and undefined/],
  [null, 1, /^null and the number 1/], [{}, {}, /^an object and an object/], [[1],
  ['a'], /^the number 1 and the string "a"/],
  [new Date(1), 1, /^a Date and the number 1/], [true, 1, /^the boolean true and the number 1/],
  [() => 1, () => 2, /^a function and/],
  [new Uint8Array(1), new Int8Array(1), /^a Uint8Array and an Int8Array/],
  [new Map(), new Map(), /^a Map and a Map/],
  [new Time(1), Seconds(1), /^a Time and a Duration/], ['x'.repeat(100), 1, /^the string "x{40}…" and/],
  [Symbol('s'), 1, /^a symbol and/],
])('%p and %p are not comparable', (a, b, message) => {
  for (const [x, y] of [[a, b], [b, a]]) {
    try {
      compareNatural(x, y)
      throw new Error('not refused')
    } catch (error: any) {
      expect(MillraceError.is(error) && error.code).toBe('MR_NOT_COMPARABLE')
      if (x === a) expect(error.message).toMatch(message)
    }
  }
})
