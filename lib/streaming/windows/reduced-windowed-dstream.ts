/**
 * A window over keyed values with an inverse: each version is made of the one before, less the panes that left, plus
 * those that came. Keys stay, at whatever the inverse leaves them, until a filter drops them. Nothing but the versions
 * before knows of such keys, so it needs checkpoints.
 */
import type { Duration } from '../../base/duration'
import type { Time } from '../../base/time'
import type { Partitioner } from '../../rdd/partitioner'
import type { RDD } from '../../rdd/rdd'
import { stateCore } from '../../rdd/state/state-core'
import { StorageLevel } from '../../rdd/storage-level'
import type { DStream } from '../dstream'
import { requireFitting, type WindowDurations } from './arguments'
import { PaneWindowDStream, WindowEntriesDStream } from './pane-window-dstream'
import { slidePanesNode } from './slide-panes'

export interface InverseReduction {
  readonly f: (a: any, b: any) => any
  readonly inverse: (a: any, b: any) => any
  readonly filter: Function | undefined
  readonly partitioner: Partitioner
}

/** Counterpart: ReducedWindowedDStream. */
export class ReducedWindowedDStream<K, V> extends PaneWindowDStream<K, V> {
  /** The version that came out of a recovery: the filter may be another than the one that it has gone through. */
  private restoredMs: number | undefined

  constructor(
    parent: DStream<[K, V]>, private readonly reduction: InverseReduction, durations: WindowDurations, operator: string,
  ) {
    requireFitting(operator, parent, durations, 'ReducedWindowedDStream', 'must be multiple')
    super(parent, reduction.f, reduction.partitioner, durations, operator)
  }

  protected step(time: Time, previous: RDD<never> | undefined): RDD<never> {
    const { f, inverse, filter, partitioner } = this.reduction
    const left = this.left(time)
    const isSingle = this.slideDuration.equals(this.panes.slideDuration)
    const args = {
      store: this.store, version: time.milliseconds, partitioner, operator: this.operator, f, inverse, filter, leftCount: left.rdds.length,
      single: isSingle ? { leftMs: left.lastMs, enteredMs: time.milliseconds } : undefined,
      asksAll: this.restoredMs === time.minus(this.slideDuration).milliseconds,
    }
    return stateCore(this.context.sparkContext, slidePanesNode, args, previous, [...left.rdds, ...this.entered(time).rdds])
  }

  override restoreVersion(time: Time, core: RDD<never>): void {
    super.restoreVersion(time, core)
    this.restoredMs = time.milliseconds
  }

  get entries(): DStream<[K, V]> { return new ReducedEntriesDStream(this) }
}

/**
 * The pairs of an inverse window. It is persisted, as Spark's is; but its state holds what there is to keep, so the
 * level says something to the panes only.
 */
class ReducedEntriesDStream<K, V> extends WindowEntriesDStream<K, V> {
  constructor(state: ReducedWindowedDStream<K, V>) {
    super(state)
    super.persist(StorageLevel.MEMORY_ONLY_SER)
  }

  /** Spark has no stream between the two. */
  override get dependencies(): readonly DStream<any>[] { return [this.state.panes] }

  override persist(level: StorageLevel = StorageLevel.MEMORY_ONLY_SER): this {
    super.persist(level)
    this.state.panes.persist(level)
    return this
  }

  override checkpoint(interval: Duration): this {
    this.state.checkpoint(interval)
    return this
  }

  protected override keep(): void {}
}
