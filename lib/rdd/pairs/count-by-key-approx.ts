/**
 * countByKeyApprox: how many pairs there are of each key, with bounds, from as many partitions as are done in
 * time.
 */
import type { KeyMap } from '../../base/key-map'
import { named } from '../../base/call-site'
import type { PartialResult } from '../actions/partial-result'
import type { BoundedDouble } from '../numeric/bounded-double'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The number of pairs of each key, or after `timeoutMs` an estimate with bounds that hold with the
     * probability `confidence`. Rejects with IllegalArgumentError for a confidence outside [0, 1].
     * Counterpart: PairRDDFunctions.countByKeyApprox.
     */
    countByKeyApprox<K, V>(
      this: RDD<[K, V]>, timeoutMs: number,
      confidence?: number): Promise<PartialResult<KeyMap<K, BoundedDouble>>>
  }
}

RDD.prototype.countByKeyApprox = function (
  this: RDD<any>, timeoutMs: number, confidence = 0.95,
): Promise<PartialResult<KeyMap<any, BoundedDouble>>> {
  return named('countByKeyApprox', () => this.keys().countByValueApprox(timeoutMs, confidence))
}
