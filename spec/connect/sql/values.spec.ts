/** Values as what columns take, and what is refused because a column would change it. */
import * as fc from 'fast-check'
import type { Column, ColumnKind } from '../../../lib/connect/sql/dialect'
import { rowOf } from '../../../lib/connect/sql/rows'
import { instantOf, textOf, timeText, wholeOf } from '../../../lib/connect/sql/values'
import { thrown } from '../../support/operator-cases'

const column = (kind: ColumnKind, more: Partial<Column> = {}): Column => ({ name: 'c', kind, type: kind, isNullable: true, isFilled: false, ...more })
const time = new Date('2026-03-29T01:30:00.123Z')

test.each<[ColumnKind, unknown, unknown]>([
  ['integer', 5, '5'], ['integer', 2n ** 63n, '9223372036854775808'], ['integer', '-7', '-7'], ['integer', -0, '0'],
  ['decimal', '1.10', '1.10'], ['decimal', 0.5, '0.5'], ['real', NaN, 'NaN'], ['boolean', true, '1'], ['boolean', 0, '0'],
  ['text', 'ü\u{1F33E}', 'ü\u{1F33E}'], ['date', time, '2026-03-29'], ['date', '2026-01-01', '2026-01-01'],
  ['timestamp', time, '2026-03-29 01:30:00.123'], ['timestamp', new Date('+012026-03-29T00:00:00Z'), '12026-03-29 00:00:00.000'],
  ['json', { a: [1, null] }, '{"a":[1,null]}'], ['json', 'text', '"text"'], ['array', [1, null, 'a"\\', [2]], '{"1",NULL,"a\\"\\\\",{"2"}}'], ['other', 5n, '5'], ['other', null, null], ['integer', undefined, null],
])('%s takes %p', (kind, value, text) => { expect(textOf(value, column(kind))).toBe(text) })

test.each<[ColumnKind, unknown]>([
  ['integer', 1.5], ['integer', 2 ** 53], ['integer', '1.0'], ['integer', ''], ['integer', true], ['decimal', Infinity], ['decimal', ''], ['real', ''], ['boolean', 'true'], ['boolean', 2],
  ['text', 5], ['text', '\ud800'], ['text', {}], ['bytes', 'x'], ['date', new Date(NaN)], ['date', 5], ['timestamp', 5], ['json', () => 0], ['json', 5n], ['array', 5], ['other', {}],
])('%s refuses %p, by its name', (kind, value) => { expect(thrown(() => textOf(value, column(kind))).message).toMatch(new RegExp(`^the column 'c' \\(${kind}\\) cannot hold `)) })

test('null where it may not be, and texts that are too long, counted in characters', () => {
  expect(thrown(() => textOf(undefined, column('text', { isNullable: false }))).message).toBe("the column 'c' (text) cannot hold null")
  expect(textOf('\u{1F33E}\u{1F33E}', column('text', { lengthMax: 2 }))).toBe('\u{1F33E}\u{1F33E}')
  expect(thrown(() => textOf('abc', column('text', { lengthMax: 2 }))).message).toBe("the column 'c' (text) cannot hold \"abc\"")
})

test('bytes of every kind', () => {
  expect(textOf(new Uint8Array([1]), column('bytes'))).toEqual(new Uint8Array([1]))
  expect(textOf(new Uint8Array([1]).buffer, column('bytes'))).toEqual(new Uint8Array([1]))
})

test('a time is the same after it was a text', () => {
  fc.assert(fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), date => { expect(instantOf(timeText(date))).toEqual(date) }))
  expect([instantOf('infinity'), instantOf('0000-00-00'), instantOf('2026-00-01'), instantOf('2026-01-01 00:00:00.123456')]).toEqual([undefined, undefined, undefined, new Date('2026-01-01T00:00:00.123Z')])
})

test('whole numbers are exact or an error', () => {
  expect([wholeOf('9007199254740993', 'exact', 'c'), wholeOf('5', 'number', 'c')]).toEqual([9007199254740993n, 5])
  expect(thrown(() => wholeOf('9007199254740993', 'number', 'c')).message).toBe("the column 'c' holds 9007199254740993, which is no exact number")
})

test('rows: arrays in order, objects by name also where names are those of Object, single values, what is absent', () => {
  const columns = [{ name: '__proto__' }, { name: 'toString' }]
  expect(rowOf([1, undefined], columns, 'sink')).toEqual([1, null])
  expect(rowOf(Object.fromEntries([['__proto__', 1]]), columns, 'sink')).toEqual([1, null])
  expect(rowOf({}, columns, 'sink', 'absent')).toEqual(['absent', 'absent'])
  expect(rowOf(new Date(5), [{ name: 'a' }], 'sink')).toEqual([new Date(5)])
  expect(thrown(() => rowOf([1], columns, 'sink')).message).toBe('a row of 1 values does not fit 2 columns (__proto__, toString): an array of 1')
  expect(thrown(() => rowOf({ b: 1 }, columns, 'sink')).message).toBe("a row has 'b', the columns are '__proto__', 'toString'")
})
