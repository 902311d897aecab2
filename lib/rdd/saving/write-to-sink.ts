/** Partitions handed to a writing function: where they are computed, or on the driver, a few at a time. */
import { CallSite } from '../../base/call-site'
import { collectSink } from '../actions/collect'
import { definePartition } from '../plan'
import type { RDD } from '../rdd'
import { runJob } from '../run-job'

/** Writes one partition. What it returns comes back to the driver. */
export type PartitionWriter = (
  transaction: any, partition: { readonly index: number, readonly attemptId: number }, elements: Iterable<any>) => unknown

interface WriteArguments { readonly write: PartitionWriter, readonly transaction: unknown }

export const writeToSinkNode = definePartition<WriteArguments>('saveTo', {
  compute: async ({ write, transaction }, [values], index, task) => (
    [await write(transaction, { index, attemptId: task.taskAttemptId }, values!)]
  ),
})

/** Writes each partition in the task that computes it; `write` is a function that travels. One result a partition, in order. */
export async function writeInTasks(site: CallSite, rdd: RDD<any>, write: PartitionWriter, transaction: unknown): Promise<unknown[]> {
  const results = await CallSite.within(site, () => (
    runJob<null, unknown[]>(site.operator, rdd.derive(writeToSinkNode, { write, transaction }), collectSink, null)))
  return results.map(([result]) => result)
}

/** Writes the partitions on the driver, one after another; it holds as many of them as are computed at a time. */
export async function writeOnDriver(site: CallSite, rdd: RDD<any>, write: PartitionWriter, transaction: unknown): Promise<unknown[]> {
  const count = rdd.getNumPartitions()
  const atATime = rdd.context.defaultParallelism
  const results: unknown[] = []
  for (let from = 0; from < count; from += atATime) {
    const partitions = Array.from({ length: Math.min(atATime, count - from) }, (_, i) => from + i)
    const computed = await CallSite.within(site, () => (
      runJob<null, unknown[][]>(site.operator, rdd, collectSink, null, { partitions }) as Promise<unknown[][]>))
    for (const index of partitions) results.push(await write(transaction, { index, attemptId: 0 }, computed[index - from]!))
  }
  return results
}
