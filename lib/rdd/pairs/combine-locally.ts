/**
 * Pairs combined by key where they are, and on the driver across partitions: for results that fit into one
 * process and need no shuffle.
 */
import { KeyMap } from '../../base/key-map'
import { defineSink, type Aggregator } from '../plan'
import type { RDD } from '../rdd'
import { runJob } from '../run-job'
import { CombiningMap, notAPair } from './combining-map'

interface LocalAggregator extends Aggregator { readonly operator: string }

const mapFor = (create: any, mergeValue: any, operator: string): CombiningMap =>
  new CombiningMap({ create, mergeValue }, operator)

/** One cell for each key of a partition. */
export const combineLocallySink = defineSink<LocalAggregator>('combineLocally', (loop, args) => {
  const create = loop.constant(args.create)
  const mergeValue = loop.constant(args.mergeValue)
  const operator = loop.constant(args.operator)
  return {
    before: `const combined = ${loop.constant(mapFor)}(${create}, ${mergeValue}, ${operator})
const cells = combined.simple`,
    each: pair => {
      const key = loop.variable('key')
      const cell = loop.variable('cell')
      return `if (!Array.isArray(${pair})) throw ${loop.constant(notAPair)}(${pair}, ${operator})
const ${key} = ${pair}[0]
if (typeof ${key} === 'string' || typeof ${key} === 'number') {
const ${cell} = cells.get(${key})
if (${cell} === undefined) cells.set(${key}, [${key}, ${create}(${pair}[1])])
else ${cell}[1] = ${mergeValue}(${cell}[1], ${pair}[1])
} else combined.addValue(${key}, ${pair}[1])`
    },
    after: 'return combined.pairs()',
  }
})

/** What each partition made of its keys. */
export function combinePartitions<K, C>(
  operator: string, rdd: RDD<any>, aggregator: Aggregator,
): Promise<[K, C][][]> {
  const { create, mergeValue, mergeCombiners } = aggregator
  return runJob<LocalAggregator, [K, C][]>(
    operator, rdd, combineLocallySink, { create, mergeValue, mergeCombiners, operator })
}

/** All keys with what became of their values. */
export async function combineLocally<K, C>(
  operator: string, rdd: RDD<any>, aggregator: Aggregator,
): Promise<KeyMap<K, C>> {
  const parts = await combinePartitions<K, C>(operator, rdd, aggregator)
  const all = new KeyMap<K, C>()
  for (const cells of parts) {
    for (const [key, combined] of cells) {
      all.update(key, () => combined, before => aggregator.mergeCombiners(before, combined))
    }
  }
  return all
}

/** Counts the pairs of each key, whatever their values. */
export const counting: Aggregator<unknown, number> = {
  create: () => 1,
  mergeValue: count => count + 1,
  mergeCombiners: (a, b) => a + b,
}

