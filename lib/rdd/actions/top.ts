/**
 * top and takeOrdered: the largest or smallest elements, in order. A partition sends no more than asked for.
 */
import { CallSite } from '../../base/call-site'
import { compareNatural } from '../../base/compare'
import { requireFunction, requireInteger } from '../arguments'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { joined } from './joined'
import { onDriver } from './on-driver'
import { Smallest } from './smallest'

type Compare<T> = (a: T, b: T) => number

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The `num` largest elements, largest first, in the natural order or that of `compare`. Rejects with
     * IllegalArgumentError for a negative number. Counterpart: RDD.top.
     */
    top(num: number, compare?: (a: T, b: T) => number): Promise<T[]>
    /**
     * The `num` smallest elements, smallest first, in the natural order or that of `compare`. Of equal
     * elements the first ones are taken. Rejects with IllegalArgumentError for a negative number.
     * Counterpart: RDD.takeOrdered.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'ordered')
     * const words = sc.parallelize(['bb', 'a', 'ccc'])
     * console.log(await words.takeOrdered(2)) // [ 'a', 'bb' ]
     * console.log(await words.top(1, (a, b) => a.length - b.length)) // [ 'ccc' ]
     * await sc.stop()
     * ```
     */
    takeOrdered(num: number, compare?: (a: T, b: T) => number): Promise<T[]>
  }
}

interface Ordered {
  readonly count: number
  readonly compare: Function | undefined
  readonly isDescending: boolean
}

export const orderedSink = defineSink<Ordered>('takeOrdered', (loop, args) => ({
  before: `const compare = ${loop.constant(orderOf(args))}
const smallest = new ${loop.constant(Smallest)}(${loop.constant(args.count)}, compare)`,
  each: value => `smallest.add(${value})`,
  after: 'return smallest.values()',
}))

function orderOf({ compare = compareNatural, isDescending }: Ordered): Compare<any> {
  return isDescending ? (a, b) => compare(b, a) as number : compare as Compare<any>
}

async function ordered(
  rdd: RDD<any>, operator: string, num: number, compare: any, isDescending: boolean,
): Promise<any[]> {
  const site = CallSite.capture(operator)
  const count = requireInteger(operator, num, 0, 'its first argument')
  const checked = compare === undefined ? undefined : requireFunction(operator, compare, 'compare')
  const args = { count, isDescending, compare: checked }
  if (count === 0) return []
  const parts = await CallSite.within(site, () => runJob<Ordered, any[]>(operator, rdd, orderedSink, args))
  return onDriver(site, () => joined(parts).sort(orderOf({ ...args, compare })).slice(0, count))
}

RDD.prototype.top = async function (this: RDD<any>, num: number, compare?: any): Promise<any[]> {
  return ordered(this, 'top', num, compare, true)
}

RDD.prototype.takeOrdered = async function (this: RDD<any>, num: number, compare?: any): Promise<any[]> {
  return ordered(this, 'takeOrdered', num, compare, false)
}
