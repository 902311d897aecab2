/** fullOuterJoin: the keys of both streams, joined where they meet in the same batch. */
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { acrossStreams } from './transform'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * As `join`, but keys that only one of the two has stay, with undefined for the other.
     * Throws IllegalArgumentError unless both streams have the same context and slide.
     * Counterpart: PairDStreamFunctions.fullOuterJoin.
     */
    fullOuterJoin<K, V, W>(
      this: DStream<[K, V]>, other: DStream<[K, W]>, partitioning?: Partitioning,
    ): DStream<[K, [V | undefined, W | undefined]]>
  }
}

DStream.prototype.fullOuterJoin = function (this: DStream<any>, other: DStream<any>, partitioning?) {
  const partitioner = streamPartitioner('fullOuterJoin', this, partitioning)
  return acrossStreams('fullOuterJoin', [this, other], ([a, b]) => a!.fullOuterJoin(b!, partitioner))
}
