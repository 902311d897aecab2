/** The partitioner of a keyed stream operator, chosen once where the operator is called. */
import { HashPartitioner, partitionerFor, type Partitioner, type Partitioning } from '../../rdd/partitioner'
import type { DStream } from '../dstream'

export function streamPartitioner(
  operator: string, stream: DStream<any>, partitioning: Partitioning | undefined,
): Partitioner {
  if (partitioning === undefined) return new HashPartitioner(stream.context.sparkContext.defaultParallelism)
  return partitionerFor(operator, partitioning, [])
}
