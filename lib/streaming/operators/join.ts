/** join: the pairs of two streams that share a key in the same batch. */
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { acrossStreams } from './transform'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Every combination of the values that a key has in both streams' batch. Keys that only one of them has
     * are left out. Throws IllegalArgumentError unless both streams have the same context and slide.
     * Counterpart: PairDStreamFunctions.join.
     */
    join<K, V, W>(
      this: DStream<[K, V]>, other: DStream<[K, W]>, partitioning?: Partitioning): DStream<[K, [V, W]]>
  }
}

DStream.prototype.join = function (this: DStream<any>, other: DStream<any>, partitioning?: Partitioning) {
  const partitioner = streamPartitioner('join', this, partitioning)
  return acrossStreams('join', [this, other], ([a, b]) => a!.join(b!, partitioner))
}
