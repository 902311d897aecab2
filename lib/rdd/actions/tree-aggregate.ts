/**
 * treeReduce and treeAggregate: partial results are merged in tasks, level by level, so that the driver
 * merges only a few. With p partitions and depth d each level merges about the d-th root of p into one:
 *
 *     16 partitions --depth 2--> 4 partial results --> driver
 */
import { CallSite } from '../../base/call-site'
import { refuse, requireFunction } from '../arguments'
import { shuffled } from '../pairs/combine-by-key'
import { asItIs } from '../pairs/reduce-by-key'
import { valuesNode } from '../pairs/values'
import { PositionPartitioner } from '../partitioner'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { freshZero } from '../zero-value'
import { collectSink } from './collect'
import { joined } from './joined'
import { emptyCollection, onDriver } from './on-driver'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * `reduce` with the results of partitions merged in tasks, in `depth` (2) levels. Rejects with
     * UnsupportedOperationError when there is no element, IllegalArgumentError for a depth below 1.
     * Counterpart: RDD.treeReduce.
     */
    treeReduce(f: (a: T, b: T) => T, depth?: number): Promise<T>
    /**
     * `aggregate` with the results of partitions merged in tasks, in `depth` (2) levels.
     * Counterpart: RDD.treeAggregate.
     */
    treeAggregate<U>(
      zero: U | (() => U), sequence: (combined: U, value: T) => U, combine: (a: U, b: U) => U,
      depth?: number): Promise<U>
  }
}

/** What a partition is reduced to, no element or one. */
export const partialReduceNode = definePartition<{ f: Function }>('partialReduce', {
  compute: ({ f }, [values]) => {
    let reduced: unknown
    let isEmpty = true
    for (const value of values!) {
      reduced = isEmpty ? value : f(reduced, value)
      isEmpty = false
    }
    return isEmpty ? [] : [reduced]
  },
})

export const partialAggregateNode = definePartition<{ zero: unknown, f: Function }>('partialAggregate', {
  compute: ({ zero, f }, [values]) => {
    let combined = freshZero(zero)
    for (const value of values!) combined = f(combined, value)
    return [combined]
  },
})

/** `[partition % count, partial result]`. */
export const levelNode = definePartition<{ count: number }>('treeLevel', {
  compute: ({ count }, [partials], partition) =>
    Array.from(partials!, partial => [partition % count, partial]),
})

/** Merges partial results until so few are left that another level would save nothing. */
function inLevels(partials: RDD<any>, merge: any, depth: number): RDD<any> {
  let count = partials.getNumPartitions()
  const width = Math.max(Math.ceil(count ** (1 / depth)), 2)
  const aggregator = { create: asItIs, mergeValue: merge, mergeCombiners: merge }
  let level = partials
  while (count > width + Math.ceil(count / width)) {
    count = Math.floor(count / width)
    const placed = shuffled(level.derive(levelNode, { count }), new PositionPartitioner(count),
      { aggregator, mapSideCombine: false })
    level = placed.derive(valuesNode, null)
  }
  return level
}

async function merged(
  site: CallSite, rdd: RDD<any>, partials: () => RDD<any>, merge: any, depth: number,
): Promise<any[]> {
  if (rdd.needsPreparation) await rdd.prepare()
  const parts = await CallSite.within(site, () =>
    runJob<null, any[]>(site.operator, inLevels(partials(), merge, depth), collectSink, null))
  return joined(parts)
}

function requireDepth(operator: string, depth: number): void {
  if (!(depth >= 1)) refuse(operator, `Depth must be greater than or equal to 1 but got ${String(depth)}.`)
}

RDD.prototype.treeReduce = async function (this: RDD<any>, f: any, depth = 2): Promise<any> {
  const site = CallSite.capture('treeReduce')
  requireDepth('treeReduce', depth)
  const merge = requireFunction('treeReduce', f)
  const values = await merged(site, this, () => this.derive(partialReduceNode, { f: merge }), merge, depth)
  if (values.length === 0) throw emptyCollection(site)
  return onDriver(site, () => values.reduce((a, b) => f(a, b)))
}

RDD.prototype.treeAggregate = async function (
  this: RDD<any>, zero: any, sequence: any, combine: any, depth = 2,
): Promise<any> {
  const site = CallSite.capture('treeAggregate')
  requireDepth('treeAggregate', depth)
  const f = requireFunction('treeAggregate', sequence, 'sequence')
  const merge = requireFunction('treeAggregate', combine, 'combine')
  const start = freshZero(zero)
  const values = await merged(site, this, () => this.derive(partialAggregateNode, { zero, f }), merge, depth)
  return onDriver(site, () => values.reduce((a, b) => combine(a, b), start))
}
