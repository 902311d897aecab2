/** filter: keeps the elements of every batch that a predicate holds for. */
import { requireFunction } from '../../rdd/arguments'
import { DStream } from '../dstream'
import { perBatch } from './per-batch'

declare module '../dstream' {
  interface DStream<T> {
    /** The elements for which `f` returns something truthy. Counterpart: DStream.filter. */
    filter<U extends T>(f: (value: T) => value is U): DStream<U>
    filter(f: (value: T) => unknown): DStream<T>
  }
}

DStream.prototype.filter = function (this: DStream<any>, f: (value: any) => unknown): DStream<any> {
  f = requireFunction('filter', f)
  return perBatch('filter', this, rdd => rdd.filter(f))
}
