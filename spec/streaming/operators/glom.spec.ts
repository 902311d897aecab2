/** glom: one array a partition, so that the number of partitions shows. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'

describe.each(masters)('glom on %s', master => {
  test.each([
    [1, [[[1, 2, 3, 4]], [[]], [[5]]]],
    [2, [[[1, 2], [3, 4]], [[], []], [[], [5]]]],
    [4, [[[1], [2], [3], [4]], [[], [], [], []], [[], [], [], [5]]]],
  ])('in %d partitions', async (partitions, expected) => {
    const results = await testStream([[[1, 2, 3, 4], [], undefined, [5]]], ([n]) => n.glom(),
      { master, partitions })
    expect(results).toEqual(expected)
  })
})
