/** sum: all numbers added up. */
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { notANumber, numbersOnly } from './numbers'

declare module '../rdd' {
  interface RDD<T> {
    /** The sum of all elements, 0 when there are none. Counterpart: DoubleRDDFunctions.sum. */
    sum(this: RDD<number>): Promise<number>
  }
}

export const sumSink = defineSink<null>('sum', loop => ({
  before: 'let sum = 0',
  each: value => `${numbersOnly(loop.constant(notANumber), loop.constant('sum'), value)}\nsum += ${value}`,
  after: 'return sum',
}))

RDD.prototype.sum = async function (this: RDD<number>): Promise<number> {
  const sums = await runJob<null, number>('sum', this, sumSink, null)
  return sums.reduce((a, b) => a + b, 0)
}
