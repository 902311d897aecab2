/** countByValue: how often each element occurs, elements compared by structure. */
import { KeyMap } from '../../base/key-map'
import { CombiningMap, type Cell } from '../pairs/combining-map'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * How often each element occurs, in a map keyed by structure. The whole map is on the driver, so this is
     * for few different elements. Counterpart: RDD.countByValue.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'votes')
     * const votes = await sc.parallelize([['yes', 1], ['no', 1], ['yes', 1]]).countByValue()
     * console.log(votes.get(['yes', 1])) // 2
     * await sc.stop()
     * ```
     */
    countByValue(): Promise<KeyMap<T, number>>
  }
}

const counting = { create: () => 1, mergeValue: (count: number) => count + 1 }
const newCounts = (operator: string): CombiningMap => new CombiningMap(counting, operator)

/**
 * Strings and numbers are counted in the loop, the rest by structure. The result is a list of [element,
 * count].
 */
export const countByValueSink = defineSink<{ operator: string }>('countByValue', (loop, { operator }) => {
  const cell = loop.variable('cell')
  return {
    before: `const counts = ${loop.constant(newCounts)}(${loop.constant(operator)})
const simple = counts.simple`,
    each: value => `if (typeof ${value} === 'string' || typeof ${value} === 'number') {
const ${cell} = simple.get(${value})
if (${cell} === undefined) simple.set(${value}, [${value}, 1])
else ${cell}[1]++
} else counts.addValue(${value}, 1)`,
    after: 'return counts.pairs()',
  }
})

/** Internal: adds the counts of one partition to those of others. */
export function addCounts(totals: KeyMap<any, number>, counts: readonly Cell[]): void {
  for (const [value, count] of counts as [unknown, number][]) {
    totals.update(value, () => count, total => total + count)
  }
}

RDD.prototype.countByValue = async function (this: RDD<any>): Promise<KeyMap<any, number>> {
  const totals = new KeyMap<any, number>()
  const onResult = (_index: number, counts: readonly Cell[]): void => addCounts(totals, counts)
  await runJob('countByValue', this, countByValueSink, { operator: 'countByValue' }, { onResult })
  return totals
}
