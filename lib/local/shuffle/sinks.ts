/** The map side of a shuffle: the ends of the loops that write it. Both write into `target`. */
import { defineSink } from '../../rdd/plan'
import { notAPair } from '../../rdd/pairs/combining-map'

interface CombineArguments { create: Function, mergeValue: Function, operator: string }

/**
 * Combines in place. Keys that a native Map compares rightly stay in the loop; the rest go through the
 * combining map. `target` is a CombineWriter, which is asked every `left` records whether memory is left.
 */
export const combineSink = defineSink<CombineArguments>('combine', (loop, args) => {
  const create = loop.constant(args.create)
  const mergeValue = loop.constant(args.mergeValue)
  const refuse = loop.constant(notAPair)
  return {
    before: 'const cells = target.simple\nlet left = target.left',
    each: pair => {
      const key = loop.variable('key')
      const cell = loop.variable('cell')
      return `if (!Array.isArray(${pair})) throw ${refuse}(${pair}, ${loop.constant(args.operator)})
const ${key} = ${pair}[0]
if (typeof ${key} === 'string' || typeof ${key} === 'number') {
const ${cell} = cells.get(${key})
if (${cell} === undefined) cells.set(${key}, [${key}, ${create}(${pair}[1])])
else ${cell}[1] = ${mergeValue}(${cell}[1], ${pair}[1])
} else target.addValue(${key}, ${pair}[1])
if (--left === 0) left = target.review(${key})`
    },
    after: 'target.left = left',
  }
})

/** Sends pairs to their partitions as they are. `target` is a BucketWriter. */
export const bucketSink = defineSink<{ operator: string }>('bucket', (loop, { operator }) => {
  const refuse = loop.constant(notAPair)
  return {
    each: pair => `if (!Array.isArray(${pair})) throw ${refuse}(${pair}, ${loop.constant(operator)})
target.add(${pair})`,
  }
})
