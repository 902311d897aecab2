// Random numbers: a seed decides them for ever (pinned below), and they have the distributions they promise.
import { IllegalArgumentError } from '../../lib/base/errors'
import { freshSeed, Random } from '../../lib/base/random'

const many = 40_000
const draw = (next: () => number) => Array.from({ length: many }, next)
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: number[]) => {
  const center = mean(values)
  return mean(values.map(value => (value - center) ** 2))
}

test('the same seed gives the same numbers in every run and version', () => {
  const random = new Random(42)
  expect([random.next(), random.next(), random.nextInt(1000), random.nextInt(2 ** 40), random.nextGaussian(),
    random.nextPoisson(3)])
    .toEqual([0.45700438168330104, 0.5051258104743739, 674, 187402694226, -1.424942155758441, 1])
  expect([Random.mix(42, 0), Random.mix(42, 1), Random.mix(-1n, 2 ** 40)])
    .toEqual([6031036281838018, 1525683752627147, 2896767243338088])
})

test('different seeds give different numbers: near ones, large ones, negative ones, fractions and bigints',
  () => {
  const seeds = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1, 0.5, 0.25, 1e300, 2n ** 63n - 1n,
    -(2n ** 63n)]
  expect(new Set(seeds.map(seed => new Random(seed).next())).size).toBe(seeds.length)
  expect(new Random(7n).next()).toBe(new Random(7).next())
})

test.each([NaN, Infinity, '1', undefined, null])('the seed %p is refused', seed => {
  expect(() => new Random(seed as any)).toThrow(IllegalArgumentError)
})

test('next is even over [0, 1)', () => {
  const values = draw(() => random.next())
  expect(values.every(value => value >= 0 && value < 1)).toBe(true)
  expect(mean(values)).toBeCloseTo(0.5, 2)
  expect(variance(values)).toBeCloseTo(1 / 12, 2)
  const counts = new Array<number>(10).fill(0)
  for (const value of values) counts[Math.floor(value * 10)]!++
  for (const count of counts) expect(Math.abs(count - many / 10)).toBeLessThan(300)
})
const random = new Random(1)

test.each([1, 2, 7, 65_536, 65_537, 2 ** 40])('nextInt(%d) is even over its range', n => {
  const own = new Random(n)
  const values = draw(() => own.nextInt(n))
  expect(values.every(value => Number.isInteger(value) && value >= 0 && value < n)).toBe(true)
  expect(Math.abs(mean(values) - (n - 1) / 2) / n).toBeLessThan(0.01)
  if (n === 7) expect(new Set(values).size).toBe(7)
})

test.each([0, -1, 1.5, NaN, Infinity])('nextInt(%d) is refused', n => {
  expect(() => random.nextInt(n)).toThrow(IllegalArgumentError)
})

test('nextGaussian has mean 0 and deviation 1', () => {
  const values = draw(() => random.nextGaussian())
  expect(Math.abs(mean(values))).toBeLessThan(0.02)
  expect(variance(values)).toBeCloseTo(1, 1)
  const withinOne = values.filter(value => Math.abs(value) < 1).length / many
  expect(withinOne).toBeCloseTo(0.683, 2)
})

test.each([0, 0.1, 1, 10, 499, 1200])('nextPoisson(%d) has that mean and variance', expected => {
  const own = new Random(expected)
  const values = Array.from({ length: expected > 100 ? 4_000 : many }, () => own.nextPoisson(expected))
  expect(Math.abs(mean(values) - expected)).toBeLessThanOrEqual(4 * Math.sqrt(expected / values.length))
  expect(Math.abs(variance(values) - expected)).toBeLessThanOrEqual(0.1 * expected + 1e-9)
})

test.each([-1, NaN, Infinity])('nextPoisson(%d) is refused', value => {
  expect(() => random.nextPoisson(value)).toThrow(IllegalArgumentError)
})

test('mixed seeds are whole, differ, and give unrelated numbers', () => {
  const seeds = Array.from({ length: 10_000 }, (_, index) => Random.mix(42, index))
  expect(seeds.every(seed => Number.isSafeInteger(seed) && seed >= 0)).toBe(true)
  expect(new Set(seeds).size).toBe(seeds.length)
  const firsts = seeds.map(seed => new Random(seed).next())
  expect(Math.abs(mean(firsts) - 0.5)).toBeLessThan(0.02)
  expect(variance(firsts)).toBeCloseTo(1 / 12, 2)
})

test('fresh seeds are whole and differ', () => {
  const seeds = Array.from({ length: 100 }, freshSeed)
  expect(new Set(seeds).size).toBe(100)
  expect(seeds.every(seed => Number.isSafeInteger(seed) && seed >= 0)).toBe(true)
})
