/** Copies of values that a window keeps. */
import { merge, ownCopy } from '../../../lib/streaming/windows/own-value'

class Sum { constructor(public total: number, readonly parts: number[]) {} }

test.each<[unknown]>([[1], ['a'], [null], [undefined], [10n], [[1, 'a']], [[[1], { x: [2] }]], [{ n: 1 }], [new Date(5)], [new Map([['a', [1]]])],
  [new Sum(3, [1, 2])], [[undefined, null]]])('a copy of %p equals it', value => {
  const copy = ownCopy(value)
  expect(copy).toEqual(value)
  if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value)
})

test('nothing within a copy is shared', () => {
  const value = { list: [[1]], map: new Map([['a', [1]]]) }
  const copy = ownCopy(value)
  copy.list[0]!.push(2)
  copy.map.get('a')!.push(2)
  expect(value).toEqual({ list: [[1]], map: new Map([['a', [1]]]) })
})

test('a function that changes both of its arguments changes nothing', () => {
  const [a, b] = [[1], [2]]
  expect(merge((x: number[], y: number[]) => {
    x.push(...y.splice(0))
    return x
  }, a, b)).toEqual([1, 2])
  expect([a, b]).toEqual([[1], [2]])
})
