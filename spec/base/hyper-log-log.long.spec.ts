/**
 * HyperLogLog against Sets: exact for few values, within its error for many, and the same however it is
 * merged.
 */
import fc from 'fast-check'
import { HyperLogLog } from '../../lib/base/hyper-log-log'

function sketchOf(values: Iterable<unknown>, precision: number): HyperLogLog {
  const sketch = new HyperLogLog(precision)
  for (const value of values) sketch.add(value)
  return sketch
}

function* numbered(from: number,
  to: number): Iterable<string> { for (let i = from; i < to; i++) yield `value ${i}` }

describe('HyperLogLog', () => {
  it('counts few values exactly, by structure', () => {
    expect(new HyperLogLog(9).estimate()).toBe(0)
    expect(sketchOf([1, '1', 1n, true, null, undefined, NaN, NaN, -0, 0, [1], [1], { a: 1 }, { a: 1 }],
      9).estimate()).toBe(10)
  })

  it.each([4, 9, 12, 16])('stays within four standard errors at precision %d', precision => {
    const error = 1.04 / Math.sqrt(2 ** precision)
    for (const count of [40, 300, 1_000, 2_500, 10_000, 60_000, 120_000]) {
      const estimate = sketchOf(numbered(0, count), precision).estimate()
      expect(Math.abs(estimate - count) / count).toBeLessThan(4 * error)
    }
  })

  it('is not biased: the mean error over many sketches is far below one standard error', () => {
    const precision = 8
    const runs = 100
    for (const count of [200, 700, 1_500]) {
      let sum = 0
      for (let run = 0; run < runs; run++) {
        sum += sketchOf(numbered(run * 2_000, run * 2_000 + count), precision).estimate()
      }
      expect(Math.abs(sum / runs / count - 1)).toBeLessThan(4 * 1.04 / Math.sqrt(2 ** precision * runs))
    }
  })

  it('merges parts into the sketch of the whole', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 400 }), { maxLength: 6 }), parts => {
      const merged = parts.map(part => sketchOf(part, 6)).reduce((a, b) => a.merge(b), new HyperLogLog(6))
      expect(merged.estimate()).toBe(sketchOf(parts.flat(), 6).estimate())
    }))
  })

  it('leaves what it merges as it was', () => {
    const small = sketchOf(numbered(0, 10), 8)
    const large = sketchOf(numbered(0, 5_000), 8)
    const before = large.estimate()
    small.merge(large)
    small.merge(sketchOf(numbered(5_000, 20_000), 8))
    expect(large.estimate()).toBe(before)
  })

  it('has the precision that an error asks for', () => {
    expect(HyperLogLog.precisionFor(0.05)).toBe(9)
    expect(HyperLogLog.precisionFor(0.02)).toBe(12)
    expect(HyperLogLog.precisionFor(0.5)).toBe(4)
    for (const bad of [0, -1, NaN, 0.00001]) {
      expect(() => HyperLogLog.precisionFor(bad)).toThrow(/accuracy \(.*\) must be greater than/)
    }
  })

  it('refuses wrong precisions', () => {
    for (const bad of [3, 23, 4.5, NaN]) expect(() => new HyperLogLog(bad)).toThrow(/must be >= 4/)
    expect(() => new HyperLogLog(4).merge(new HyperLogLog(5))).toThrow(/precision 4 and 5/)
  })
})
