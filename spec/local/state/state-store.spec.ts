/** Versions of a keyed state: made in place, read later, remade after failures, kept and loaded; on a counting update. */
import * as fc from 'fast-check'
import { HashPartitioner, type RDD, type SparkContext } from '../../../lib/index'
import { stateChanges, stateEntries, stateOutput, type PartitionChanges } from '../../../lib/rdd/state/readers'
import { keptState, replaceByKept, stateCore, updatedByNode, type UpdatedByArguments } from '../../../lib/rdd/state/state-core'
import { masters, withSpark } from '../../support/contexts'

type Pairs = readonly (readonly [unknown, number])[]

/** Adds what comes to each key's sum; -1 removes the key; 1000 fails. */
const summing: UpdatedByArguments['f'] = (table, [pairs]) => {
  const seen: unknown[] = []
  for (const [key, value] of pairs as Iterable<[unknown, number]>) {
    const slot = table.find(key)
    if (value === 1000) throw new Error('a poisoned value')
    if (value === -1) {
      if (slot >= 0) table.removeAt(slot)
    } else if (slot < 0) table.insert(key, value)
    else table.setAt(slot, (table.valueAt(slot) as number) + value)
    seen.push(key)
  }
  return seen
}

const partitioner = new HashPartitioner(3)

function version(sc: SparkContext, at: number, previous: RDD<never> | undefined, pairs: Pairs): RDD<never> {
  const input = sc.parallelize(pairs as [unknown, number][], 2).partitionBy(partitioner)
  return stateCore(sc, updatedByNode, { store: 'sums', version: at, partitioner, f: summing }, previous, [input])
}

const asMap = (pairs: readonly (readonly [unknown, unknown])[]): Map<unknown, unknown> => new Map(pairs)
const entriesOf = async (core: RDD<never>): Promise<Map<unknown, unknown>> => asMap(await stateEntries<unknown, number>(core).collect())

function naive(batches: readonly Pairs[]): Map<unknown, number> {
  const sums = new Map<unknown, number>()
  for (const batch of batches) {
    for (const [key, value] of batch) {
      if (value === -1) sums.delete(key)
      else sums.set(key, (sums.get(key) ?? 0) + value)
    }
  }
  return sums
}

const batch = fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__', 'c', NaN, 7), fc.integer({ min: -1, max: 5 })), { maxLength: 8 })

describe.each(masters)('versions of a state on %s', master => {
  it('are each the one before with what came, in whatever order they are read', async () => {
    await withSpark(master, async sc => {
      await fc.assert(fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 5 }), fc.func(fc.nat()), async (batches, order) => {
        const cores: RDD<never>[] = []
        batches.forEach((pairs, i) => cores.push(version(sc, i + 1, cores[i - 1], pairs)))
        const reads = cores.map((_, i) => i).sort((a, b) => order(a) - order(b))
        for (const i of reads) expect(await entriesOf(cores[i]!)).toEqual(naive(batches.slice(0, i + 1)))
        sc.runner.dropState('sums')
      }), { numRuns: 25 })
    })
  })

  it('give what their update returned, as often as it is read', async () => {
    await withSpark(master, async sc => {
      const core = version(sc, 1, undefined, [['a', 1], ['b', 2], ['a', 3]])
      expect((await stateOutput<string>(core).collect()).sort()).toEqual(['a', 'a', 'b'])
      expect((await stateOutput<string>(core).collect()).sort()).toEqual(['a', 'a', 'b'])
      expect(await entriesOf(core)).toEqual(new Map([['a', 4], ['b', 2]]))
    })
  })

  it('are as they were after an update that fails in the middle', async () => {
    await withSpark(master, async sc => {
      const first = version(sc, 1, undefined, [['a', 1], ['b', 1]])
      expect(await entriesOf(first)).toEqual(new Map([['a', 1], ['b', 1]]))
      const poisoned = version(sc, 2, first, [['a', 5], ['b', -1], ['n', 1], ['a', 1000], ['b', 1000], ['n', 1000]])
      await expect(entriesOf(poisoned)).rejects.toThrow('a poisoned value')
      expect(await entriesOf(first)).toEqual(new Map([['a', 1], ['b', 1]]))
      expect(await entriesOf(version(sc, 3, first, [['a', 1]]))).toEqual(new Map([['a', 2], ['b', 1]]))
    })
  })

  it('are made of the version that they name, also when another was made in between', async () => {
    await withSpark(master, async sc => {
      const first = version(sc, 1, undefined, [['a', 1], ['b', 1]])
      expect(await entriesOf(version(sc, 2, first, [['a', 10]]))).toEqual(new Map([['a', 11], ['b', 1]]))
      expect(await entriesOf(version(sc, 3, first, [['b', 5]]))).toEqual(new Map([['a', 1], ['b', 6]]))
    })
  })

  it('are rebuilt from the changes that were kept of them', async () => {
    await withSpark(master, async sc => {
      await fc.assert(fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 6 }), async batches => {
        const kept: Uint8Array[][] = [[], [], []]
        let previous: RDD<never> | undefined
        for (const [i, pairs] of batches.entries()) {
          const core = version(sc, i + 1, previous, pairs)
          const changes = await stateChanges(core, { since: i === 0 ? undefined : i, slices: [] }).collect() as PartitionChanges[]
          for (const { partition, isWhole, frames } of changes) {
            expect(isWhole).toBe(i === 0)
            kept[partition]!.push(...frames)
          }
          previous = core
        }
        sc.runner.dropState('sums')
        const read = (partition: number): Promise<readonly Uint8Array[]> => Promise.resolve(kept[partition]!)
        const restored = keptState(sc, { store: 'sums', version: batches.length, partitioner }, read)
        expect(await entriesOf(restored)).toEqual(naive(batches))
        const next = version(sc, batches.length + 1, restored, [['new', 1]])
        expect(await entriesOf(next)).toEqual(naive([...batches, [['new', 1]]]))
        // A version whose lineage was cut gives the same after its table was lost.
        sc.runner.dropState('sums')
        replaceByKept(previous!, read)
        expect(await entriesOf(version(sc, batches.length + 1, previous, [['b', 2]]))).toEqual(naive([...batches, [['b', 2]]]))
        sc.runner.dropState('sums')
      }), { numRuns: 15 })
    })
  })
})
