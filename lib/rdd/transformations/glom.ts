/** glom: each partition as one array. */
import { definePartition } from '../plan'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /** One array a partition, with all its elements; empty ones too. Counterpart: RDD.glom. */
    glom(): RDD<T[]>
  }
}

export const glomNode = definePartition<null>('glom', { compute: (_args, [values]) => [Array.from(values!)] })

RDD.prototype.glom = function (this: RDD<any>): RDD<any> { return this.derive(glomNode, null) }
