/** mapAsync: what promises resolve to, in the order of the elements, at most so many at a time. */
import { sleep, systemClock } from '../../../lib/base/clock'
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, itHolds, itNamesItsLine, thrown } from '../../support/operator-cases'

describe.each(masters)('mapAsync on %s', master => {
  itHolds<number, number>({
    master, ordered: true, batches: [[3, 1, 2], [5]], expected: [[30, 10, 20], [50]],
    build: numbers => numbers.mapAsync(async n => {
      await sleep(systemClock, n)
      return n * 10
    }),
  })

  test('no more than `concurrency` calls of a partition wait at a time', async () => {
    const calls = { waiting: 0, most: 0 }
    const [most] = await testStream([[[1, 2, 3, 4, 5, 6, 7]]], ([numbers]) => numbers.mapAsync(async () => {
      calls.most = Math.max(calls.most, ++calls.waiting)
      await sleep(systemClock, 1)
      calls.waiting--
      return calls.most
    }, { concurrency: 3 }), { master, partitions: 1 })
    expect(most).toHaveLength(7)
    expect(Math.max(...most!)).toBe(3)
  })

  itNamesItsLine(master, 'mapAsync', 'map-async.spec.ts', [1],
    numbers => numbers.mapAsync(async () => boom()))

  test('a concurrency that is no count is refused at the call', async () => {
    await testStream([[[1]]], ([numbers]) => {
      expect(thrown(() => numbers.mapAsync(async n => n, { concurrency: 0 })).message)
        .toMatch(/mapAsync: concurrency .* 1 or more, got 0/)
      return numbers
    }, { master })
  })
})
