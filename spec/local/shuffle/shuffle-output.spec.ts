/** What a shuffle holds: in memory, on disk, spoilt. */
import fc from 'fast-check'
import { HashPartitioner, TaskContext } from '../../../lib/index'
import { CallSite } from '../../../lib/base/call-site'
import { show } from '../../../lib/base/show'
import { ScratchSpace } from '../../../lib/local/blocks/scratch-space'
import { BucketWriter, CombineWriter } from '../../../lib/local/shuffle/map-writers'
import { openShuffle } from '../../../lib/local/shuffle/read'
import { ShuffleLost, ShuffleOutput } from '../../../lib/local/shuffle/shuffle-output'
import type { ShuffleArguments } from '../../../lib/rdd/plan'
import { withFolder } from '../../support/folders'

type Pair = [number, number]
const site = CallSite.of('shuffle', 'here')
const task = (): TaskContext => new TaskContext(0, 0, 0, 0)
const lists = { create: (v: number) => [v], mergeValue: (a: number[], v: number) => [...a, v], mergeCombiners: (a: number[], b: number[]) => [...a, ...b] }

function elements(output: ShuffleOutput, partition: number): unknown[] {
  const reading = task()
  const input = openShuffle(output, partition, reading, site)
  const found = input.kind === 'array' ? Array.from(input.values) : [...(input as any).values].flat()
  reading.complete()
  return found
}

describe('ShuffleOutput', () => {
  const mapTasks = fc.array(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat()), { maxLength: 40 }), { minLength: 1, maxLength: 6 })

  test('gives the same whatever fits, in the order of the map partitions, in whatever order they finish', () => withFolder(folder => {
    const scratch = new ScratchSpace(folder)
    fc.assert(fc.property(mapTasks, fc.infiniteStream(fc.nat(100)), fc.constantFrom('plain', 'sorted', 'combined', 'grouped'),
      fc.constantFrom(200, 2000, 20_000), fc.integer({ min: 1, max: 3 }), (tasks, ranks, kind, limitBytes, reduces) => {
        const partitioner = new HashPartitioner(reduces)
        const isCombined = kind === 'combined'
        const args: ShuffleArguments = {
          partitioner, mapSideCombine: isCombined, ...(kind === 'sorted' ? { order: (a: Pair, b: Pair) => a[0] - b[0] } : {}),
          ...(isCombined || kind === 'grouped' ? { aggregator: lists } : {}),
        }
        const output = new ShuffleOutput(tasks.length, args, { limitBytes, scratch })
        const order = tasks.map((_, index) => ({ index, rank: ranks.next().value! })).sort((a, b) => a.rank - b.rank)
        for (const { index } of order) {
          const writer = isCombined ? new CombineWriter(output, index, task(), 'spec') : new BucketWriter(output, index, task(), 'spec')
          for (const pair of tasks[index]!) writer.add([...pair])
          const { buckets, memoryBytes, runs } = writer.finish()
          output.put(index, buckets, memoryBytes, runs)
        }
        output.finish()
        for (let p = 0; p < reduces; p++) {
          const own = tasks.flat().filter(([k]) => partitioner.getPartition(k) === p)
          const groups = new Map<number, number[]>()
          for (const [k, v] of own) groups.set(k, [...groups.get(k) ?? [], v])
          const found = elements(output, p)
          if (kind === 'plain') expect(found).toEqual(own)
          else if (kind === 'sorted') expect(found).toEqual([...own].sort((a, b) => a[0] - b[0]))
          else expect(found.map(show).sort()).toEqual([...groups].map(show).sort())
        }
        output.remove()
      }), { numRuns: 150 })
    expect(scratch.fileCount).toBe(0)
  }))

  test('a merge that failed half-way has spoilt it: it says so and never gives less', () => {
    let left = 1
    const failing = { ...lists, mergeCombiners: (a: number[], b: number[]) => { if (left-- === 0) throw new Error('half-way'); return lists.mergeCombiners(a, b) } }
    const output = new ShuffleOutput(2, { partitioner: new HashPartitioner(1), mapSideCombine: true, aggregator: failing })
    output.put(0, [[[1, [1]], [2, [2]]]])
    output.put(1, [[[1, [3]], [2, [4]]]])
    expect(() => output.read(0)).toThrow('half-way')
    expect(output.isLost).toBe(true)
    expect(() => output.read(0)).toThrow(ShuffleLost)
  })

  test('a partitioner that gives no partition is refused with what it gave', () => {
    for (const index of [3, -1, 0.5, undefined]) {
      const partitioner = { numPartitions: 2, getPartition: () => index as number }
      const output = new ShuffleOutput(1, { partitioner })
      expect(() => new BucketWriter(output, 0, task(), 'spec').add([1, 1])).toThrow(`the partitioner gave partition ${String(index)}`)
      const combined = new CombineWriter(new ShuffleOutput(1, { partitioner, mapSideCombine: true, aggregator: lists }), 0, task(), 'spec')
      combined.add([1, 1])
      expect(() => combined.finish()).toThrow(`the partitioner gave partition ${String(index)}`)
    }
  })
})
