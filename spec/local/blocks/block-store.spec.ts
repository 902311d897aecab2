/** The block store: every storage level keeps what it says where it says, within the limit. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import fc from 'fast-check'
import { estimateSizeBytes } from '../../../lib/base/sizes'
import { StorageLevel } from '../../../lib/index'
import { BlockStore, type BlockStoreOptions } from '../../../lib/local/blocks/block-store'
import { ScratchSpace } from '../../../lib/local/blocks/scratch-space'
import { withFolder } from '../../support/folders'

const { MEMORY_ONLY, MEMORY_ONLY_SER, MEMORY_AND_DISK, MEMORY_AND_DISK_SER, DISK_ONLY, OFF_HEAP } = StorageLevel
const objects = (tag: string): unknown[] => Array.from({ length: 1000 }, (_, i) => ({ tag, i, text: String(i * 2654435761 % 2 ** 32).repeat(3) }))
/** What one such block takes as objects. */
const blockBytes = estimateSizeBytes(objects('a'))
const kilobyte = 1024

describe('BlockStore', () => {
  const withStore = <R>(memoryLimitBytes: number, f: (store: BlockStore, scratch: ScratchSpace, evicted: unknown[]) => R): Promise<R> =>
    withFolder(folder => {
      const scratch = new ScratchSpace(folder)
      const evicted: unknown[] = []
      const options: BlockStoreOptions = { memoryLimitBytes, scratch, onEvicted: ({ rddId, partition, diskBytes }) => evicted.push([rddId, partition, diskBytes > 0]) }
      try { return f(new BlockStore(options), scratch, evicted) } finally { scratch.closeAll() }
    })
  const held = (store: BlockStore): number[] => store.stored().map(({ id }) => id)

  test.each([
    ['MEMORY_ONLY', MEMORY_ONLY, 'memory', true], ['MEMORY_ONLY_SER', MEMORY_ONLY_SER, 'memory', false],
    ['MEMORY_AND_DISK', MEMORY_AND_DISK, 'memory', true], ['MEMORY_AND_DISK_SER', MEMORY_AND_DISK_SER, 'memory', false],
    ['DISK_ONLY', DISK_ONLY, 'disk', false], ['OFF_HEAP', OFF_HEAP, 'memory', false],
  ] as const)('%s keeps the elements in their place and form', (_name, level, place, isSame) => withStore(Infinity, store => {
    const values = objects('a')
    const status = store.put(1, 0, values, level)
    expect([status.memoryBytes > 0, status.diskBytes > 0]).toEqual([place === 'memory', place === 'disk'])
    const kept = store.get(1, 0)!
    expect(kept).toEqual(values)
    expect(kept[5] === values[5]).toBe(isSame)
    expect(store.stored()).toEqual([{ id: 1, partitionsCached: 1, memoryBytes: status.memoryBytes, diskBytes: status.diskBytes }])
  }))

  test('encoded blocks take less than objects', () => withStore(Infinity, store => {
    const values = objects('a')
    expect(store.put(1, 0, values, MEMORY_ONLY_SER).memoryBytes).toBeLessThan(store.put(2, 0, values, MEMORY_ONLY).memoryBytes / 2)
  }))

  test('the least recently used leave first: to disk where they may, else for good', () => withStore(3.5 * blockBytes, (store, scratch, evicted) => {
    store.put(1, 0, objects('a'), MEMORY_ONLY)
    store.put(2, 0, objects('b'), MEMORY_AND_DISK)
    store.put(3, 0, objects('c'), MEMORY_ONLY)
    store.get(1, 0)
    store.put(4, 0, objects('d'), MEMORY_ONLY)
    expect(evicted).toEqual([[2, 0, true]])
    expect(store.get(2, 0)).toEqual(objects('b'))
    expect(scratch.fileCount).toBe(1)
    store.put(5, 0, objects('e'), MEMORY_ONLY)
    expect(evicted.slice(1)).toEqual([[3, 0, false]])
    expect([held(store), store.get(3, 0), store.get(1, 0)]).toEqual([[1, 2, 4, 5], undefined, objects('a')])
  }))

  test('no block leaves for another of its own RDD', () => withStore(2.5 * blockBytes, (store, _scratch, evicted) => {
    for (let partition = 0; partition < 4; partition++) store.put(1, partition, objects('a'), MEMORY_ONLY)
    expect(store.stored()[0]!.partitionsCached).toBe(2)
    expect([store.get(1, 0), store.get(1, 1), store.get(1, 2)]).toEqual([objects('a'), objects('a'), undefined])
    expect(evicted).toEqual([])
    for (let partition = 0; partition < 4; partition++) store.put(2, partition, objects('b'), MEMORY_AND_DISK)
    expect(store.stored().find(({ id }) => id === 2)).toMatchObject({ partitionsCached: 4 })
    expect([0, 1, 2, 3].map(partition => store.get(2, partition))).toEqual(Array(4).fill(objects('b')))
    expect(held(store)).toEqual([2])
  }))

  test('what is too large for memory goes to disk, or is not kept', () => withStore(blockBytes / 20, store => {
    store.put(1, 0, objects('small').slice(0, 10), MEMORY_ONLY)
    expect(store.put(2, 0, objects('a'), MEMORY_ONLY)).toMatchObject({ memoryBytes: 0, diskBytes: 0 })
    expect(store.get(2, 0)).toBeUndefined()
    for (const [id, level] of [[3, MEMORY_AND_DISK], [4, MEMORY_AND_DISK_SER]] as const) {
      expect(store.put(id, 0, objects('a'), level)).toMatchObject({ memoryBytes: 0 })
      expect(store.get(id, 0)).toEqual(objects('a'))
    }
    // A block that can never fit drives nobody out.
    expect(store.get(1, 0)).toHaveLength(10)
  }))

  test('a block that cannot be written to disk stays', () => withStore(2 * blockBytes, store => {
    const values = objects('f').map(value => Object.assign(value as object, { call: () => 1 }))
    store.put(1, 0, values, MEMORY_AND_DISK)
    expect(store.put(2, 0, objects('b'), MEMORY_ONLY).memoryBytes).toBe(0)
    expect(store.get(1, 0)).toHaveLength(1000)
  }))

  test('dropping an RDD gives memory and disk back, after the last reader', () => withStore(Infinity, (store, scratch) => {
    store.put(1, 0, objects('a'), DISK_ONLY)
    store.put(1, 1, objects('b'), MEMORY_ONLY)
    const reading = (store.open(1, 0)!.values as Iterable<unknown[]>)[Symbol.iterator]()
    expect(reading.next().done).toBe(false)
    store.drop(1)
    expect([held(store), store.get(1, 0), scratch.fileCount]).toEqual([[], undefined, 1])
    let chunks = 1
    while (reading.next().done !== true) chunks++
    expect(chunks).toBeGreaterThan(1)
    expect(scratch.fileCount).toBe(0)
  }))

  test('a partition that is stored again replaces what it was', () => withStore(Infinity, store => {
    store.put(1, 0, objects('a'), MEMORY_ONLY)
    const { memoryBytes } = store.put(1, 0, ['b'], MEMORY_ONLY)
    expect([store.get(1, 0), store.stored()[0]!.memoryBytes, store.holdsAll(1, 1), store.holdsAll(1, 2)]).toEqual([['b'], memoryBytes, true, false])
    expect(store.holdsAll(9, 0)).toBe(false)
  }))

  test('whatever is stored, read, dropped: within the limit, and nothing is ever wrong', () => fc.assert(fc.asyncProperty(
    fc.array(fc.oneof(
      fc.record({ do: fc.constant('put' as const), rdd: fc.nat(4), partition: fc.nat(3), records: fc.nat(600), level: fc.constantFrom(MEMORY_ONLY, MEMORY_ONLY_SER, MEMORY_AND_DISK, MEMORY_AND_DISK_SER, DISK_ONLY) }),
      fc.record({ do: fc.constant('get' as const), rdd: fc.nat(4), partition: fc.nat(3) }),
      fc.record({ do: fc.constant('drop' as const), rdd: fc.nat(4) }),
    ), { maxLength: 60 }),
    actions => withStore(30 * kilobyte, store => {
      const model = new Map<string, { values: unknown[], level: StorageLevel }>()
      for (const action of actions) {
        if (action.do === 'put') {
          const values = Array.from({ length: action.records }, (_, i) => [action.rdd, action.partition, i])
          store.put(action.rdd, action.partition, values, action.level)
          model.set(`${action.rdd}:${action.partition}`, { values, level: action.level })
        } else if (action.do === 'drop') {
          store.drop(action.rdd)
          for (const key of [...model.keys()]) if (key.startsWith(`${action.rdd}:`)) model.delete(key)
        } else {
          const expected = model.get(`${action.rdd}:${action.partition}`)
          const found = store.get(action.rdd, action.partition)
          if (found !== undefined || expected?.level.useDisk === true) expect(found).toEqual(expected!.values)
        }
        expect(store.stored().reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)).toBeLessThanOrEqual(30 * kilobyte)
      }
    }),
  ), { numRuns: 100 }))

  test('leaves no file behind', () => withFolder(folder => {
    const scratch = new ScratchSpace(`${folder}/a, ${folder}/b`)
    const store = new BlockStore({ scratch })
    store.put(1, 0, [1], DISK_ONLY)
    store.put(2, 0, [1], DISK_ONLY)
    expect(fs.readdirSync(folder)).toEqual(['a', 'b'])
    expect(scratch.fileCount).toBe(2)
    store.clear()
    scratch.closeAll()
    expect([scratch.fileCount, fs.readdirSync(path.join(folder, 'a')), fs.readdirSync(path.join(folder, 'b'))]).toEqual([0, [], []])
  }))
})
