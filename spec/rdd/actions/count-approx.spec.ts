/** countApprox and countByValueApprox: exact when there is time, bounded when there is not. */
import { boundedCount } from '../../../lib/rdd/actions/count-approx'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

describe.each(masters)('countApprox on %s', master => {
  test('is exact when the job is done in time', () => withSpark(master, async sc => {
    const result = await sc.parallelize(numbers(0, 100), 4).countApprox(60_000)
    expect(result.isInitialValueFinal).toBe(true)
    expect(result.initialValue).toMatchObject({ mean: 100, confidence: 1, low: 100, high: 100 })
    expect(`${result}`).toBe('(final: [100.000, 100.000])')
    expect((await result.map(({ mean }) => mean * 2).getFinalValue())).toBe(200)
    expect((await sc.emptyRDD().countApprox(60_000)).initialValue.mean).toBe(0)
  }))

  test('is a guess when the time is up, and exact later', () => withSpark(master, async sc => {
    const slow = sc.parallelize(numbers(0, 40), 8).mapAsync(async x => {
      if (x >= 20) await new Promise(resolve => { setTimeout(resolve, 20) })
      return x
    })
    const result = await slow.countApprox(30, 0.9)
    expect(result.isInitialValueFinal).toBe(false)
    expect(result.initialValue.high).toBeGreaterThan(result.initialValue.low)
    const later: number[] = []
    result.onComplete(({ mean }) => later.push(mean))
    expect((await result.getFinalValue()).mean).toBe(40)
    expect(later).toEqual([40])
  }))

  test('counts each value', () => withSpark(master, async sc => {
    const result = await sc.parallelize([['a'], ['b'], ['a']], 2).countByValueApprox(60_000)
    const counts = await result.getFinalValue()
    expect(counts.size).toBe(2)
    expect(counts.get(['a'])).toMatchObject({ mean: 2, confidence: 1, low: 2, high: 2 })
  }))

  test('fails when the job does, before the time is up and after it', () => withSpark(master, async sc => {
    const bad = sc.parallelize([1, 2], 2).map(() => { throw new Error('boom') })
    await expectFailureIn('map', 'count-approx.spec.ts', bad.countApprox(60_000))
    const late = await sc.parallelize([1], 1).mapAsync(async () => {
      await new Promise(resolve => { setTimeout(resolve, 30) })
      throw new Error('boom')
    }).countApprox(0)
    expect(late.initialValue).toMatchObject({ mean: 0, confidence: 0, low: 0, high: Infinity })
    const failed = new Promise(resolve => { late.onFail(resolve) })
    await expectFailureIn('mapAsync', 'count-approx.spec.ts', late.getFinalValue())
    expect(await failed).toBeDefined()
  }))

  test('refuses impossible arguments', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1])
    expect((await failureOf(rdd.countApprox(-1))).message).toContain(
      'the timeout must be a number of milliseconds')
    expect((await failureOf(rdd.countApprox(10, 1.5))).message).toContain('confidence (1.5) must be in [0,1]')
    expect((await failureOf(rdd.countByValueApprox(10, NaN)))).toMatchObject({
      name: 'IllegalArgumentError', at: expect.stringMatching(/^countByValueApprox at count-approx\.spec/),
    })
  }))
})

test('the bounds of a count are nearer the more is seen, and hold as often as they say', () => {
  const early = boundedCount(500, 0.1, 0.95)
  const late = boundedCount(4500, 0.9, 0.95)
  expect(early.mean).toBe(5000)
  expect(late.mean).toBe(5000)
  expect(early.high - early.low).toBeGreaterThan(late.high - late.low)
  // A negative binomial of 500 with p = 0.1 has the standard deviation sqrt(500 * 0.9) / 0.1 = 212.
  expect(early.high - early.mean).toBeCloseTo(1.96 * 212.1, 0)
  expect(late.low).toBeGreaterThanOrEqual(4500)
  expect(boundedCount(7, 0.5, 1).high).toBe(Infinity)
})
