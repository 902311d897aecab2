/** filter: keeps the elements that a predicate holds for. Pairs stay in place, and so does the partitioner. */
import { requireFunction } from '../arguments'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements for which `f` returns something truthy; keeps the partitioner. Counterpart: RDD.filter.
     */
    filter<U extends T>(f: (value: T) => value is U): RDD<U>
    filter(f: (value: T) => unknown): RDD<T>
  }
}

export const filterNode = defineNarrow<{ f: Function }>('filter', (loop, { f }, value, next) =>
  `if (${loop.constant(f)}(${value})) {\n${next(value)}\n}`)

RDD.prototype.filter = function (this: RDD<any>, f: (value: any) => unknown): RDD<any> {
  return this.derive(filterNode, { f: requireFunction('filter', f) }, { partitioner: this.partitioner })
}
