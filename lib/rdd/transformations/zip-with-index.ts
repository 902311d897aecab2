/**
 * zipWithIndex: each element with its place in the whole RDD. Where an index starts is known once the
 * partitions before are counted.
 */
import { CallSite } from '../../base/call-site'
import { countSink } from '../actions/count'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { repeatable } from './repeatable'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * `[element, index]`, counted from 0 in partition order. With more than one partition their elements are
     * counted first, in a job of its own when the result is first used. Counterpart: RDD.zipWithIndex.
     */
    zipWithIndex(): RDD<[T, number]>
  }
}

/** `starts` is filled in by the preparation: the index of each partition's first element. */
export const zipWithIndexNode = definePartition<{ starts: number[] }>('zipWithIndex', {
  compute: ({ starts }, [values], partition) => repeatable(function* () {
    let index = starts[partition]!
    for (const value of values!) yield [value, index++]
  }),
})

async function fillStarts(site: CallSite, rdd: RDD<any>, starts: number[]): Promise<void> {
  const before = Array.from({ length: Math.max(0, rdd.getNumPartitions() - 1) }, (_, index) => index)
  const counts = before.length === 0 ? [] : await CallSite.within(site, () =>
    runJob<null, number>('zipWithIndex', rdd, countSink, null, { partitions: before }))
  starts.splice(0, starts.length, 0)
  for (const count of counts) starts.push(starts.at(-1)! + count)
}

RDD.prototype.zipWithIndex = function (this: RDD<any>): RDD<any> {
  const site = CallSite.capture('zipWithIndex')
  const starts = [0]
  const isKnown = !this.needsPreparation && this.getNumPartitions() <= 1
  const prepare = (): Promise<void> => fillStarts(site, this, starts)
  return this.derive(zipWithIndexNode, { starts }, isKnown ? { site } : { site, prepare })
}
