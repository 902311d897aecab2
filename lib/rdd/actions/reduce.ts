/** reduce: all elements merged into one. */
import { CallSite } from '../../base/call-site'
import { requireFunction } from '../arguments'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { joined } from './joined'
import { emptyCollection, onDriver } from './on-driver'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements merged with `f`, first within each partition, then across them. `f` must be associative
     * and commutative. Rejects with UnsupportedOperationError when there is no element.
     * Counterpart: RDD.reduce.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'reduce')
     * console.log(await sc.parallelize([1, 2, 3]).reduce((a, b) => a + b)) // 6
     * await sc.stop()
     * ```
     */
    reduce(f: (a: T, b: T) => T): Promise<T>
  }
}

/** No element or one: what a partition was reduced to. */
export const reduceSink = defineSink<{ f: Function }>('reduce', (loop, { f }) => ({
  before: 'let reduced\nlet isEmpty = true',
  each: value => `if (isEmpty) {
reduced = ${value}
isEmpty = false
} else reduced = ${loop.constant(f)}(reduced, ${value})`,
  after: 'return isEmpty ? [] : [reduced]',
}))

/** Internal: reduce, by a sink that gives no element or one for each partition. */
export async function reduceParts<T>(
  site: CallSite, parts: Promise<T[][]>, f: (a: T, b: T) => T,
): Promise<T> {
  const values = joined(await parts)
  if (values.length === 0) throw emptyCollection(site)
  return onDriver(site, () => values.reduce((a, b) => f(a, b)))
}

RDD.prototype.reduce = async function (this: RDD<any>, f: any): Promise<any> {
  const site = CallSite.capture('reduce')
  const merge = requireFunction('reduce', f)
  return reduceParts(site, runJob<{ f: Function }, any[]>('reduce', this, reduceSink, { f: merge }), f)
}
