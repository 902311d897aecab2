/** count: how many elements there are. */
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'

declare module '../rdd' {
  interface RDD<T> {
    /** The number of elements. Counterpart: RDD.count. */
    count(): Promise<number>
  }
}

export const countSink = defineSink<null>('count', () => ({
  before: 'let count = 0', each: () => 'count++', after: 'return count',
}))

RDD.prototype.count = async function (this: RDD<any>): Promise<number> {
  const counts = await runJob<null, number>('count', this, countSink, null)
  return counts.reduce((sum, count) => sum + count, 0)
}
