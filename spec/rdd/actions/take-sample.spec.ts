/** takeSample: exactly as many as asked for, evenly chosen; the cases are those of Spark's RDDSuite. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

describe.each(masters)('takeSample on %s', master => {
  test('gives exactly as many, each element once', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(1, 10_001), 2)
    for (const num of [5, 20, 100]) {
      for (const seed of [undefined, 1, 2, 3]) {
        const sample = await data.takeSample(false, num, seed)
        expect(new Set(sample).size).toBe(num)
        expect(sample.every(x => x >= 1 && x <= 10_000)).toBe(true)
      }
    }
    const all = await data.takeSample(false, 20_000, 1)
    expect(all).not.toEqual(numbers(1, 10_001))
    expect(all.sort((a, b) => a - b)).toEqual(numbers(1, 10_001))
  }))

  test('with replacement gives as many as asked for, of however few', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(1, 1001), 3)
    for (const num of [20, 1000, 2000]) {
      const sample = await data.takeSample(true, num, 4)
      expect(sample.length).toBe(num)
      expect(sample.every(x => x >= 1 && x <= 1000)).toBe(true)
    }
    expect(new Set(await data.takeSample(true, 1000, 5)).size).toBeLessThan(1000)
    expect(await sc.parallelize(['x'], 4).takeSample(true, 3)).toEqual(['x', 'x', 'x'])
  }))

  test('chooses evenly among the partitions, and in no order', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 100), 4)
    for (const replacement of [true, false]) {
      const counts = new Array<number>(10).fill(0)
      let inOrder = 0
      for (const seed of numbers(0, 100)) {
        const sample = await data.takeSample(replacement, 10, seed)
        for (const x of sample) counts[Math.floor(x / 10)]!++
        if (sample[0]! < sample[9]!) inOrder++
      }
      // Each tenth is expected 100 times, with a standard deviation below 10.
      for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(50)
      expect(Math.abs(inOrder - 50)).toBeLessThan(25)
    }
  }))

  test('is decided by the seed', () => withSpark(master, async sc => {
    const data = sc.parallelize(numbers(0, 100), 4)
    for (const replacement of [true, false]) {
      const sample = await data.takeSample(replacement, 10, 42)
      expect(await data.takeSample(replacement, 10, 42)).toEqual(sample)
      expect(await data.takeSample(replacement, 10, 43)).not.toEqual(sample)
    }
  }))

  test('of nothing, and nothing of something', () => withSpark(master, async sc => {
    for (const replacement of [true, false]) {
      expect(await sc.parallelize([], 2).takeSample(replacement, 20, 1)).toEqual([])
      expect(await sc.emptyRDD().takeSample(replacement, 20)).toEqual([])
      expect(await sc.parallelize([1]).takeSample(replacement, 0)).toEqual([])
    }
  }))

  test('refuses wrong arguments, and names the line of what it reads', () => withSpark(master, async sc => {
    const data = sc.parallelize([1])
    expect((await failureOf(data.takeSample(false, -1))).message).toContain(
      'Negative number of elements requested: -1')
    expect((await failureOf(data.takeSample(false, 1.5))).message).toContain('num must be a whole number')
    expect((await failureOf(data.takeSample(1 as any, 1))).message).toContain(
      'withReplacement must be true or false')
    expect((await failureOf(data.takeSample(true, 1, NaN))).message).toContain('a seed must be')
    for (const replacement of [true, false]) {
      await expectFailureIn('map', 'take-sample.spec.ts',
        data.map(() => { throw new Error('boom') }).takeSample(replacement, 1))
    }
  }))
})
