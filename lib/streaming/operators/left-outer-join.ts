/** leftOuterJoin: every pair of this stream, with what the other has for its key in the same batch. */
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { acrossStreams } from './transform'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * As `join`, but keys that only this stream has stay, with undefined.
     * Throws IllegalArgumentError unless both streams have the same context and slide.
     * Counterpart: PairDStreamFunctions.leftOuterJoin.
     */
    leftOuterJoin<K, V, W>(
      this: DStream<[K, V]>, other: DStream<[K, W]>, partitioning?: Partitioning,
    ): DStream<[K, [V, W | undefined]]>
  }
}

DStream.prototype.leftOuterJoin = function (this: DStream<any>, other: DStream<any>, partitioning?) {
  const partitioner = streamPartitioner('leftOuterJoin', this, partitioning)
  return acrossStreams('leftOuterJoin', [this, other], ([a, b]) => a!.leftOuterJoin(b!, partitioner))
}
