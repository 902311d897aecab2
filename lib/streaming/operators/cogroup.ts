/** cogroup: the values that two streams have for each key of a batch, side by side. */
import type { Partitioning } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { streamPartitioner } from './partitioning'
import { acrossStreams } from './transform'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * For each key of either stream's batch the arrays of its values in both.
     * Throws IllegalArgumentError unless both streams have the same context and slide.
     * Counterpart: PairDStreamFunctions.cogroup.
     */
    cogroup<K, V, W>(
      this: DStream<[K, V]>, other: DStream<[K, W]>, partitioning?: Partitioning): DStream<[K, [V[], W[]]]>
  }
}

DStream.prototype.cogroup = function (this: DStream<any>, other: DStream<any>, partitioning?: Partitioning) {
  const partitioner = streamPartitioner('cogroup', this, partitioning)
  return acrossStreams('cogroup', [this, other], ([a, b]) => a!.cogroup(b!, partitioner))
}
