/**
 * sample and randomSplit: sizes within what chance allows, the same for the same seed, nothing lost between
 * splits.
 */
import { HashPartitioner } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, numbers, partitionCounts, thrownBy } from '../../support/rdd-cases'

/**
 * So far from its mean a binomial count strays less than once in a million runs; the seeds are fixed anyway.
 */
const near = (count: number, mean: number, variance: number): void =>
  expect(Math.abs(count - mean)).toBeLessThan(5 * Math.sqrt(variance))

describe.each(masters)('sample on %s', master => {
  test('takes about the fraction asked for, in order and without repetition', () =>
    withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 4000), 3)
    for (const fraction of [0.05, 0.5, 0.9]) {
      const chosen = await data.sample(false, fraction, 7).collect()
      near(chosen.length, 4000 * fraction, 4000 * fraction * (1 - fraction))
      expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b))
    }
    expect(await data.sample(false, 0, 1).count()).toBe(0)
    expect(await data.sample(false, 1, 1).count()).toBe(4000)
  }))

  test('with replacement repeats elements', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 2000), 4)
    for (const fraction of [0.5, 1, 2.5]) {
      const chosen = await data.sample(true, fraction, 7).collect()
      near(chosen.length, 2000 * fraction, 2000 * fraction)
      near(new Set(chosen).size, 2000 * (1 - Math.exp(-fraction)), 2000 * Math.exp(-fraction))
    }
    expect(await data.sample(true, 0, 1).count()).toBe(0)
  }))

  test('is decided by seed and partition', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 200), 4)
    for (const replacement of [true, false]) {
      const chosen = await data.sample(replacement, 0.5, 42).collect()
      expect(await data.sample(replacement, 0.5, 42n).collect()).toEqual(chosen)
      expect(await data.map(x => x).sample(replacement, 0.5, 42).filter(() => true).collect()).toEqual(chosen)
      expect(await data.sample(replacement, 0.5, 43).collect()).not.toEqual(chosen)
    }
    const places = sc.parallelize([...numbers(0, 50), ...numbers(0, 50)], 2).sample(false, 0.5, 1).glom()
    const [first, second] = await places.collect()
    expect(first).not.toEqual(second)
    const again = data.sample(false, 0.5)
    expect(await again.collect()).toEqual(await again.collect())
  }))

  test('keeps the partitioner', () => withSpark(master, sc => {
    const pairs = sc.parallelize<[number, number]>([[0, 1], [2, 3]]).partitionBy(new HashPartitioner(2))
    for (const replacement of [true, false]) expect(pairs.sample(replacement, 1).partitioner).toBe(
      pairs.partitioner)
    for (const part of pairs.randomSplit([1, 1])) expect(part.partitioner).toBe(pairs.partitioner)
  }))

  test('of nothing is nothing, and its errors name the line', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD().sample(false, 0.5).collect()).toEqual([])
    expect(await sc.parallelize([], 3).sample(true, 2).collect()).toEqual([])
    await expectFailureIn('map', 'sample.spec.ts',
      sc.parallelize([1]).map(() => { throw new Error('boom') }).sample(false, 1).count())
  }))

  test('refuses impossible fractions and seeds', () => withSpark(master, sc => {
    const data = sc.parallelize([1])
    const refusal = (f: () => unknown): string => {
      const error = thrownBy(f)
      expect(error).toMatchObject(
        { name: 'IllegalArgumentError', at: expect.stringMatching(/^sample at sample\.spec\.ts:\d+$/) })
      return error.message
    }
    expect(refusal(() => data.sample(false, -0.1))).toContain('Fraction must be nonnegative, but got -0.1')
    expect(refusal(() => data.sample(true, NaN))).toContain('Fraction must be nonnegative, but got NaN')
    expect(refusal(() => data.sample(true, Infinity))).toContain('must be finite')
    expect(refusal(() => data.sample(false, 1.5))).toContain(
      'Sampling fraction (1.5) must be on interval [0, 1]')
    expect(refusal(() => data.sample(0.5 as any, 1))).toContain('withReplacement must be true or false')
    expect(refusal(() => data.sample(false, 0.5, 'x' as any))).toContain(
      'a seed must be a number or a bigint')
  }))
})

describe.each(masters)('randomSplit on %s', master => {
  test.each(partitionCounts)('deals every element to one split, in proportion, from %d partitions', count =>
    withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 600), count)
    for (const seed of [1, 2, 3]) {
      const splits = data.randomSplit([1, 2, 3], seed)
      expect(splits.length).toBe(3)
      const parts = await Promise.all(splits.map(split => split.collect()))
      expect(parts.flat().sort((a, b) => a - b)).toEqual(numbers(0, 600))
      expect(parts.map((part, index) => Math.abs(part.length - 100 * (index + 1)) < 50)).toEqual(
        [true, true, true])
    }
  }))

  test('the union of splits is what was split, though its partitions stand elsewhere', () =>
    withSpark(master, async sc => {
    const [first, second] = sc.parallelize(numbers(0, 100), 3).randomSplit([0.3, 0.7], 5)
    const all = await first!.union(second!).collect()
    expect(all.sort((a, b) => a - b)).toEqual(numbers(0, 100))
  }))

  test('refuses weights that give no proportion', () => withSpark(master, sc => {
    const data = sc.parallelize([1])
    expect(thrownBy(() => data.randomSplit([1, -1])).message).toContain(
      'Weights must be nonnegative, but got [1,-1]')
    expect(thrownBy(() => data.randomSplit([1, NaN])).message).toContain('Weights must be nonnegative')
    expect(thrownBy(() => data.randomSplit([0, 0])).message).toContain(
      'Sum of weights must be positive, but got [0,0]')
    expect(thrownBy(() => data.randomSplit([])).message).toContain(
      'Sum of weights must be positive, but got []')
    expect(thrownBy(() => data.randomSplit(2 as any)).message).toContain('weights must be an array')
  }))
})
