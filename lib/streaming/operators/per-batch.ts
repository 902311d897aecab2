/**
 * The operators that do to each batch what the RDD operator of the same name does: one class for all of them.
 */
import type { Time } from '../../base/time'
import type { RDD } from '../../rdd/rdd'
import { DStream } from '../dstream'

/** `f` of the parent's RDD at each time at which the parent has one. */
export class PerBatchDStream<T, U> extends DStream<U> {
  constructor(readonly parent: DStream<T>, operator: string, private readonly f: (rdd: RDD<T>) => RDD<U>) {
    super(parent.context, [parent], operator)
  }

  compute(time: Time): RDD<U> | undefined {
    const rdd = this.parent.getOrCompute(time)
    return rdd === undefined ? undefined : this.f(rdd)
  }
}

export function perBatch<T, U>(operator: string, parent: DStream<T>, f: (rdd: RDD<T>) => RDD<U>): DStream<U> {
  return new PerBatchDStream(parent, operator, f)
}
