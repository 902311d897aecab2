/** range: the numbers of a start, an end and a step, cut like every other source, and never an array. */
import fc from 'fast-check'
import type { SparkContext } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

function naive(start: number, end: number, step: number): number[] {
  const numbers: number[] = []
  for (let value = start; step > 0 ? value < end : value > end; value += step) numbers.push(value)
  return numbers
}

describe.each(masters)('range on %s', master => {
  const spark = <R>(f: (sc: SparkContext) => Promise<R>): Promise<R> => withSpark(master, f)

  test('has its start, not its end, and steps in both directions', () => spark(async sc => {
    expect(await sc.range(0, 10, 3).collect()).toEqual([0, 3, 6, 9])
    expect(await sc.range(10, 0, -5, 2).collect()).toEqual([10, 5])
    expect(await sc.range(5).collect()).toEqual([0, 1, 2, 3, 4])
    expect(await sc.range(5, 1).collect()).toEqual([])
    expect(await sc.range(1, 5, -1).collect()).toEqual([])
  }))

  test('gives the numbers of a plain loop, whatever the slices', () => spark(sc => fc.assert(fc.asyncProperty(
    fc.integer({ min: -200, max: 200 }), fc.integer({ min: -200, max: 200 }),
    fc.integer({ min: -7, max: 7 }).filter(step => step !== 0), fc.integer({ min: 1, max: 9 }),
    async (start, end, step, slices) => {
      const expected = naive(start, end, step)
      const range = sc.range(start, end, step, slices)
      const slice = (i: number): number => Math.floor(i * expected.length / slices)
      expect(await range.collect()).toEqual(expected)
      expect(await sc.runJob(range, values => [...values]))
        .toEqual(Array.from({ length: slices }, (_, i) => expected.slice(slice(i), slice(i + 1))))
      expect(await sc.range(BigInt(start), BigInt(end), BigInt(step), slices).collect()).toEqual(expected.map(BigInt))
    },
  ), { numRuns: 60 })))

  test('reaches to the ends of the safe integers, and beyond with bigints', () => spark(async sc => {
    const { MAX_SAFE_INTEGER: max, MIN_SAFE_INTEGER: min } = Number
    expect(await sc.range(max - 3, max, 1, 2).collect()).toEqual([max - 3, max - 2, max - 1])
    expect(await sc.range(min, max, max, 3).collect()).toEqual([min, 0])
    const big = 2n ** 70n
    expect(await sc.range(big, big + 5n, 2n).collect()).toEqual([big, big + 2n, big + 4n])
  }))

  test('makes a number only when it is asked for', () => spark(async sc => {
    expect(await sc.range(0, 2 ** 50, 1, 4).map(x => x * 2).take(3)).toEqual([0, 2, 4])
    expect(await sc.range(0, 100_000, 1, 3).filter(x => x % 2 === 0).count()).toBe(50_000)
  }))

  test('refuses what is no range, at the call', () => spark(async sc => {
    expect(() => sc.range(0, 10, 0)).toThrow('step cannot be 0')
    expect(() => sc.range(0, 10, 1, 0)).toThrow('Positive number of partitions required')
    expect(() => sc.range(0.5, 3)).toThrow('start must be a whole number')
    expect(() => sc.range(0, 2 ** 60)).toThrow('end must be a whole number')
    expect(() => sc.range(0, NaN)).toThrow('end must be a whole number')
  }))
})
