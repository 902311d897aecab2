/** Values for Cassandra: what is refused because a column would change it, and the token ranges that hold every row once. */
import { types } from 'cassandra-driver'
import { tokenAt } from '../../../lib/connect/cassandra/table-rdd'
import { fromCassandra, toCassandra } from '../../../lib/connect/cassandra/values'
import { thrown } from '../../support/operator-cases'

test.each<[string, unknown, unknown]>([
  ['tinyint', -128, -128], ['int', '7', 7], ['bigint', 5, 5n], ['varint', 10n ** 30n, 10n ** 30n], ['text', 'ü', 'ü'], ['double', 0.1, 0.1], ['boolean', false, false],
  ['timestamp', new Date(5), new Date(5)], ['uuid', 'x', 'x'], ['int', null, null], ['int', undefined, undefined],
])('%s takes %p', (type, value, expected) => { expect(toCassandra(value, { name: 'c', type })).toEqual(expected) })

test.each<[string, unknown]>([
  ['tinyint', 128], ['smallint', -32_769], ['int', 2 ** 31], ['int', 1.5], ['bigint', 2n ** 63n], ['bigint', 2 ** 53], ['text', 5], ['text', '\ud800'], ['boolean', 1], ['double', '1'],
  ['decimal', '1e5'], ['timestamp', 5], ['timestamp', new Date(NaN)], ['blob', 'x'],
])('%s refuses %p, by its name', (type, value) => { expect(thrown(() => toCassandra(value, { name: 'c', type })).message).toMatch(new RegExp(`^the column 'c' \\(${type}\\) cannot hold `)) })

test('values of the driver become those of JavaScript, inside of others too', () => {
  const value = new Map([['a', [types.BigDecimal.fromString('1.50'), new Set([types.LocalDate.fromString('2026-03-29')])]]])
  expect(fromCassandra(value, 'exact', 'c')).toEqual(new Map([['a', ['1.50', new Set([new Date('2026-03-29')])]]]))
  expect(fromCassandra({ in: types.Uuid.fromString('123e4567-e89b-12d3-a456-426614174000'), t: new types.Tuple(1, 'x'), b: Buffer.from([1]) }, 'number', 'c'))
    .toEqual({ in: '123e4567-e89b-12d3-a456-426614174000', t: [1, 'x'], b: new Uint8Array([1]) })
})

test('ranges of the ring follow one another from its first token past its last', () => {
  expect(Array.from({ length: 5 }, (_, i) => tokenAt(i, 4))).toEqual([-(2n ** 63n), -(2n ** 62n), 0n, 2n ** 62n, 2n ** 63n])
})
