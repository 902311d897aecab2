/**
 * The map side of a shuffle in a thread: what fits into the task's memory becomes bytes that every thread sees,
 * one run of them for all reduce partitions; what does not stays in a file that is handed over.
 */
import { concatShared } from '../../base/shared-bytes'
import { encodeColumns } from '../../codec/columns'
import { locate } from '../../loop/task-failure'
import type { Cell } from '../../rdd/pairs/combining-map'
import type { RDD } from '../../rdd/rdd'
import type { TaskContext } from '../../rdd/task-context'
import { then, type Maybe } from '../maybe'
import type { ShuffleMemory } from '../shuffle/memory'
import { ShuffleOutput, type MapOutput } from '../shuffle/shuffle-output'
import { writeMapOutput } from '../shuffle/write'
import type { TaskRunner } from '../task-runner'
import type { PostedOutput } from './protocol'

/** `toDisk`: the driver holds as many bytes of shuffles as it may, so these go into a file in any case. */
export function writeForOthers(
  tasks: TaskRunner, shuffle: RDD<any>, partition: number, task: TaskContext, memory: ShuffleMemory, toDisk: boolean,
): Maybe<PostedOutput> {
  const output = new ShuffleOutput(1, shuffle.node.args, memory)
  // Of no effect on a file that was handed over.
  task.addTaskCompletionListener(() => output.remove())
  return then(task, writeMapOutput(tasks, shuffle, partition, task, output), written => {
    try {
      const posted = inFile(output, partition, written, toDisk) ?? inMemory(written.buckets)
      task.metrics.shuffleBytesWritten += posted.sizeBytes
      return posted
    } catch (error) {
      throw locate(error, [shuffle.site], 0)
    }
  })
}

function inFile(output: ShuffleOutput, partition: number, written: MapOutput, toDisk: boolean): PostedOutput | undefined {
  if (written.runs.length === 0 && !toDisk) return undefined
  const { file } = output
  const runs = written.runs.length > 0 ? written.runs : [file.write(partition, written.buckets)]
  const { sizeBytes } = file
  const path = file.handOver()
  return path === undefined ? undefined : { kind: 'file', path, runs, sizeBytes }
}

function inMemory(buckets: readonly (readonly Cell[])[]): PostedOutput {
  let sizeBytes = 0
  const ends: number[] = []
  const parts = buckets.map(bucket => {
    const bytes = encodeColumns(bucket)
    ends.push(sizeBytes += bytes.byteLength)
    return bytes
  })
  return { kind: 'bytes', bytes: parts.length === 1 ? parts[0]! : concatShared(parts, sizeBytes), ends, sizeBytes }
}
