/** repartition: the same elements in another number of partitions. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { itHolds, thrown } from '../../support/operator-cases'

describe.each(masters)('repartition on %s', master => {
  itHolds<number, number>({
    master, build: numbers => numbers.repartition(3), batches: [[1, 2, 3, 4], [5]],
    expected: [[1, 2, 3, 4], [5]],
  })

  test.each([[4, 2], [1, 3], [2, 5]])('from %d to %d partitions, evenly', async (partitions, wanted) => {
    const batch = Array.from({ length: 20 }, (_, index) => index)
    const [first, second] = await testStream(
      [[batch, []]], ([n]) => n.repartition(wanted).glom(), { master, partitions })
    expect(first).toHaveLength(wanted)
    expect(second).toHaveLength(wanted)
    expect(first!.flat().sort((a, b) => a - b)).toEqual(batch)
    for (const part of first!) expect(Math.abs(part.length - 20 / wanted)).toBeLessThan(partitions)
  })

  test('a count that is none is refused at the call', async () => {
    await testStream([[[1]]], ([n]) => {
      for (const wrong of [0, -1, 1.5, undefined as never]) {
        expect(thrown(() => n.repartition(wrong)))
          .toMatchObject({ name: 'IllegalArgumentError', message: expect.stringMatching(/must be positive/) })
      }
      return n
    }, { master })
  })
})
