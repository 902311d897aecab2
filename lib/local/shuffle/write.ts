/** The map side of a shuffle: one parent partition, combined where that is wanted, cut into one bucket a reduce partition. */
import type { ShuffleArguments } from '../../rdd/plan'
import { CombiningMap, type Cell } from '../../rdd/pairs/combining-map'
import type { RDD } from '../../rdd/rdd'
import type { TaskContext } from '../../rdd/task-context'
import { isPromise, type TaskRunner } from '../task-runner'
import { Buckets } from './shuffle-output'
import { bucketSink, combineSink } from './sinks'

export function writeShuffle(tasks: TaskRunner, shuffle: RDD<any>, partition: number, task: TaskContext): Cell[][] | Promise<Cell[][]> {
  const { aggregator, mapSideCombine, partitioner } = shuffle.node.args as ShuffleArguments
  const parent = shuffle.node.parents[0]!
  const { operator } = shuffle.site
  if (aggregator === undefined || mapSideCombine !== true) {
    const target = new Buckets(partitioner, operator)
    const done = tasks.run(parent, partition, { sink: bucketSink, args: { operator } }, shuffle.site, task, target)
    return isPromise(done) ? done.then(() => target.buckets) : target.buckets
  }
  const map = new CombiningMap(aggregator, operator)
  const args = { create: aggregator.create, mergeValue: aggregator.mergeValue, operator }
  const cut = (): Cell[][] => {
    const cells = map.pairs()
    if (partitioner.numPartitions === 1) return [cells]
    const target = new Buckets(partitioner, operator)
    for (const cell of cells) target.add(cell)
    return target.buckets
  }
  const done = tasks.run(parent, partition, { sink: combineSink, args }, shuffle.site, task, map)
  return isPromise(done) ? done.then(cut) : cut()
}
