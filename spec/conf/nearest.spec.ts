// Misspelt names: the edit distance is that of the definition, and far names get no suggestion.
import * as fc from 'fast-check'
import { editDistance, nearestName } from '../../lib/conf/nearest'

/** The definition, without tables. */
function naiveDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const swapped = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)
    ? naiveDistance(a.slice(0, -2), b.slice(0, -2)) + 1 : Infinity
  return Math.min(swapped, naiveDistance(a.slice(0, -1), b) + 1, naiveDistance(a, b.slice(0, -1)) + 1,
    naiveDistance(a.slice(0, -1), b.slice(0, -1)) + (a.at(-1) === b.at(-1) ? 0 : 1))
}

test('the distance is that of the definition', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 })
  fc.assert(fc.property(word, word, (a, b) => {
    expect(editDistance(a, b)).toBe(naiveDistance(a, b))
    expect(editDistance(b, a)).toBe(editDistance(a, b))
  }))
  expect([editDistance('', ''), editDistance('abc', ''), editDistance('ab', 'ba')]).toEqual([0, 3, 1])
})

test('finds what was meant, and nothing where nothing was', () => {
  const names = ['spark.master', 'spark.app.name', 'spark.streaming.blockInterval']
  expect(nearestName('spark.mastre', names)).toBe('spark.master')
  expect(nearestName('spark.streaming.blockinterval', names)).toBe('spark.streaming.blockInterval')
  expect(nearestName('spark.appName', names)).toBe('spark.app.name')
  expect(nearestName('spark.streaming.block.intervall', names)).toBe('spark.streaming.blockInterval')
  expect(nearestName('spark.something.else.entirely', names)).toBeUndefined()
  expect(nearestName('spark.x', [])).toBeUndefined()
})
