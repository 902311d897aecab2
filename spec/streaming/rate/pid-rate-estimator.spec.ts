import fc from 'fast-check'
import { IllegalArgumentError } from '../../../lib/index'
import { PidRateEstimator, type PidOptions } from '../../../lib/streaming/rate/pid-rate-estimator'

const pid = (options: Partial<PidOptions> = {}): PidRateEstimator =>
  new PidRateEstimator({ batchIntervalMs: 20, proportional: 1, integral: 0, derived: 0, minRate: 10, ...options })

test.each<[string, Partial<PidOptions>, RegExp]>([
  ['no interval', { batchIntervalMs: 0 }, /^Specified batch interval 0 in PIDRateEstimator is invalid$/],
  ['a negative proportional term', { proportional: -1 }, /^Proportional term -1 in PIDRateEstimator should be >= 0$/],
  ['a negative integral term', { integral: -1 }, /^Integral term -1 in/],
  ['a negative derivative term', { derived: -1 }, /^Derivative term -1 in/],
  ['no lowest rate', { minRate: 0 }, /^Minimum rate in PIDRateEstimator should be > 0, but is 0$/],
  ['a negative lowest rate', { minRate: -10 }, /should be > 0/],
])('%s is refused', (_name, options, message) => {
  expect(() => pid(options)).toThrow(IllegalArgumentError)
  expect(() => pid(options)).toThrow(message)
})

test('the first batch gives no estimate, the second does', () => {
  const estimator = pid()
  expect(estimator.compute(0, 10, 10, 0)).toBeUndefined()
  expect(estimator.compute(10, 10, 10, 0)).toBe(1_000)
})

test.each([
  ['no time has passed', [10, 10, 10, 0]], ['time goes back', [5, 10, 10, 0]], ['it had no records', [20, 0, 10, 0]], ['it had fewer than none', [20, -10, 10, 0]],
  ['it took no time', [20, 10, 0, 0]], ['it took less than none', [20, 10, -10, 0]],
] as const)('a batch gives no estimate, and leaves no trace, when %s', (_name, [time, records, processing, scheduling]) => {
  const [estimator, untold] = [pid(), pid()]
  for (const each of [estimator, untold]) {
    each.compute(0, 10, 10, 0)
    each.compute(10, 10, 10, 0)
  }
  expect(estimator.compute(time, records, processing, scheduling)).toBeUndefined()
  expect(estimator.compute(40, 30, 10, 5)).toBe(untold.compute(40, 30, 10, 5))
})

test('an estimate is never below the lowest rate', () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.integer({ min: -5, max: 5_000 }), fc.integer({ min: -5, max: 100 }), fc.integer({ min: 0, max: 1_000 })), { minLength: 1 }),
    batches => {
      const estimator = pid({ integral: 1, derived: 0.5, minRate: 5 })
      batches.forEach(([records, processing, scheduling], i) => {
        const rate = estimator.compute(i * 20, records, processing, scheduling)
        if (rate !== undefined) expect(rate).toBeGreaterThanOrEqual(5)
      })
    }))
})

test.each([['rises', (i: number) => i + 1], ['falls', (i: number) => 50 - i]])(
  'nothing waits: the rate follows the speed of processing where that %s', (_name, thousands) => {
    const estimator = pid({ integral: 1 })
    const rates = Array.from({ length: 50 }, (_, i) => estimator.compute(i * 20, thousands(i) * 20, 20, 0))
    expect(rates).toEqual([undefined, ...Array.from({ length: 49 }, (_, i) => thousands(i + 1) * 1_000)])
  })

test('batches wait: the rate stays below the speed of processing', () => {
  fc.assert(fc.property(
    fc.array(fc.tuple(fc.integer({ min: 1_000, max: 2_000 }), fc.integer({ min: 1, max: 19 })), { minLength: 2, maxLength: 50 }), batches => {
      const estimator = pid({ integral: 0.01 })
      batches.forEach(([records, scheduling], i) => {
        const rate = estimator.compute(i * 20, records, 20, scheduling)
        if (i === 0) expect(rate).toBeUndefined()
        else expect(rate).toBeLessThan(records / 20 * 1_000)
      })
    }))
})

test('each part weighs what its setting says', () => {
  const after = (options: Partial<PidOptions>): number | undefined => {
    const estimator = pid({ proportional: 0, minRate: 1, ...options })
    estimator.compute(0, 20, 20, 0) // 1,000 a second
    return estimator.compute(500, 10, 20, 10) // 500 a second, after half an interval of waiting
  }
  expect(after({})).toBe(1_000)
  expect(after({ proportional: 0.5 })).toBe(750)
  expect(after({ integral: 0.2 })).toBe(950)
  expect(after({ derived: 0.1 })).toBe(900)
})
