/**
 * A window over keyed values with an inverse: each window is made from the one before, less the panes that
 * left, plus those that came. Keys stay, at whatever the inverse leaves them, until a filter drops them. It
 * persists itself and its panes, and needs checkpoints, for its lineage grows with every slide.
 *
 *   previous  |=============|                    left     the panes of previous before the window begins
 *   window          |=============|              entered  the panes of the window after previous ended
 *
 *   previous  |======|                           A slide longer than the window leaves a gap: nothing
 *   window              gap  |======|            in the gap ever was in a window, so it is neither.
 */
import type { Duration } from '../../base/duration'
import type { Time } from '../../base/time'
import type { Partitioner } from '../../rdd/partitioner'
import type { RDD } from '../../rdd/rdd'
import { StorageLevel } from '../../rdd/storage-level'
import { DStream } from '../dstream'
import { perBatch } from '../operators/per-batch'
import { rddsBetween } from '../operators/slice'
import { requireFitting, type WindowDurations } from './arguments'
import { slidePanesNode } from './slide-panes'

export interface InverseReduction {
  readonly f: (a: any, b: any) => any
  readonly inverse: (a: any, b: any) => any
  readonly filter: Function | undefined
  readonly partitioner: Partitioner
}

/** Counterpart: ReducedWindowedDStream. */
export class ReducedWindowedDStream<K, V> extends DStream<[K, V]> {
  private readonly panes: DStream<[K, V]>

  constructor(
    parent: DStream<[K, V]>, private readonly reduction: InverseReduction,
    readonly durations: WindowDurations, operator: string,
  ) {
    requireFitting(operator, parent, durations, 'ReducedWindowedDStream', 'must be multiple')
    const { f, partitioner } = reduction
    const panes = perBatch<[K, V], [K, V]>(operator, parent, rdd => rdd.reduceByKey(f, partitioner))
    super(parent.context, [panes], operator)
    this.panes = panes
    this.persist()
  }

  override get slideDuration(): Duration { return this.durations.slide }

  override get parentRememberDuration(): Duration {
    return this.rememberDuration!.plus(this.durations.length)
  }

  override get mustCheckpoint(): boolean { return true }

  override persist(level: StorageLevel = StorageLevel.MEMORY_ONLY_SER): this {
    this.panes.persist(level)
    return super.persist(level)
  }

  compute(time: Time): RDD<[K, V]> {
    const { length, slide } = this.durations
    const paneLength = this.panes.slideDuration
    const first = time.minus(length).plus(paneLength)
    const previousEnd = time.minus(slide)
    const previousFirst = first.minus(slide)
    const previous = this.getOrCompute(previousEnd)
    const left = rddsBetween(this.panes, previousFirst, previousEnd.min(first.minus(paneLength)))
    const entered = rddsBetween(this.panes, first.max(previousEnd.plus(paneLength)), time)
    return this.merged(previous, left, entered)
  }

  private merged(
    previous: RDD<[K, V]> | undefined, left: RDD<[K, V]>[], entered: RDD<[K, V]>[],
  ): RDD<[K, V]> {
    const { f, inverse, filter, partitioner } = this.reduction
    const parents = previous === undefined ? [...left, ...entered] : [previous, ...left, ...entered]
    // Nothing yet, but with all its partitions: later windows are made from it partition by partition.
    if (parents.length === 0) return this.context.sparkContext.emptyRDD<[K, V]>().partitionBy(partitioner)
    const args = { f, inverse, filter, previousCount: previous === undefined ? 0 : 1, oldCount: left.length }
    return parents[0]!.derive(slidePanesNode, args, { parents, partitioner })
  }
}
