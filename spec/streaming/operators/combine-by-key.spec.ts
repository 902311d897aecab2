/** combineByKey: values of a key and batch combined into something of another kind. */
import { testStream } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { boom, failure, hostileKeys, itHolds, itNamesItsLine, thrown } from '../../support/operator-cases'

type Pair = [string, number]

describe.each(masters)('combineByKey on %s', master => {
  const average = { create: (v: number) => [v, 1] as [number, number] }
  itHolds<Pair, [string, [number, number]]>({
    master, batches: [[['a', 1], ['a', 3], ['b', 5]]], expected: [[['a', [4, 2]], ['b', [5, 1]]]],
    build: pairs => pairs.combineByKey(average.create, ([sum, n], v) => [sum + v, n + 1],
      (x, y) => [x[0] + y[0], x[1] + y[1]], 2),
  })
  itHolds<Pair, [string, number[]]>({
    master, batches: [[['a', 1], ['a', 1], ['b', 5]]], expected: [[['a', [1, 1]], ['b', [5]]]],
    build: pairs => pairs.combineByKey<string, number, number[]>(v => [v], (all, v) => {
      all.push(v)
      return all
    }, boom, 2, false),
  })

  test.each(hostileKeys)('%p and %p are one key', async (a, b) => {
    const pairs: [unknown, number][] = [[a, 1], ['other', 5], [b, 2]]
    const [sums] = await testStream<[[unknown, number]], [unknown, number]>([[pairs]],
      ([p]) => p.combineByKey(v => v, (x: number, y) => x + y, (x, y) => x + y, 3), { master, partitions: 3 })
    expect(sums!.map(([, sum]) => sum).sort()).toEqual([3, 5])
  })

  itNamesItsLine<Pair>(master, 'combineByKey', 'combine-by-key.spec.ts', [['a', 1]],
    pairs => pairs.combineByKey(boom, boom, boom))

  test('each of its functions is checked at the call', async () => {
    await testStream<[Pair], Pair>([[[['a', 1]]]], ([p]) => {
      const f = (a: any): any => a
      expect(thrown(() => p.combineByKey(1 as never, f, f)).message).toMatch(/create must be a function/)
      expect(thrown(() => p.combineByKey(f, 1 as never, f)).message).toMatch(/mergeValue must be a function/)
      expect(thrown(() => p.combineByKey(f, f, 1 as never)).message)
        .toMatch(/mergeCombiners must be a function/)
      return p
    }, { master })
  })

  test('an element that is no pair fails the batch with a sentence', async () => {
    const error = await failure(testStream([[[5 as never]]],
      ([pairs]) => (pairs as any).combineByKey((v: any) => v, (c: any) => c, (c: any) => c), { master }))
    expect(error.message).toMatch(/combineByKey needs \[key, value\] pairs, it got 5/)
  })
})
