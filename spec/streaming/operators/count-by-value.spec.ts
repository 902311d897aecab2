/** countByValue: how often each element is in a batch; elements compare by structure. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { failure, hostileKeys, itHolds } from '../../support/operator-cases'

describe.each(masters)('countByValue on %s', master => {
  itHolds<string, [string, number]>({
    master, build: words => words.countByValue(),
    batches: [['a', 'a', 'b'], ['', '']], expected: [[['a', 2], ['b', 1]], [['', 2]]],
  })

  test.each(hostileKeys)('%p and %p are one value', async (a, b) => {
    const [counts] = await testStream([[[a, b, 'other']]], ([values]) => values.countByValue(3),
      { master, partitions: 3 })
    expect(counts!.map(([, count]) => count).sort()).toEqual([1, 2])
  })

  test('what cannot be a key is refused with the operator named', async () => {
    // Made in the task: a function among the inputs would not even get to a thread.
    const error = await failure(testStream([[[1]]], ([values]) => values.map(n => (() => n) as never).countByValue(), { master }))
    expect(error).toMatchObject({ code: 'MR_KEY_REFUSED',
      message: expect.stringMatching(/countByValue at count-by-value\.spec\.ts/) })
  })

  test('takes a number of partitions or a partitioner', async () => {
    const evens = { numPartitions: 2, getPartition: (n: number) => n % 2 }
    const parts = await testStream([[[1, 2, 3, 2]]], ([n]) => n.countByValue(evens).glom(), { master })
    expect(parts).toEqual([[[[2, 2]], [[1, 1], [3, 1]]]])
    expect((await testStream([[[1]]], ([n]) => n.countByValue(3).glom(), { master }))[0]).toHaveLength(3)
  })
})
