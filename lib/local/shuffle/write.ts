/**
 * The map side of a shuffle: one parent partition, combined where that is wanted, cut into one bucket a
 * reduce partition.
 */
import type { RDD } from '../../rdd/rdd'
import type { TaskContext } from '../../rdd/task-context'
import { isPromise } from '../maybe'
import type { TaskRunner } from '../task-runner'
import { BucketWriter, CombineWriter } from './map-writers'
import type { MapOutput, ShuffleOutput } from './shuffle-output'
import { bucketSink, combineSink } from './sinks'

/**
 * Runs the map task; `output` says how much memory it may use and takes what is more. It puts nothing there
 * itself.
 */
export function writeMapOutput(
  tasks: TaskRunner, shuffle: RDD<any>, partition: number, task: TaskContext, output: ShuffleOutput,
): MapOutput | Promise<MapOutput> {
  const { aggregator, mapSideCombine } = output.args
  const parent = shuffle.node.parents[0]!
  const { operator } = shuffle.site
  const isCombined = aggregator !== undefined && mapSideCombine === true
  const Writer = isCombined ? CombineWriter : BucketWriter
  const target = new Writer(output, partition, task, operator)
  const end = isCombined
    ? { sink: combineSink, args: { create: aggregator.create, mergeValue: aggregator.mergeValue, operator } }
    : { sink: bucketSink, args: { operator } }
  const done = tasks.run(parent, partition, end, shuffle.site, task, target)
  return isPromise(done) ? done.then(() => target.finish()) : target.finish()
}
