/** rightOuterJoin: every pair of the other stream, with what this one has for its key in the same batch. */
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { acrossStreams } from './transform'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * As `join`, but keys that only `other` has stay, with undefined.
     * Throws IllegalArgumentError unless both streams have the same context and slide.
     * Counterpart: PairDStreamFunctions.rightOuterJoin.
     */
    rightOuterJoin<K, V, W>(
      this: DStream<[K, V]>, other: DStream<[K, W]>, partitioning?: Partitioning,
    ): DStream<[K, [V | undefined, W]]>
  }
}

DStream.prototype.rightOuterJoin = function (this: DStream<any>, other: DStream<any>, partitioning?) {
  const partitioner = streamPartitioner('rightOuterJoin', this, partitioning)
  return acrossStreams('rightOuterJoin', [this, other], ([a, b]) => a!.rightOuterJoin(b!, partitioner))
}
