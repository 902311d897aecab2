/** max and min: the last and the first element in order. */
import { CallSite } from '../../base/call-site'
import { compareNatural } from '../../base/compare'
import { requireFunction } from '../arguments'
import { defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { reduceParts } from './reduce'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The largest element in the natural order or that of `compare`; the first of several. NaN is larger than
     * any number. Rejects with UnsupportedOperationError when there is no element. Counterpart: RDD.max.
     */
    max(compare?: (a: T, b: T) => number): Promise<T>
    /** The smallest element, likewise. Counterpart: RDD.min. */
    min(compare?: (a: T, b: T) => number): Promise<T>
  }
}

interface Extreme { readonly compare: Function | undefined, readonly isLargest: boolean }

export const extremeSink =
  defineSink<Extreme>('extreme', (loop, { compare = compareNatural, isLargest }) => ({
  before: 'let extreme\nlet isEmpty = true',
  each: value => `if (isEmpty) {\nextreme = ${value}\nisEmpty = false
} else if (${loop.constant(compare)}(${value}, extreme) ${isLargest ? '>' : '<'} 0) extreme = ${value}`,
  after: 'return isEmpty ? [] : [extreme]',
}))

async function extreme(rdd: RDD<any>, operator: string, compare: any, isLargest: boolean): Promise<any> {
  const site = CallSite.capture(operator)
  const checked = compare === undefined ? undefined : requireFunction(operator, compare, 'compare')
  const args = { compare: checked, isLargest }
  const order = (compare ?? compareNatural) as (a: any, b: any) => number
  const isBetter = isLargest ? (a: any, b: any) => order(a, b) > 0 : (a: any, b: any) => order(a, b) < 0
  const parts = CallSite.within(site, () => runJob<Extreme, any[]>(operator, rdd, extremeSink, args))
  return reduceParts(site, parts, (best, value) => isBetter(value, best) ? value : best)
}

RDD.prototype.max = async function (this: RDD<any>, compare?: any): Promise<any> {
  return extreme(this, 'max', compare, true)
}

RDD.prototype.min = async function (this: RDD<any>, compare?: any): Promise<any> {
  return extreme(this, 'min', compare, false)
}
