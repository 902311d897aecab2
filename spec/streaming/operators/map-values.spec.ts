/** mapValues: new values under the same keys, in the same partitions. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, hostileKeys, itHolds, itNamesItsLine } from '../../support/operator-cases'

type Pair = [string, number]

describe.each(masters)('mapValues on %s', master => {
  itHolds<Pair, Pair>({
    master, ordered: true, build: pairs => pairs.mapValues(v => v + 10),
    batches: [[['a', 1], ['a', 2], ['b', 3]]], expected: [[['a', 11], ['a', 12], ['b', 13]]],
  })

  test('keys stay as they are and where they are', async () => {
    const keys = hostileKeys.map(([key]) => key)
    const pairs = keys.map((key): [unknown, number] => [key, 1])
    const results = await testStream<[[unknown, number]], [unknown, number]>(
      [[pairs]], ([p]) => p.mapValues(v => v + 1), { master })
    expect(results).toEqual([keys.map(key => [key, 2])])
  })

  itNamesItsLine<Pair>(master, 'mapValues', 'map-values.spec.ts', [['a', 1]], pairs => pairs.mapValues(boom))

  test('an element that is no pair fails the batch with a sentence', async () => {
    const error = await failure(testStream([[[5 as never]]],
      ([pairs]) => (pairs as any).mapValues((v: any) => v), { master }))
    expect(error.message).toMatch(/mapValues needs \[key, value\] pairs, it got 5/)
  })
})
