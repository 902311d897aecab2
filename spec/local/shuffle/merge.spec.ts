/** Merges of sorted runs against sorting everything at once. */
import fc from 'fast-check'
import { equalKeys, hashKey } from '../../../lib/base/keys'
import { KeyMap } from '../../../lib/base/key-map'
import { mergeCells, mergeSorted, sortByHash, type Chunks } from '../../../lib/local/shuffle/merge'

type Cell = [unknown, unknown]

/** A run cut into chunks of every size, empty ones too. */
const inChunks = (cells: readonly Cell[], size: number): Chunks => {
  const chunks: Cell[][] = [[]]
  for (let at = 0; at < cells.length; at += size) chunks.push(cells.slice(at, at + size))
  return chunks
}
const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('a', 'b', '__proto__', NaN, -0, null, undefined, 3n),
  fc.tuple(fc.integer({ min: 0, max: 2 }), fc.constantFrom('x', 'y')), fc.record({ k: fc.boolean() }))
const runs = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[][]> => fc.array(fc.array(value, { maxLength: 30 }), { maxLength: 8 })

describe('mergeSorted', () => {
  test('is a stable sort of all sources, however they are cut', () => fc.assert(fc.property(
    runs(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 7 }), (sources, size) => {
      const cells = sources.map((source, run) => source.map((k, at): Cell => [k, `${run}.${at}`]))
      const order = (a: Cell, b: Cell): number => (a[0] as number) - (b[0] as number)
      const merged = mergeSorted(cells.map(source => inChunks([...source].sort(order), size)), order)
      const expected = cells.flat().sort(order)
      expect([...merged].flat()).toEqual(expected)
      expect([...merged].flat()).toEqual(expected)
    })))

  test('closes its sources when it is left early', () => {
    let open = 0
    const source = (): Chunks => ({
      *[Symbol.iterator]() {
        open++
        try { for (let i = 0; ; i++) yield [[i, i]] as Cell[] } finally { open-- }
      },
    })
    for (const chunk of mergeSorted([source(), source()], (a, b) => a[0] - b[0])) if (chunk.length > 0) break
    expect(open).toBe(0)
  })
})

describe('sortByHash', () => {
  test('sorts by hash and keeps the order within one', () => fc.assert(fc.property(fc.array(key, { maxLength: 60 }), keys => {
    const cells = keys.map((k, at): Cell => [k, at])
    const expected = cells.map(cell => ({ cell, hash: hashKey(cell[0]) })).sort((a, b) => a.hash - b.hash).map(({ cell }) => cell)
    expect(sortByHash(cells)).toEqual(expected)
  })))
})

describe('mergeCells', () => {
  const gather = (a: string[], b: string[]): string[] => [...a, ...b]

  test('gives each key once, its values in the order of the sources', () => fc.assert(fc.property(
    runs(key), fc.integer({ min: 1, max: 7 }), (sources, size) => {
      const cells = sources.map((source, run) => source.map((k, at): Cell => [k, [`${run}.${at}`]]))
      const expected = new KeyMap<unknown, string[]>()
      for (const source of cells) for (const [k, v] of sortByHash(source)) expected.set(k, gather(expected.get(k) ?? [], v as string[]))
      const merged = mergeCells(cells.map(source => inChunks(sortByHash(source), size)), gather)
      const found = [...merged].flat()
      expect(found.length).toBe(expected.size)
      for (const [k, v] of found) expect(v).toEqual(expected.get(k))
      expect(found.map(([k]) => hashKey(k))).toEqual(found.map(([k]) => hashKey(k)).sort((a, b) => a - b))
    })))

  test('different keys of one hash stay apart', () => {
    // Found by search: two strings whose hashes are the same.
    const [a, b] = collidingStrings()
    expect(hashKey(a)).toBe(hashKey(b))
    const merged = [...mergeCells([[[[a, [1]], [b, [2]]]], [[[b, [3]], [a, [4]]]]], (x: number[], y: number[]) => [...x, ...y])].flat()
    expect(merged).toEqual([[a, [1, 4]], [b, [2, 3]]])
  })
})

function collidingStrings(): [string, string] {
  const seen = new Map<number, string>()
  for (let i = 0; ; i++) {
    const text = `k${i}`
    const other = seen.get(hashKey(text))
    if (other !== undefined && !equalKeys(other, text)) return [other, text]
    seen.set(hashKey(text), text)
  }
}
