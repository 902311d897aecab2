// KeyMap: a Map in every respect but that keys compare by structure.
import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { MillraceError } from '../../lib/base/errors'
import { KeyMap } from '../../lib/base/key-map'
import { equalKeys, hashKey } from '../../lib/base/keys'

/** The slowest map that is right: a list of entries. */
class NaiveMap {
  entries: [unknown, number][] = []
  find(key: unknown) { return this.entries.find(([other]) => equalKeys(other, key)) }
  set(key: unknown, value: number) {
    const entry = this.find(key)
    if (entry === undefined) this.entries.push([Object.is(key, -0) ? 0 : key, value])
    else entry[1] = value
  }
  delete(key: unknown) {
    const length = this.entries.length
    this.entries = this.entries.filter(([other]) => !equalKeys(other, key))
    return this.entries.length < length
  }
}

const smallKey = fc.oneof(
  fc.constantFrom('a', 'b', '__proto__', 1, 1n, true, NaN, 0, -0, null, undefined),
  fc.array(fc.constantFrom('a', 1, NaN, -0, null), { maxLength: 2 }),
  fc.record({ x: fc.constantFrom(1, 2) }),
  fc.constantFrom(1, 2).map(ms => new Date(ms)),
)

test('behaves as a list of entries under any operations', () => {
  const operation = fc.tuple(fc.constantFrom('set', 'delete', 'update', 'get', 'clear'), smallKey,
    fc.integer())
  fc.assert(fc.property(fc.array(operation, { maxLength: 60 }), operations => {
    const map = new KeyMap<unknown, number>()
    const naive = new NaiveMap()
    for (const [name, key, value] of operations) {
      if (name === 'set') naive.set(key, value), map.set(key, value)
      if (name === 'delete') expect(map.delete(key)).toBe(naive.delete(key))
      if (name === 'clear' && value % 8 === 0) map.clear(), naive.entries = []
      if (name === 'update') {
        const before = naive.find(key)?.[1]
        naive.set(key, before === undefined ? value : before + 1)
        expect(map.update(key, () => value, old => old + 1)).toBe(naive.find(key)![1])
      }
      expect(map.get(key)).toBe(naive.find(key)?.[1])
      expect(map.has(key)).toBe(naive.find(key) !== undefined)
      expect(map.size).toBe(naive.entries.length)
    }
    expect([...map]).toEqual(naive.entries)
  }), { numRuns: 300 })
})

test('all ways to look at it agree and keep the order of insertion', () => {
  const map = new KeyMap<unknown, number>([['b', 1], [['a', 1], 2], ['a', 3], [{ x: 1 }, 4], [['a', 1], 5]])
  expect([...map.keys()]).toEqual(['b', ['a', 1], 'a', { x: 1 }])
  expect([...map.values()]).toEqual([1, 5, 3, 4])
  expect([...map.entries()]).toEqual([...map])
  const seen: unknown[] = []
  map.forEach((value, key, self) => seen.push([key, value, self === map]))
  expect(seen).toEqual([...map].map(([key, value]) => [key, value, true]))
  expect(new Map(map).size).toBe(4)
})

test('an entry whose value is undefined is an entry', () => {
  const map = new KeyMap<unknown, number | undefined>([[['k'], undefined], ['p', undefined]])
  expect([map.has(['k']), map.has('p'), map.get(['k'])]).toEqual([true, true, undefined])
  expect(map.update(['k'], () => 1, () => 2)).toBe(2)
  expect(map.update('p', () => 1, () => 2)).toBe(2)
})

test('keys whose hashes collide are kept apart', () => {
  const byHash = new Map<number, number>()
  let pair: [number, number] | undefined
  for (let i = 0; pair === undefined; i++) {
    const hash = hashKey([i])
    if (byHash.has(hash)) pair = [byHash.get(hash)!, i]
    byHash.set(hash, i)
  }
  const [a, b] = pair
  const map = new KeyMap<number[], string>([[[a], 'a'], [[b], 'b']])
  expect([map.get([a]), map.get([b]), map.size]).toEqual(['a', 'b', 2])
  expect(map.delete([a])).toBe(true)
  expect([map.get([a]), map.get([b]), map.has([a]), map.size]).toEqual([undefined, 'b', false, 1])
  map.set([a], 'again')
  expect([...map.values()]).toEqual(['b', 'again'])
  expect([map.delete([b]), map.delete([b]), map.delete([a]), map.size]).toEqual([true, false, true, 0])
})

test('what cannot be a key is refused by every method', () => {
  const map = new KeyMap<unknown, number>()
  for (const use of [() => map.get(() => 1), () => map.set(Symbol('s'), 1), () => map.has([() => 1]),
    () => map.delete(new Map())]) {
    expect(use).toThrow(/cannot be a key/)
  }
  expect(map.size).toBe(0)
})

test('a full map refuses new keys by name of the limit, and stays as it is', () => {
  const map = new KeyMap<unknown, number>([[['a'], 1], ['b', 2]], { entriesMax: 2 })
  for (const key of ['c', ['c']]) {
    for (const add of [() => map.set(key, 3), () => map.update(key, () => 3, old => old)]) {
      try {
        add()
        throw new Error('not refused')
      } catch (error: any) {
        expect(MillraceError.is(error) && error.code).toBe('MR_LIMIT')
        expect(error.message).toMatch(/keyMapEntriesMax = 2/)
      }
      expect(map.has(key)).toBe(false)
    }
  }
  map.set(['a'], 5).set('b', 6)
  expect([...map]).toEqual([[['a'], 5], ['b', 6]])
  map.delete('b')
  expect(map.set(['c'], 7).get(['c'])).toBe(7)
})

test('inspect shows it as a Map', () => {
  expect(inspect(new KeyMap<unknown, number>([[['a', 1], 2], ['b', 3]])))
    .toBe('KeyMap(2) { [ \'a\', 1 ] => 2, \'b\' => 3 }')
  expect(inspect({ m: new KeyMap() })).toBe('{ m: KeyMap(0) {} }')
  expect(String(new KeyMap())).toBe('[object KeyMap]')
})
