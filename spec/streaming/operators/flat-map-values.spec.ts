/** flatMapValues: a pair for each element of what the function returns for a value. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, hostileKeys, itHolds, itNamesItsLine } from '../../support/operator-cases'

type Pair = [string, number]

describe.each(masters)('flatMapValues on %s', master => {
  itHolds<Pair, Pair>({
    master, ordered: true, build: pairs => pairs.flatMapValues(v => [v, v + 10]),
    batches: [[['a', 1], ['b', 2]]], expected: [[['a', 1], ['a', 11], ['b', 2], ['b', 12]]],
  })

  test('keys stay as they are', async () => {
    const keys = hostileKeys.map(([key]) => key)
    const pairs = keys.map((key): [unknown, number] => [key, 1])
    const results = await testStream<[[unknown, number]], [unknown, number]>(
      [[pairs]], ([p]) => p.flatMapValues(v => [v]), { master })
    expect(results).toEqual([keys.map(key => [key, 1])])
  })

  itNamesItsLine<Pair>(master, 'flatMapValues', 'flat-map-values.spec.ts', [['a', 1]],
    pairs => pairs.flatMapValues(boom))

  test('an element that is no pair fails the batch with a sentence', async () => {
    const error = await failure(testStream([[[5 as never]]],
      ([pairs]) => (pairs as any).flatMapValues((v: any) => [v]), { master }))
    expect(error.message).toMatch(/flatMapValues needs \[key, value\] pairs, it got 5/)
  })
})
