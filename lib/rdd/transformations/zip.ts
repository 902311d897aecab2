/** zip: the first element with the first, the second with the second, partition by partition. */
import { SparkError } from '../../base/errors'
import type { Element } from '../arguments'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { requireRdd } from './elements-as-keys'
import { repeatable } from './repeatable'
import { aligned, requireAligned } from './zip-partitions'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Pairs of the elements at the same place of this RDD and `other`, which must have as many partitions
     * with as many elements each. Throws IllegalArgumentError when the numbers of partitions differ; the job
     * fails when the numbers of elements do. Counterpart: RDD.zip.
     */
    zip<U extends Element>(other: RDD<U>): RDD<[T, U]>
  }
}

export const zipNode = definePartition<null>('zip', {
  ...aligned,
  compute: (_args, [left, right]) => repeatable(() => pairs(left!, right!)),
})

function* pairs(left: Iterable<unknown>, right: Iterable<unknown>): Generator<[unknown, unknown]> {
  const others = right[Symbol.iterator]()
  try {
    for (const value of left) {
      const other = others.next()
      if (other.done === true) throw unequalElements()
      yield [value, other.value]
    }
    if (others.next().done !== true) throw unequalElements()
  } finally {
    others.return?.()
  }
}

function unequalElements(): SparkError {
  return new SparkError('Can only zip RDDs with same number of elements in each partition', {
    hint: 'To pair elements by their place, give both zipWithIndex() and join them by the index.',
  })
}

RDD.prototype.zip = function (this: RDD<any>, other: RDD<any>): RDD<any> {
  requireRdd('zip', other)
  requireAligned('zip', [this, other])
  return this.derive(zipNode, null, { parents: [this, other] })
}
