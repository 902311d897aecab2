/**
 * One step of a window that has an inverse: the previous window's value of each key, less what the panes that
 * left held, plus what the new panes hold. Partition i of all inputs holds the same keys, so nothing is
 * shuffled.
 */
import { SparkError } from '../../base/errors'
import { CombiningMap, type Cell } from '../../rdd/pairs/combining-map'
import { asItIs } from '../../rdd/pairs/reduce-by-key'
import { definePartition } from '../../rdd/plan'

export interface SlideArguments {
  readonly f: (a: any, b: any) => any
  readonly inverse: (a: any, b: any) => any
  readonly filter: Function | undefined
  /** The parents are, in this order: the previous window if there was one, the old panes, the new panes. */
  readonly previousCount: number
  readonly oldCount: number
}

export const slidePanesNode = definePartition<SlideArguments>('slidePanes', {
  inputs: (_args, partition, parents) => parents.map((_, parent) => ({ parent, partition })),
  compute: (args, inputs) => {
    const { f, previousCount, oldCount } = args
    const previous = inputs.slice(0, previousCount)
    const left = reduced(inputs.slice(previousCount, previousCount + oldCount), f)
    const entered = reduced(inputs.slice(previousCount + oldCount), f)
    return slide(previous, left, entered, args)
  },
})

/** All panes of a kind, reduced in time order. */
function reduced(panes: readonly Iterable<any>[], f: (a: any, b: any) => any): CombiningMap {
  const map = new CombiningMap({ create: asItIs, mergeValue: f }, 'reduceByKeyAndWindow')
  for (const pane of panes) for (const pair of pane) map.add(pair)
  return map
}

function slide(
  previous: readonly Iterable<Cell>[], left: CombiningMap, entered: CombiningMap,
  { f, inverse, filter }: SlideArguments,
): Cell[] {
  const result: Cell[] = []
  const keep = keeper(result, filter)
  const met = new Set<Cell>()
  for (const window of previous) {
    for (const [key, before] of window) {
      let value = before
      const gone = left.cell(key)
      if (gone !== undefined) {
        value = inverse(value, gone[1])
        met.add(gone)
      }
      const come = entered.cell(key)
      if (come !== undefined) {
        value = f(value, come[1])
        met.add(come)
      }
      keep([key, value])
    }
  }
  for (const cell of entered.pairs()) if (!met.has(cell)) keep(cell)
  // A filter may have dropped a key while one of its panes was still in the window: it stays dropped.
  if (filter === undefined) requireMet(left, entered, met)
  return result
}

function keeper(result: Cell[], filter: Function | undefined): (cell: Cell) => void {
  if (filter === undefined) return cell => { result.push(cell) }
  // A function of two parameters takes key and value, any other the pair, as Spark's does.
  if (filter.length === 2) return cell => { if (filter(cell[0], cell[1])) result.push(cell) }
  return cell => { if (filter(cell)) result.push(cell) }
}

function requireMet(left: CombiningMap, entered: CombiningMap, met: ReadonlySet<Cell>): void {
  for (const cell of left.pairs()) {
    if (met.has(cell) || entered.cell(cell[0]) !== undefined) continue
    throw new SparkError(
      'Neither previous window has value for key, nor new values found.'
      + ' Are you sure your key class hashes consistently?', {
        hint: 'Never change a key in a stream; a partitioner must always give a key the same partition.',
      })
  }
}
