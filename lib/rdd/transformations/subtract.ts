/**
 * subtract: the elements that the other RDD does not hold; repetitions stay. The number that travels with an
 * element is how often this RDD holds it, or less than 0 as soon as the other one does.
 */
import { named } from '../../base/call-site'
import { asItIs } from '../pairs/reduce-by-key'
import { combine } from '../pairs/combine-by-key'
import type { Partitioner, Partitioning } from '../partitioner'
import { HashPartitioner, partitionerFor, samePartitioner } from '../partitioner'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'
import { requireRdd, tagged } from './elements-as-keys'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements of this RDD that are not in `other`, compared by structure; what is here twice comes out
     * twice. By default this RDD's partitioner or number of partitions. Counterpart: RDD.subtract.
     */
    subtract(other: RDD<T>, partitioning?: Partitioning): RDD<T>
  }
}

const absent = -1
const counting = (a: number, b: number): number => a < 0 || b < 0 ? absent : a + b
const occurrences = { create: asItIs, mergeValue: counting, mergeCombiners: counting }

/** As often as its count says. */
export const repeatedNode = defineNarrow<null>('repeated', (loop, _args, pair, next) => {
  const left = loop.variable('left')
  const element = loop.variable('element')
  return `for (let ${left} = ${pair}[1]; ${left} > 0; ${left}--) {
const ${element} = ${pair}[0]\n${next(element)}\n}`
})

/** Whole pairs are the keys here, while the partitioner knows the keys inside them. */
class PairPartitioner implements Partitioner {
  constructor(readonly inner: Partitioner) {}
  get numPartitions(): number { return this.inner.numPartitions }
  getPartition(pair: readonly [unknown, unknown]): number { return this.inner.getPartition(pair[0]) }
}

RDD.prototype.subtract = function (this: RDD<any>, other: RDD<any>, partitioning?: Partitioning): RDD<any> {
  requireRdd('subtract', other)
  return named('subtract', () => {
    const own = this.partitioner ?? new HashPartitioner(Math.max(1, this.getNumPartitions()))
    const wanted = partitionerFor('subtract', partitioning ?? own, [this])
    const partitioner = samePartitioner(wanted, this.partitioner) ? new PairPartitioner(wanted) : wanted
    const all = tagged(this, 1).union(tagged(other, absent))
    return combine('subtract', all, occurrences, partitioner).derive(repeatedNode, null)
  })
}
