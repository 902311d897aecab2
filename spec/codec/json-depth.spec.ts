/** isDeeperThan is what walking over the parsed value says. */
import fc from 'fast-check'
import { isDeeperThan } from '../../lib/codec/json-depth'

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

test('is what the value says', () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6, stringUnit: fc.constantFrom('"', '\\', '[', '{', '}', 'a', 'ü') }), fc.integer({ min: 0, max: 7 }), (value, depthMax) => {
    expect(isDeeperThan(Buffer.from(JSON.stringify(value)), depthMax)).toBe(depthOf(value) > depthMax)
  }), { numRuns: 500 })
})
