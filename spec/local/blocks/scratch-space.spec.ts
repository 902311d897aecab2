/** Scratch files: made when they are first written to, gone with their owner, their RDD, or the engine. */
import * as v8 from 'node:v8'
import * as vm from 'node:vm'
import type { SparkContext } from '../../../lib/index'
import { StorageLevel } from '../../../lib/index'
import { encodeColumns } from '../../../lib/codec/columns'
import { ScratchSpace, SpillFile } from '../../../lib/local/blocks/scratch-space'
import { withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc') as () => void

/** Lets the collector and the callbacks of finalization run until `isDone`. */
async function afterGarbage(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !isDone(); round++) {
    collectGarbage()
    await new Promise(resolve => setImmediate(resolve))
  }
}

describe('SpillFile', () => {
  test('opens no file before it is written to, and reads what was written, as often as asked', () => withFolder(folder => {
    const space = new ScratchSpace(folder)
    const file = new SpillFile(space)
    expect([space.fileCount, file.sizeBytes]).toEqual([0, 0])
    const positions = [[1, 2], ['a'], []].map(records => file.append(encodeColumns(records)))
    expect(space.fileCount).toBe(1)
    for (let round = 0; round < 2; round++) expect([...file.chunks(positions)]).toEqual([[1, 2], ['a'], []])
    expect([...file.chunks(positions.slice(1, 2))]).toEqual([['a']])
    expect(file.sizeBytes).toBe(positions.reduce((sum, { length }) => sum + length, 0))
    file.remove()
    file.remove()
    expect(space.fileCount).toBe(0)
  }))

  test('waits for its last reader', () => withFolder(folder => {
    const space = new ScratchSpace(folder)
    const file = new SpillFile(space)
    const positions = [[1], [2]].map(records => file.append(encodeColumns(records)))
    const reader = file.chunks(positions)[Symbol.iterator]()
    reader.next()
    file.remove()
    expect([space.fileCount, reader.next().value]).toEqual([1, [2]])
    reader.return?.()
    expect(space.fileCount).toBe(0)
  }))

  test('goes when nobody can reach it any more', () => withFolder(async folder => {
    const space = new ScratchSpace(folder)
    const make = (): void => { new SpillFile(space).append(encodeColumns([1])) }
    make()
    expect(space.fileCount).toBe(1)
    await afterGarbage(() => space.fileCount === 0)
    expect(space.fileCount).toBe(0)
  }))
})

describe('garbage of an engine', () => {
  const filesOf = (sc: SparkContext): number => (sc.runner as any).scratch.fileCount

  test('the files of a shuffle go with its RDD, the blocks of a persisted RDD with it', () => withSpark('local', async sc => {
    const work = async (): Promise<void> => {
      await sc.range(0, 20_000, 1, 2).map(x => [x, 1]).groupByKey(2).count()
      await sc.range(0, 10, 1, 2).persist(StorageLevel.DISK_ONLY).count()
      await sc.range(0, 10, 1, 2).cache().count()
    }
    await work()
    expect(filesOf(sc)).toBeGreaterThanOrEqual(2)
    expect(sc.runner.storedRdds()).toHaveLength(2)
    await afterGarbage(() => filesOf(sc) === 0 && sc.runner.storedRdds().length === 0)
    expect([filesOf(sc), sc.runner.storedRdds()]).toEqual([0, []])
  }, { 'millrace.memory.execution': '64k' }))
})
