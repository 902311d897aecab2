/** One step of a window with an inverse, on one partition. */
import { slidePanesNode, type SlideArguments } from '../../../lib/streaming/windows/slide-panes'
import { thrown } from '../../support/operator-cases'

const args: SlideArguments = { f: (a, b) => a + b, inverse: (a, b) => a - b, filter: undefined,
  previousCount: 1, oldCount: 2 }

function slide(inputs: unknown[][], change: Partial<SlideArguments> = {}): unknown {
  return slidePanesNode.compute({ ...args, ...change }, inputs as never, 0, undefined as never)
}

test('what left goes, what came is added, the rest stays', () => {
  const previous = [['a', 10], ['b', 5], ['c', 7]]
  expect(slide([previous, [['a', 1]], [['a', 2], ['b', 5]], [['d', 4]], [['a', 3], ['d', 4]]]))
    .toEqual([['a', 10], ['b', 0], ['c', 7], ['d', 8]])
})

test('a key without an earlier value takes the new ones alone', () => {
  expect(slide([[], [['a', 1]], [], [['a', 3]]])).toEqual([['a', 3]])
})

test('the first window has nothing before it', () => {
  expect(slide([[['a', 3]], [['a', 4]]], { previousCount: 0, oldCount: 0 })).toEqual([['a', 7]])
})

test('the inputs are left as they were', () => {
  const inputs = [[['a', 1]], [['a', 1]], [], [['a', 2], ['b', 1]], [['b', 1]]]
  const copy = structuredClone(inputs)
  slide(inputs)
  expect(inputs).toEqual(copy)
})

test('a key that left without ever having been there is an error', () => {
  expect(thrown(() => slide([[], [['a', 1]], []]))).toMatchObject({
    name: 'SparkError', message: expect.stringMatching(
      /^Neither previous window has value for key, nor new values found\. Are you sure/),
  })
})

test('unless a filter may have dropped it', () => {
  expect(slide([[], [['a', 1]], []], { filter: () => true })).toEqual([])
})
