/** Ranges of keys: every value is in one of them, whatever the bounds. */
import * as fc from 'fast-check'
import type { Column, ColumnKind } from '../../../lib/connect/sql/dialect'
import { inclusiveRanges, keyRanges, type Bound, type KeyRange } from '../../../lib/connect/sql/key-ranges'

const column = (kind: ColumnKind): Column => ({ name: 'k', kind, type: kind, isNullable: true, isFilled: false })

const anyCount = fc.integer({ min: 1, max: 20 })

/** How many of the ranges a value is in; `asNumber` reads the bounds. */
function timesIn(ranges: readonly KeyRange[], value: bigint | number, read: (text: string) => bigint | number): number {
  return ranges.filter(({ from, until }) => (from === undefined || value >= read(from)) && (until === undefined || value < read(until))).length
}

test('whole numbers: each is in one range, and ranges between the bounds are as long as one another, but for one', () => {
  const whole = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
  fc.assert(fc.property(whole, whole, anyCount, fc.array(whole), (lower, upper, count, values) => {
    const ranges = keyRanges(column('integer'), lower, upper, count)!
    expect(ranges.length).toBeLessThanOrEqual(count)
    for (const value of [lower, upper, ...values]) expect(timesIn(ranges, value, BigInt)).toBe(1)
    if (upper <= lower || ranges.length < 3) return
    const lengths = ranges.slice(1, -1).map(({ from, until }) => BigInt(until!) - BigInt(from!))
    expect(lengths.reduce((a, b) => a > b ? a : b) - lengths.reduce((a, b) => a < b ? a : b)).toBeLessThanOrEqual(1n)
  }))
})

test('decimals and times: each is in one range', () => {
  const real = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(fc.property(real, real, anyCount, fc.array(real), (lower, upper, count, values) => {
    const ranges = keyRanges(column('decimal'), lower, upper, count)!
    for (const value of values) expect(timesIn(ranges, value, Number)).toBe(1)
  }))
  const time = fc.date({ min: new Date('1950-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  fc.assert(fc.property(time, time, anyCount, fc.array(time), fc.constantFrom<ColumnKind>('date', 'timestamp'), (lower, upper, count, values, kind) => {
    const ranges = keyRanges(column(kind), lower, upper, count)!
    for (const value of values) expect(timesIn(ranges, value.getTime(), text => Date.parse(`${text.replace(' ', 'T')}${text.length > 10 ? 'Z' : 'T00:00:00Z'}`))).toBe(1)
  }))
})

test('known ranges', () => {
  expect(keyRanges(column('integer'), 1, 100, 4)).toEqual([{ until: '26' }, { from: '26', until: '51' }, { from: '51', until: '76' }, { from: '76' }])
  expect(keyRanges(column('integer'), 5, 5, 4)).toEqual([{}])
  expect(keyRanges(column('integer'), 9, 3, 4)).toEqual([{}])
  expect(keyRanges(column('integer'), '1', '3', 9)!.length).toBe(3)
  expect(keyRanges(column('timestamp'), '2026-01-01 00:00:00', new Date('2026-01-02T23:59:59.999Z'), 2)).toEqual([{ until: '2026-01-02 00:00:00.000' }, { from: '2026-01-02 00:00:00.000' }])
  expect(keyRanges(column('date'), '2026-01-01', '2026-01-03', 2)).toEqual([{ until: '2026-01-02' }, { from: '2026-01-02' }])
})

test.each<[ColumnKind, Bound]>([['integer', 1.5], ['integer', 'x'], ['timestamp', 5], ['timestamp', 'soon'], ['decimal', 'x'], ['decimal', NaN]])('%s has no bound %p', (kind, bound) => {
  expect(keyRanges(column(kind), bound, bound, 2)).toBeUndefined()
})

test('ranges with both ends in them follow one another, as those of JdbcRDD', () => {
  expect(inclusiveRanges(1n, 100n, 3)).toEqual([[1n, 33n], [34n, 66n], [67n, 100n]])
  fc.assert(fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(0n, 2n ** 63n), anyCount, (lower, length, count) => {
    const ranges = inclusiveRanges(lower, lower + length, count)
    expect(ranges[0]![0]).toBe(lower)
    expect(ranges.at(-1)![1]).toBe(lower + length)
    ranges.slice(1).forEach(([from], i) => { expect(from).toBe(ranges[i]![1] + 1n) })
  }))
})
