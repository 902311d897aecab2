/** intersection: the elements that both RDDs hold, each once. */
import { named } from '../../base/call-site'
import { asItIs } from '../pairs/reduce-by-key'
import { combine } from '../pairs/combine-by-key'
import { partitionerFor, type Partitioning } from '../partitioner'
import { RDD } from '../rdd'
import { requireRdd, tagged, taggedNode } from './elements-as-keys'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements that are in this RDD and in `other`, each once, compared by structure. The last argument
     * is a number of partitions or a partitioner. Counterpart: RDD.intersection.
     */
    intersection(other: RDD<T>, partitioning?: Partitioning): RDD<T>
  }
}

const here = 1
const there = 2
const both = here | there
const either = (a: number, b: number): number => a | b
const presence = { create: asItIs, mergeValue: either, mergeCombiners: either }

RDD.prototype.intersection = function (
  this: RDD<any>, other: RDD<any>, partitioning?: Partitioning,
): RDD<any> {
  requireRdd('intersection', other)
  return named('intersection', () => {
    const [left, right] = [tagged(this, here), tagged(other, there)]
    const partitioner = partitionerFor('intersection', partitioning, [left, right])
    return combine('intersection', left.union(right), presence, partitioner).derive(taggedNode, { tag: both })
  })
}
