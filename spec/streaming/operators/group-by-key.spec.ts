/** groupByKey: all values of a key and batch in one array. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { failure, hostileKeys, itHolds } from '../../support/operator-cases'

type Pair = [string, number]

describe.each(masters)('groupByKey on %s', master => {
  itHolds<Pair, [string, number[]]>({
    master, build: pairs => pairs.groupByKey(2).mapValues(values => values.sort((a, b) => a - b)),
    batches: [[['a', 1], ['a', 2], ['b', 3]], [['', 1], ['', 1]]],
    expected: [[['a', [1, 2]], ['b', [3]]], [['', [1, 1]]]],
  })

  test.each(hostileKeys)('%p and %p are one key', async (a, b) => {
    const pairs: [unknown, number][] = [[a, 1], ['other', 5], [b, 2]]
    const [groups] = await testStream<[[unknown, number]], [unknown, number[]]>(
      [[pairs]], ([p]) => p.groupByKey(3), { master, partitions: 3 })
    expect(groups!.map(([, values]) => values.sort()).sort()).toEqual([[1, 2], [5]])
  })

  test('an element that is no pair fails the batch with a sentence', async () => {
    const error = await failure(testStream([[[5 as never]]], ([pairs]) => (pairs as any).groupByKey(),
      { master }))
    expect(error.message).toMatch(/groupByKey needs \[key, value\] pairs, it got 5/)
  })
})
