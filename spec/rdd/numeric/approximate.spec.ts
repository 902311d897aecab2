/** sumApprox and meanApprox: exact in time; bounds that hold as often as they say. */
import { Random } from '../../../lib/base/random'
import { StatCounter } from '../../../lib/index'
import { boundedMean, boundedSum } from '../../../lib/rdd/numeric/approximate'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

describe.each(masters)('sumApprox and meanApprox on %s', master => {
  test('are exact when the job is done in time', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(1, 101), 4)
    expect((await rdd.sumApprox(60_000)).initialValue).toMatchObject(
      { mean: 5050, confidence: 1, low: 5050, high: 5050 })
    expect((await rdd.meanApprox(60_000)).initialValue).toMatchObject(
      { mean: 50.5, confidence: 1, low: 50.5, high: 50.5 })
    expect((await sc.emptyRDD<number>().sumApprox(60_000)).initialValue.mean).toBe(0)
  }))

  test('fail when the job does, and refuse impossible arguments', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2], 2)
    await expectFailureIn('map', 'approximate.spec.ts',
      rdd.map((): number => { throw new Error('boom') }).meanApprox(60_000))
    expect((await failureOf(sc.parallelize<any>(['x']).sumApprox(60_000))).message).toContain(
      'sumApprox needs numbers')
    expect((await failureOf(rdd.sumApprox(10, 2))).message).toContain('confidence (2) must be in [0,1]')
    expect((await failureOf(rdd.meanApprox(undefined as any))).message).toContain(
      'meanApprox: the timeout must be')
  }))
})

describe('bounds', () => {
  test('of what nothing is known of', () => {
    expect(boundedMean(new StatCounter(), 0, 0.9)).toMatchObject(
      { mean: 0, confidence: 0, low: -Infinity, high: Infinity })
    expect(boundedSum(new StatCounter(), 0, 0.9)).toMatchObject(
      { mean: 0, confidence: 0, low: -Infinity, high: Infinity })
    expect(boundedMean(new StatCounter([3]), 0.5, 0.9)).toMatchObject(
      { mean: 3, low: -Infinity, high: Infinity })
  })

  test.each([5, 20, 200])('of a mean of %d numbers hold in nine of ten cases', count => {
    const random = new Random(count)
    let held = 0
    for (let run = 0; run < 1000; run++) {
      const stats = new StatCounter(Array.from({ length: count }, () => 10 + random.nextGaussian()))
      const { low, high } = boundedMean(stats, 0.5, 0.9)
      if (low <= 10 && 10 <= high) held++
    }
    expect(Math.abs(held - 900)).toBeLessThan(40)
  })

  test('of a sum hold in nine of ten cases', () => {
    const random = new Random(7)
    let held = 0
    for (let run = 0; run < 300; run++) {
      const seen: number[] = []
      let total = 0
      for (let index = 0; index < 400; index++) {
        const x = 5 + random.nextGaussian()
        total += x
        if (random.next() < 0.3) seen.push(x)
      }
      const { low, high } = boundedSum(new StatCounter(seen), 0.3, 0.9)
      if (low <= total && total <= high) held++
    }
    expect(held).toBeGreaterThan(250)
  })
})
