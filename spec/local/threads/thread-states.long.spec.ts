/**
 * States on threads: where their partitions live, who reads them from elsewhere, and what comes back after
 * losses.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { HashPartitioner, type RDD, type SparkContext } from '../../../lib/index'
import { encodeEntries } from '../../../lib/rdd/state/entry-frame'
import { stateEntries, stateOutput } from '../../../lib/rdd/state/readers'
import { keptState, stateCore, updatedByNode, type UpdatedByArguments } from '../../../lib/rdd/state/state-core'
import { withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

const partitioner = new HashPartitioner(6)
const numbers = Array.from({ length: 60 }, (_, i) => i)

type Update = UpdatedByArguments['f']

const summing: Update = (table, [pairs]) => {
  for (const [key, value] of pairs as Iterable<[unknown, number]>) {
    const slot = table.find(key)
    if (slot < 0) table.insert(key, value)
    else table.setAt(slot, (table.valueAt(slot) as number) + value)
  }
  return []
}

interface Version {
  readonly at: number
  readonly previous?: RDD<never> | undefined
  readonly store?: string
  readonly f?: Update
}

/** Adds 1 to each number's sum. */
function version(sc: SparkContext, { at, previous, store = 'sums', f = summing }: Version): RDD<never> {
  const input = sc.parallelize(numbers, 3).map(n => [n, 1] as [number, number]).partitionBy(partitioner)
  return stateCore(sc, updatedByNode, { store, version: at, partitioner, f }, previous, [input])
}

function versions(sc: SparkContext, count: number): RDD<never>[] {
  const all: RDD<never>[] = []
  for (let at = 1; at <= count; at++) all.push(version(sc, { at, previous: all[at - 2] }))
  return all
}

const entries = (core: RDD<never>): RDD<[number, number]> => stateEntries<number, number>(core)
const byKey = (pairs: readonly (readonly [number, unknown])[]): unknown => [...pairs].sort((a, b) => a[0] - b[0])
const all = (sum: number): unknown => numbers.map(n => [n, sum])

describe.each(['local', 'local[2]', 'local[3]'])('states on %s', master => {
  it('are read together with partitions of other homes', () => withSpark(master, async sc => {
    const [first, second] = versions(sc, 2)
    const other = entries(version(sc, { at: 1, store: 'other' }))
    expect(byKey(await entries(second!).coalesce(1).collect())).toEqual(all(2))
    expect(byKey(await entries(second!).coalesce(4).mapPartitions(pairs => [...pairs]).collect())).toEqual(all(2))
    expect(await entries(first!).union(other).coalesce(1).count()).toBe(120)
    expect(await entries(first!).cartesian(other).filter(([[a], [b]]) => a === b).count()).toBe(60)
    const differences = entries(second!).zipPartitions(other, (a, b) => [[...a].length - [...b].length])
    expect(await differences.collect()).toEqual([0, 0, 0, 0, 0, 0])
    const joined = entries(second!).reduceByKey((a, b) => a + b).join(other).mapValues(([a, b]) => a - b)
    expect(byKey(await joined.collect())).toEqual(all(1))
  }))

  it('may be made of what is read of other states, of other partitions too', () => withSpark(master, async sc => {
    const source = entries(version(sc, { at: 1, store: 'source' }))
    const turned = source.coalesce(1).mapPartitions(pairs => pairs).partitionBy(partitioner)
    const args = { version: 1, partitioner, f: summing }
    const direct = stateCore(sc, updatedByNode, { ...args, store: 'direct' }, undefined, [source, turned])
    expect(byKey(await entries(direct).collect())).toEqual(all(1))
    const shifted = source.union(source).coalesce(6)
    const mixed = stateCore(sc, updatedByNode, { ...args, store: 'mixed' }, undefined, [shifted])
    expect(byKey(await entries(mixed).coalesce(2).collect())).toEqual(all(2))
  }))

  it('can be cached like other RDDs, and outlive the state there', () => withSpark(master, async sc => {
    const [first] = versions(sc, 1)
    const kept = entries(first!).mapValues(sum => sum + 10).cache()
    expect(byKey(await kept.collect())).toEqual(all(11))
    sc.runner.dropState('sums')
    expect(byKey(await kept.coalesce(1).collect())).toEqual(all(11))
    expect(byKey(await entries(first!).collect())).toEqual(all(1))
  }))

  it('are read as they were at a version that was forgotten', () => withSpark(master, async sc => {
    const made = versions(sc, 5)
    expect(byKey(await entries(made[4]!).collect())).toEqual(all(5))
    sc.runner.forgetStates('sums', 5)
    expect(byKey(await entries(made[1]!).collect())).toEqual(all(2))
    expect(byKey(await entries(made[4]!).collect())).toEqual(all(5))
  }))

  it('are made again when they were dropped, or a failure cannot be undone', () => withSpark(master, async sc => {
    const objects: Update = (table, [pairs], partition) => {
      for (const [key, value] of pairs as Iterable<[number, number]>) {
        const slot = table.find(key)
        if (slot < 0) table.insert(key, { sum: value })
        else (table.valueAt(slot) as { sum: number }).sum += value
        if (slot >= 0) table.touchAt(slot)
        if (table.version === 2 && partition === 3 && value !== 7) throw new Error('half done')
      }
      return []
    }
    const first = version(sc, { at: 1, f: objects })
    const failing = version(sc, { at: 2, previous: first, f: objects })
    const sumsOf = async (core: RDD<never>): Promise<unknown> => (
      byKey(await stateEntries<number, { sum: number }>(core).mapValues(({ sum }) => sum).collect()))
    expect(await sumsOf(first)).toEqual(all(1))
    await expect(sumsOf(failing)).rejects.toThrow('half done')
    const touched = new Set(numbers.filter(n => partitioner.getPartition(n) === 3))
    const undone = stateEntries<number, { sum: number }>(first).filter(([n]) => touched.has(n)).mapValues(({ sum }) => sum)
    expect(byKey(await undone.collect())).toEqual([...touched].map(n => [n, 1]))
    sc.runner.dropState('sums')
    expect(await sumsOf(first)).toEqual(all(1))
  }))

  it('count accumulators of an update once, also when its task fails or it is made again', () => withSpark(master, async sc => {
    const updates = sc.longAccumulator('updates')
    const reads = sc.longAccumulator('reads')
    const counting: Update = (table, inputs, partition) => {
      updates.add(1)
      return summing(table, inputs, partition)
    }
    const first = version(sc, { at: 1, f: counting })
    await expect(entries(first).map(pair => {
      reads.add(1)
      if (pair[0] >= 0) throw new Error('a failing reader')
      return pair
    }).collect()).rejects.toThrow('a failing reader')
    expect([updates.value, reads.value]).toEqual([0, 0])
    expect(await entries(first).count()).toBe(60)
    expect(await entries(first).count()).toBe(60)
    expect(updates.value).toBe(6)
    const second = version(sc, { at: 2, previous: first, f: counting })
    expect(await stateOutput(second).collect()).toEqual([])
    expect(updates.value).toBe(12)
    // An object that cannot be undone makes the table go; what it was made of counts no more.
    const failing: Update = table => {
      table.insert('new', {})
      throw new Error('a failing update')
    }
    await expect(entries(version(sc, { at: 3, previous: second, f: failing })).collect()).rejects.toThrow('a failing update')
    expect(await entries(second).count()).toBe(60)
    expect(updates.value).toBe(12)
  }))

  it('are loaded from kept frames, large ones too', () => withSpark(master, async sc => {
    const keys = Array.from({ length: 20_000 }, (_, i) => i)
    const byPartition = Array.from({ length: 6 }, (_, partition) => {
      const own = keys.filter(key => partitioner.getPartition(key) === partition)
      return encodeEntries({ keys: own, values: own.map(key => `value ${key}`), times: own.map(() => 1), removed: [] })
    })
    let reads = 0
    const core = keptState(sc, { store: 'kept', version: 1, partitioner }, partition => {
      reads++
      return Promise.resolve(byPartition[partition]!)
    })
    expect(await stateEntries(core).count()).toBe(20_000)
    expect(await stateEntries(core).count()).toBe(20_000)
    expect(reads).toBe(6)
    sc.runner.dropState('kept')
    expect(await stateEntries<number, string>(core).filter(([key, value]) => value === `value ${key}`).count()).toBe(20_000)
  }))

  it('may have long lineages', () => withSpark(master, async sc => {
    const input = sc.parallelize(numbers, 1).map(n => [n, 1] as [number, number]).partitionBy(partitioner)
    let core: RDD<never> | undefined
    for (let at = 1; at <= 600; at++) {
      core = stateCore(sc, updatedByNode, { store: 'long', version: at, partitioner, f: summing }, core, [input])
    }
    expect(byKey(await entries(core!).collect())).toEqual(all(600))
  }))
})

