/** Notes of batches: what is written is read, in few bytes where batches follow one another. */
import * as fc from 'fast-check'
import { readNote, writeNote } from '../../../../lib/connect/kafka/sink/ledger'
import { thrown } from '../../../support/operator-cases'

test('what is written is read', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 2_000_000_000_000 }), { maxLength: 100 })
  const regular = fc.tuple(fc.nat(1_000), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 100 }))
    .map(([from, step, count]) => Array.from({ length: count }, (_, i) => from + i * step))
  fc.assert(fc.property(fc.oneof(times, regular), written => {
    expect(readNote(writeNote({ run: '12-3', times: written }))).toEqual({ run: '12-3', times: [...written].sort((a, b) => a - b) })
  }))
})

test('batches that follow one another take few bytes', () => {
  const times = Array.from({ length: 100_000 }, (_, i) => 1_700_000_000_000 + 500 * i)
  expect(writeNote({ run: '1-0', times })).toBe('1-0 1700000000000+500*100000')
  expect(writeNote({ run: '1-0', times: [1, 2, 10, 20, 30, 31] })).toBe('1-0 1,2,10+10*3,31')
  expect(writeNote({ run: '1-0', times: [] })).toBe('1-0 ')
})

test('more than Kafka keeps beside an offset is refused', () => {
  const times = Array.from({ length: 1_000 }, (_, i) => 1_700_000_000_000 + i * i)
  expect(thrown(() => writeNote({ run: '1-0', times }))).toMatchObject({ message: expect.stringMatching(/^Of 1000 batches that may run again/) })
})

test.each(['', 'run', 'a b c', '1-0 x', '1-0 1+2', '1-0 1+2*'])('%j is no note', text => expect(readNote(text)).toBeUndefined())
