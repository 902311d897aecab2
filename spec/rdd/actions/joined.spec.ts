/** joined: many parts and large ones, in order. */
import { joined } from '../../../lib/rdd/actions/joined'
import { numbers } from '../../support/rdd-cases'

test.each([[0, 3], [1, 3], [7, 0], [10_000, 1], [10_001, 1], [250_000, 1], [3, 200_000]])(
  '%d parts of %d elements', (partCount, size) => {
    const parts = Array.from({ length: partCount }, (_, part) => numbers(part * size, (part + 1) * size))
    const all = joined(parts)
    expect(all.length).toBe(partCount * size)
    expect(all.every((x, index) => x === index)).toBe(true)
  })

test('elements that are arrays stay what they are', () => {
  expect(joined<unknown>([[[1], []], [[[2]]]])).toEqual([[1], [], [[2]]])
})
