/** take: the first elements, from as few partitions as possible. */
import { CallSite } from '../../base/call-site'
import { readSetting } from '../../conf/settings'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob, type JobOptions } from '../run-job'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The first `num` elements, in partition order. Looks at one partition first, then at ever more
     * (spark.rdd.limit.scaleUpFactor times as many). 0 or less gives []. Counterpart: RDD.take.
     */
    take(num: number): Promise<T[]>
  }
}

export const takeSink = defineSink<{ limit: number }>('take', (loop, { limit }) => ({
  before: 'const taken = []',
  each: value => `taken.push(${value})\nif (taken.length >= ${loop.constant(limit)}) break source`,
  after: 'return taken',
}))

/** Internal: take, with a word to each of its jobs. */
export async function takeFirst<T>(
  site: CallSite, rdd: RDD<T>, num: number, options: Pick<JobOptions, 'onSubmit'> = {},
): Promise<T[]> {
  const taken: T[] = []
  rdd.context.requireRunning(site)
  if (!(num > 0)) return taken
  if (rdd.needsPreparation) await rdd.prepare()
  const count = rdd.getNumPartitions()
  const factor = Math.max(2, readSetting(rdd.context.conf, 'spark.rdd.limit.scaleUpFactor'))
  for (let next = 0, width = 1; next < count && taken.length < num; next += width, width = next * factor) {
    const partitions = Array.from({ length: Math.min(width, count - next) }, (_, index) => next + index)
    const limit = num - taken.length
    const parts = await CallSite.within(site, () =>
      runJob<{ limit: number }, T[]>('take', rdd, takeSink, { limit }, { partitions, ...options }))
    for (const part of parts) for (const value of part) if (taken.length < num) taken.push(value)
  }
  return taken
}

RDD.prototype.take = async function <T>(this: RDD<T>, num: number): Promise<T[]> {
  return takeFirst(CallSite.capture('take'), this, num)
}