describe('on threads', () => {
  /** By partition, the thread that reads it. */
  const threadsOf = (rdd: RDD<any>): Promise<number[]> => rdd.mapPartitions(values => {
    const { threadId } = require('node:worker_threads') as typeof import('node:worker_threads')
    for (const value of values) if (value !== undefined) return [threadId]
    return []
  }).collect()

  it('a partition lives in one thread, with the same partition of other states', () => withSpark('local[3]', async sc => {
    const homes = await threadsOf(entries(version(sc, { at: 1 })))
    expect(homes).toEqual([homes[0], homes[1], homes[2], homes[0], homes[1], homes[2]])
    expect(new Set(homes).size).toBe(3)
    expect(await threadsOf(entries(version(sc, { at: 1, store: 'other' })))).toEqual(homes)
    expect(await threadsOf(entries(versions(sc, 3)[2]!))).toEqual(homes)
  }))

  it('a task waits for its home however long, and gets no copy', () => withSpark('local[2]', async sc => {
    const core = version(sc, { at: 1 })
    const homes = await threadsOf(entries(core))
    const slow = entries(core).mapPartitions(values => {
      const { threadId } = require('node:worker_threads') as typeof import('node:worker_threads')
      const endMs = performance.now() + (threadId === homes[0] ? 150 : 0)
      while (performance.now() < endMs) Math.sqrt(endMs)
      return [...values].slice(0, 1)
    })
    expect(await threadsOf(slow)).toEqual(homes)
  }, { 'spark.locality.wait': '0', 'spark.speculation': 'true', 'spark.speculation.interval': '10ms' }))

  it('a thread that takes the place of another has its partitions', () => withFolder(folder => withSpark('local[2]', async sc => {
    const made = versions(sc, 3)
    const before = await threadsOf(entries(made[1]!))
    const died = path.join(folder, 'died')
    await entries(made[1]!).foreachPartition(() => {
      if (fs.existsSync(died)) return
      fs.writeFileSync(died, '')
      process.exit(1)
    })
    expect(byKey(await entries(made[2]!).collect())).toEqual(all(3))
    const after = await threadsOf(entries(made[1]!))
    expect(after).toEqual([after[0], after[1], after[0], after[1], after[0], after[1]])
    expect(after).not.toEqual(before)
    expect(byKey(await entries(made[1]!).collect())).toEqual(all(2))
  })))
})
