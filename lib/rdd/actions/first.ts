/** first and isEmpty: as much of an RDD as it takes to see one element. */
import { CallSite } from '../../base/call-site'
import { RDD } from '../rdd'
import { emptyCollection } from './on-driver'
import { takeFirst } from './take'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The first element. Rejects with UnsupportedOperationError when there is none. Counterpart: RDD.first.
     */
    first(): Promise<T>
    /** True when there is no element, or no partition. Counterpart: RDD.isEmpty. */
    isEmpty(): Promise<boolean>
  }
}

RDD.prototype.first = async function (this: RDD<any>): Promise<any> {
  const site = CallSite.capture('first')
  const taken = await takeFirst(site, this, 1)
  if (taken.length === 0) throw emptyCollection(site)
  return taken[0]
}

RDD.prototype.isEmpty = async function (this: RDD<any>): Promise<boolean> {
  return (await takeFirst(CallSite.capture('isEmpty'), this, 1)).length === 0
}
