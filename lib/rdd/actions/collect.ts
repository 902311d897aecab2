/** collect: every element, on the driver, in partition order. */
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'

declare module '../rdd' {
  interface RDD<T> {
    /** All elements in an array, in partition order. Counterpart: RDD.collect. */
    collect(): Promise<T[]>
  }
}

export const collectSink = defineSink<null>('collect', () => ({
  before: 'const collected = []',
  each: value => `collected.push(${value})`,
  after: 'return collected',
}))

RDD.prototype.collect = async function <T>(this: RDD<T>): Promise<T[]> {
  const parts = await runJob<null, T[]>('collect', this, collectSink, null)
  return parts.length === 1 ? parts[0]! : parts.flat(1) as T[]
}
