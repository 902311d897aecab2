/** The index of keys: against a Map of texts, through growth, removals in every order, and keys that share a hash's low bits. */
import * as fc from 'fast-check'
import { hashKey } from '../../../lib/base/keys'
import { limits } from '../../../lib/base/limits'
import { SlotIndex } from '../../../lib/local/state/slot-index'
import { hostileKeys } from '../../support/rdd-cases'

describe('SlotIndex', () => {
  test('finds what was added and not removed', () => {
    const key = fc.oneof(fc.nat(60), fc.string({ maxLength: 2 }), fc.constantFrom<unknown>(NaN, null, undefined, '__proto__', [1], { x: [1] }))
    fc.assert(fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 300 }), steps => {
      const keys: unknown[] = []
      const index = new SlotIndex(keys)
      const known = new Map<string, number>()
      for (const [each, isAdded] of steps) {
        const name = `${typeof each} ${JSON.stringify(each)}`
        const slot = known.get(name)
        expect(index.find(each)).toBe(slot ?? -1)
        if (isAdded && slot === undefined) {
          index.add(each, keys.push(each) - 1)
          known.set(name, keys.length - 1)
        } else if (!isAdded && slot !== undefined) {
          index.delete(each, slot)
          known.delete(name)
        }
      }
      for (const slot of known.values()) expect(index.find(keys[slot])).toBe(slot)
    }))
  })

  test('many keys at once are found as one by one', () => {
    const keys: unknown[] = Array.from({ length: 5000 }, (_, i) => i % 3 === 0 ? `k${i}` : i % 3 === 1 ? i : [i, 'x'])
    const index = new SlotIndex(keys)
    keys.forEach((key, slot) => { if (slot % 2 === 0) index.add(key, slot) })
    const slots = new Int32Array(limits.stateLookupsMax)
    for (let from = 0; from < keys.length; from += limits.stateLookupsMax) {
      const wanted = keys.slice(from, from + limits.stateLookupsMax).map(key => Array.isArray(key) ? [...key as unknown[]] : key)
      index.findAll(wanted, wanted.length, slots)
      wanted.forEach((key, i) => {
        expect(slots[i]).toBe(index.find(key))
        expect(slots[i]).toBe((from + i) % 2 === 0 ? from + i : -1)
      })
    }
  })

  test.each(hostileKeys)('%p and %p are one key', (a, b) => {
    const keys = [a]
    const index = new SlotIndex(keys)
    index.add(a, 0)
    expect(index.find(b)).toBe(0)
    index.delete(b, 0)
    expect(index.find(a)).toBe(-1)
  })

  test('keys of one of many partitions spread all the same', () => {
    const keys = Array.from({ length: 200_000 }, (_, i) => `key ${i}`).filter(key => hashKey(key) % 64 === 5)
    const index = new SlotIndex(keys)
    keys.forEach((key, slot) => index.add(key, slot))
    expect(index.longestRun).toBeLessThan(40)
    keys.forEach((key, slot) => expect(index.find(key)).toBe(slot))
  })

  test('what cannot be a key is refused', () => {
    expect(() => new SlotIndex([]).find(() => 1)).toThrow(/cannot be a key/)
  })
})
