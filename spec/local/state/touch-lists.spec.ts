/** Lists of touches: what was idle is found once, and lists that hold little are made anew. */
import { TouchLists, type Touched } from '../../../lib/local/state/touch-lists'

class Entries implements Touched {
  constructor(readonly times: (number | undefined)[]) {}
  get size(): number { return this.times.filter(time => time !== undefined).length }
  get slotCount(): number { return this.times.length }
  isLive(slot: number): boolean { return this.times[slot] !== undefined }
  timeAt(slot: number): number { return this.times[slot]! }
}

const plain = (lists: TouchLists, version: number): [number, number[]][] => Array.from(lists.takeUntil(version), ([at, slots]) => [at, Array.from(slots)])

describe('TouchLists', () => {
  test('of entries that have only their times, oldest first, each given once', () => {
    const lists = TouchLists.of(new Entries([5, 3, undefined, 5, 4]))
    expect(plain(lists, 2)).toEqual([])
    expect(plain(lists, 4)).toEqual([[3, [1]], [4, [4]]])
    expect(plain(lists, 9)).toEqual([[5, [0, 3]]])
    expect(plain(lists, 9)).toEqual([])
  })

  test('later touches come behind', () => {
    const entries = new Entries([1, 1])
    const lists = TouchLists.of(entries)
    entries.times[1] = 2
    lists.add(2, [1], entries)
    lists.add(3, [], entries)
    expect(plain(lists, 3)).toEqual([[1, [0, 1]], [2, [1]]])
  })

  test('take no more room than a few times the entries', () => {
    const entries = new Entries(Array.from({ length: 2000 }, () => 1))
    const lists = TouchLists.of(entries)
    for (let version = 2; version < 500; version++) {
      const slots = Array.from({ length: 1000 }, (_, slot) => slot)
      for (const slot of slots) entries.times[slot] = version
      lists.add(version, slots, entries)
      expect(lists.slotCount).toBeLessThanOrEqual(3 * 2000)
    }
    const found = plain(lists, 499).flatMap(([at, slots]) => slots.filter(slot => entries.times[slot] === at))
    expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, slot) => slot))
  })
})
