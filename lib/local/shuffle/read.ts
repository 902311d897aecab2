/**
 * The reduce side of a shuffle: a partition's pairs, combined, sorted or just gathered, as the shuffle asks.
 * What is on disk is merged a chunk of each run at a time; pairs that were not combined before they were
 * written go through runs of the reading task's own, which are gone when it ends.
 */
import type { CallSite } from '../../base/call-site'
import { locate } from '../../loop/task-failure'
import type { Partitioner } from '../../rdd/partitioner'
import type { Input, ShuffleArguments } from '../../rdd/plan'
import type { TaskContext } from '../../rdd/task-context'
import { BucketWriter, CombineWriter } from './map-writers'
import type { ShuffleMemory } from './memory'
import type { Chunks } from './merge'
import { ShuffleOutput } from './shuffle-output'

/** `site`: the user's line of the shuffle, for errors of its functions while its runs are merged. */
export function openShuffle(
  output: ShuffleOutput, partition: number, task: TaskContext, site: CallSite,
): Input {
  if (output.runs === undefined) {
    const values = output.read(partition)
    task.metrics.shuffleRecordsRead += output.recordsOf(partition)
    return { kind: 'array', values }
  }
  task.metrics.shuffleRecordsRead += output.recordsOf(partition)
  return { kind: 'chunks', values: located(fromRuns(output, partition, task), site) }
}

function fromRuns(
  { args: { aggregator, mapSideCombine, order }, runs, memory }: ShuffleOutput, partition: number,
  task: TaskContext,
): Chunks {
  const chunks = runs!.open(partition)
  if (aggregator === undefined) return chunks
  const combined = mapSideCombine === true ? chunks : regrouped(chunks, { aggregator }, memory, task)
  return order === undefined ? combined : regrouped(combined, { order }, memory, task)
}

const onePartition: Partitioner = { numPartitions: 1, getPartition: () => 0 }

/** `chunks` as a shuffle into one partition with these arguments gives them. */
function regrouped(
  chunks: Chunks, { aggregator, order }: Pick<ShuffleArguments, 'aggregator' | 'order'>,
  memory: ShuffleMemory, task: TaskContext,
): Chunks {
  const args: ShuffleArguments = { aggregator, order, mapSideCombine: true, partitioner: onePartition }
  const output = new ShuffleOutput(1, args, memory)
  task.addTaskCompletionListener(() => output.remove())
  const { shuffleRecordsWritten } = task.metrics
  const writer = aggregator === undefined ? new BucketWriter(output, 0, task, 'sort')
    : new CombineWriter(output, 0, task, 'combine')
  for (const chunk of chunks) for (const pair of chunk) writer.add(pair)
  const { buckets, memoryBytes, runs } = writer.finish()
  output.put(0, buckets, memoryBytes, runs)
  output.finish()
  // They are still the records of one shuffle.
  task.metrics.shuffleRecordsWritten = shuffleRecordsWritten
  return output.runs === undefined ? [output.read(0)] : output.runs.open(0)
}

function located(chunks: Chunks, site: CallSite): Chunks {
  return { *[Symbol.iterator]() { try { yield* chunks } catch (error) { throw locate(error, [site], 0) } } }
}
