/**
 * The RDD of a batch's ranges: one partition a range. Frames go to tasks as they are, and become records there. The driver
 * reads, also what has to be read again: tasks hold no connection.
 */
import type { SparkContext } from '../../rdd/context/spark-context'
import { defineNarrow, defineSource } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'
import { mapNode } from '../../rdd/transformations/map'
import { decodeData, decodeRecords, type KinesisRecord } from './frames'
import type { HeldRange } from './held-range'
import type { RangeReader } from './read-again'

interface Ranges { readonly ranges: readonly HeldRange[], readonly again: RangeReader }

const rangesNode = defineSource<Ranges>('kinesisRanges', {
  partitionCount: ({ ranges }) => ranges.length,
  ship: 'bytes',
  read: async ({ ranges, again }, partition) => {
    const held = ranges[partition]!
    return { kind: 'array', values: held.frames ?? await again.read(held) }
  },
})

const recordsNode = defineNarrow<{ readonly whole: boolean }>('kinesisRecords', (loop, { whole }, frame, next) => {
  const many = loop.variable('records')
  const i = loop.variable('i')
  const one = loop.variable('record')
  return `const ${many} = ${loop.constant(whole ? decodeRecords : decodeData)}(${frame})
for (let ${i} = 0; ${i} < ${many}.length; ${i}++) {\nconst ${one} = ${many}[${i}]\n${next(one)}\n}`
})

/** What `handler` makes of the records of the ranges; without one their data. */
export function kinesisRdd<T>(
  context: SparkContext, args: Ranges, handler: ((record: KinesisRecord) => T) | undefined,
): RDD<T> {
  const frames = new RDD<Uint8Array>(context, { definition: rangesNode, parents: [], args })
  const records = frames.derive<any>(recordsNode, { whole: handler !== undefined })
  return handler === undefined ? records : records.derive<T>(mapNode, { f: handler })
}
