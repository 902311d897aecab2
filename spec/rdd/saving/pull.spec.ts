/** Taking elements in pieces: the user's functions run as the task, between pieces nothing of it is in the way. */
import * as path from 'node:path'
import { TaskContext } from '../../../lib/index'
import { pullPieces } from '../../../lib/rdd/saving/pull'
import { masters, withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

describe('pullPieces', () => {
  const task = new TaskContext(1, 2, 0, 3)

  test('gives all elements in order, in pieces, as the running task', async () => {
    const seen: [number, boolean][] = []
    const pieces: number[] = []
    let count = 0
    function* values(): Generator<number> { for (let i = 0; i < 7; i++) { seen.push([i, TaskContext.get() === task]); yield i } }
    await pullPieces(task, values(), () => ++count % 3 === 0, async () => {
      expect(TaskContext.get()).toBeUndefined()
      pieces.push(count)
    })
    expect(pieces).toEqual([3, 6, 7])
    expect(seen).toEqual(Array.from({ length: 7 }, (_, i) => [i, true]))
  })

  test('closes what it reads when writing fails', async () => {
    let isOpen = true
    function* values(): Generator<number> { try { for (;;) yield 1 } finally { isOpen = false } }
    await expect(pullPieces(task, values(), () => true, async () => { throw new Error('no space') })).rejects.toThrow('no space')
    expect(isOpen).toBe(false)
  })
})

describe.each(masters)('saving on %s', master => {
  test('accumulators count once, and tasks know themselves, in every piece', () => withFolder(folder => withSpark(master, async sc => {
    const seen = sc.longAccumulator()
    const outside = sc.longAccumulator()
    const rdd = sc.range(0, 150_000, 1, 2).map(x => {
      seen.add(1)
      if (TaskContext.get() === undefined) outside.add(1)
      return x
    })
    await rdd.saveAsTextFile(path.join(folder, 'text'))
    await rdd.saveAsObjectFile(path.join(folder, 'objects'))
    expect([Number(seen.value), Number(outside.value)]).toEqual([300_000, 0])
  })))
})
