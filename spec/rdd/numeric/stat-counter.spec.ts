/** StatCounter against the formulas, whatever the order in which it learns. */
import fc from 'fast-check'
import { StatCounter } from '../../../lib/index'

const values = fc.array(fc.integer({ min: -1000, max: 1000 }).map(x => x / 8),
  { minLength: 1, maxLength: 50 })

function expectNear(actual: number, expected: number): void {
  if (actual !== expected) expect(Math.abs(actual - expected)).toBeLessThanOrEqual(
    1e-9 * Math.max(1, Math.abs(expected)))
}

test('knows what the formulas say', () => fc.assert(fc.property(values, xs => {
  const stats = new StatCounter(xs)
  const mean = xs.reduce((a, b) => a + b, 0) / xs.length
  const squares = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  expect(stats.count).toBe(xs.length)
  expectNear(stats.mean, mean)
  expectNear(stats.sum, mean * xs.length)
  expectNear(stats.variance, squares / xs.length)
  expectNear(stats.popStdev, Math.sqrt(squares / xs.length))
  if (xs.length > 1) expectNear(stats.sampleVariance, squares / (xs.length - 1))
  expect([stats.max, stats.min]).toEqual([Math.max(...xs), Math.min(...xs)])
})))

test('groups merge into the whole', () =>
  fc.assert(fc.property(fc.array(fc.oneof(values, fc.constant([]))), groups => {
  const whole = new StatCounter(groups.flat())
  const merged = groups.reduce((all, group) => all.merge(new StatCounter(group)), new StatCounter())
  expect(merged.count).toBe(whole.count)
  for (const field of ['sum', 'max', 'min'] as const) expectNear(merged[field], whole[field])
  if (whole.count > 0) for (const field of ['mean', 'variance'] as const) expectNear(
    merged[field], whole[field])
})))

test('of nothing and of one number', () => {
  const none = new StatCounter()
  expect([none.count, none.sum, none.max, none.min]).toEqual([0, 0, -Infinity, Infinity])
  expect([none.mean, none.variance, none.stdev, none.sampleVariance]).toEqual([NaN, NaN, NaN, NaN])
  const one = new StatCounter([5])
  expect([one.mean, one.variance, one.stdev, one.max, one.min]).toEqual([5, 0, 0, 5, 5])
  expect(one.sampleVariance).toBeNaN()
  expect(one.sampleStdev).toBeNaN()
})

test('merges numbers, lists and itself; a copy is its own', () => {
  const stats = new StatCounter([1]).merge(2).merge([3, 4])
  expect(stats.mean).toBe(2.5)
  const copy = stats.copy().merge(100)
  expect([stats.count, copy.count]).toEqual([4, 5])
  stats.merge(stats)
  expect([stats.count, stats.mean, stats.variance]).toEqual([8, 2.5, 1.25])
})

test('numbers far from 0 keep their variance', () => {
  expect(new StatCounter([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance).toBeCloseTo(22.5, 6)
})

test('is written as Spark writes it', () => {
  expect(`${new StatCounter([1, 2, 3])}`).toBe(
    '(count: 3, mean: 2.000000, stdev: 0.816497, max: 3.000000, min: 1.000000)')
  expect(`${new StatCounter()}`).toBe('(count: 0, mean: NaN, stdev: NaN, max: -Infinity, min: Infinity)')
})
