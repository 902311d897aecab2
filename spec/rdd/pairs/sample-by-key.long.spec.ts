/** sampleByKey and sampleByKeyExact: sizes, seeds, order, and that every pair has the same chance. */
import { HashPartitioner, type RDD, type SparkContext } from '../../../lib/index'
import { KeyMap } from '../../../lib/base/key-map'
import { masters, withSpark } from '../../support/contexts'

const strata = (sc: SparkContext, count = 1000, slices = 4): RDD<[string, number]> =>
  sc.parallelize(Array.from({ length: count }, (_, i) =>
    [i % 5 === 0 ? 'few' : 'many', i] as [string, number]), slices)
const fractions = new Map([['few', 0.5], ['many', 0.1]])

describe.each(masters)('sampleByKey on %s', master => {
  it.each([true, false])('takes about its fraction of each key, with replacement %s', withReplacement => withSpark(master, async sc => {
    for (const seed of [1, 2, 3]) {
      const counts = await strata(sc, 10_000).sampleByKey(withReplacement, fractions, seed).countByKey()
      expect(Math.abs(counts.get('few')! - 1000)).toBeLessThan(6 * Math.sqrt(1000))
      expect(Math.abs(counts.get('many')! - 800)).toBeLessThan(6 * Math.sqrt(800))
    }
  }))

  it('takes the same with the same seed, and something else with another', () => withSpark(master, async sc => {
    const sample = (seed?: number) => strata(sc).sampleByKey(false, fractions, seed).values().collect()
    expect(await sample(7)).toEqual(await sample(7))
    expect(await sample(7)).not.toEqual(await sample(8))
    expect(await sample()).not.toEqual(await sample())
    const once = strata(sc).sampleByKey(true, fractions)
    expect(await once.collect()).toEqual(await once.collect())
  }))

  it('takes all of 1, nothing of 0, and repeats with replacement only', () => withSpark(master, async sc => {
    const all = strata(sc, 100).sampleByKey(false, [['few', 1], ['many', 0]], 1)
    expect(await all.values().collect()).toEqual(Array.from({ length: 20 }, (_, i) => i * 5))
    const plain = await strata(sc).sampleByKey(false, fractions, 3).values().collect()
    expect(new Set(plain).size).toBe(plain.length)
    const repeated = await strata(sc).sampleByKey(true, [['few', 3], ['many', 0]], 3).values().collect()
    expect(new Set(repeated).size).toBeLessThan(repeated.length)
  }))

  it('knows keys by structure and keeps the partitioner', () => withSpark(master, async sc => {
    const rdd = sc.parallelize<[unknown, number]>([[[1], 1], ['__proto__', 2]]).partitionBy(
      new HashPartitioner(2))
    const sample = rdd.sampleByKey(false, new KeyMap<unknown, number>([[[1], 1], ['__proto__', 1]]))
    expect((await sample.values().collect()).sort()).toEqual([1, 2])
    expect(sample.partitioner).toBe(rdd.partitioner)
  }))

  it.each(['sampleByKey', 'sampleByKeyExact'] as const)('%s refuses wrong fractions at the call, and misses missing ones', operator => withSpark(master, async sc => {
    const rdd = strata(sc, 10)
    expect(() => rdd[operator](false, [['few', -0.1]]))
      .toThrow(/Negative sampling rates\. The key few has -0\.1/)
    expect(() => rdd[operator](false, { few: 1 } as any)).toThrow(/must be a Map or an array/)
    expect(() => rdd[operator](false, [['few', 'x']] as any)).toThrow(/\[key, number\] pairs, got "x"/)
    expect(() => rdd[operator](false, [['few', NaN]])).toThrow(/got NaN/)
    await expect(rdd[operator](false, [['few', 1]]).collect()).rejects.toThrow(/key not found: many/)
  }))
})

describe.each(masters)('sampleByKeyExact on %s', master => {
  it.each([true, false])('takes exactly its fraction of each key, rounded up, with replacement %s', withReplacement => withSpark(master, async sc => {
    for (const [count, few, many] of [[1000, 0.1, 0.7], [70, 0.5, 0.1], [101, 0.33, 0.01], [7, 1, 0]] as const) {
      const counts = await strata(sc, count).sampleByKeyExact(withReplacement, [['few', few], ['many', many]],
        count).countByKey()
      const fewCount = Math.ceil(count / 5)
      expect(counts.get('few') ?? 0).toBe(Math.ceil(+(fewCount * few).toFixed(9)))
      expect(counts.get('many') ?? 0).toBe(Math.ceil(+((count - fewCount) * many).toFixed(9)))
    }
  }))

  it('takes pairs once without replacement, in order', () => withSpark(master, async sc => {
    const taken = await strata(sc).sampleByKeyExact(false, fractions, 5).values().collect()
    expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b))
  }))

  it.each([true, false])('gives every pair the same chance, with replacement %s', withReplacement => withSpark(master, async sc => {
    const rdd = sc.parallelize(Array.from({ length: 12 }, (_, i) => ['k', i] as [string, number]), 5)
    const times = new Array<number>(12).fill(0)
    const runs = 400
    for (let seed = 0; seed < runs; seed++) {
      for (const value of await rdd.sampleByKeyExact(withReplacement, [['k', 0.25]], seed).values().collect()) {
        times[value]!++
      }
    }
    expect(times.reduce((a, b) => a + b)).toBe(3 * runs)
    for (const count of times) expect(Math.abs(count - runs / 4)).toBeLessThan(5 * Math.sqrt(runs / 4))
  }))

  it('gives nothing for nothing', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD<[string, number]>().sampleByKeyExact(false, fractions).collect()).toEqual([])
  }))
})
