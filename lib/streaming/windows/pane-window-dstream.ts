/**
 * What both keyed windows have in common: panes, which are the parent's batches reduced and persisted so that none is
 * ever computed again, and at each slide a version of a state that is made of the one before.
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
import { StateDStream } from '../state/state-dstream'
import type { WindowDurations } from './arguments'
import { windowEntriesNode } from './window-entries'

export abstract class PaneWindowDStream<K, V> extends StateDStream {
  readonly panes: DStream<[K, V]>

  constructor(
    parent: DStream<[K, V]>, f: (a: V, b: V) => V, readonly partitioner: Partitioner, readonly durations: WindowDurations,
    operator: string,
  ) {
    const panes = perBatch<[K, V], [K, V]>(operator, parent, rdd => rdd.reduceByKey(f, partitioner))
    panes.persist(StorageLevel.MEMORY_ONLY_SER)
    super(parent.context, [panes], operator)
    this.panes = panes
  }

  override get slideDuration(): Duration { return this.durations.slide }

  override get parentRememberDuration(): Duration { return this.rememberDuration!.plus(this.durations.length) }

  override get looksBackMs(): number { return this.durations.length.plus(this.durations.slide).milliseconds }

  /** The time of the first pane in the window at `time`. */
  protected firstPane(time: Time): Time { return time.minus(this.durations.length).plus(this.panes.slideDuration) }

  /** The panes of the window before, that the window at `time` has no more. */
  protected left(time: Time): Panes<[K, V]> {
    const { slide } = this.durations
    const last = this.firstPane(time).minus(this.panes.slideDuration).min(time.minus(slide))
    return panesBetween(this.panes, this.firstPane(time).minus(slide), last)
  }

  /** The panes of the window at `time` that the one before had not. */
  protected entered(time: Time): Panes<[K, V]> {
    const afterPrevious = time.minus(this.durations.slide).plus(this.panes.slideDuration)
    return panesBetween(this.panes, this.firstPane(time).max(afterPrevious), time)
  }

  protected all(time: Time): Panes<[K, V]> { return panesBetween(this.panes, this.firstPane(time), time) }
}

export interface Panes<T> {
  readonly rdds: readonly RDD<T>[]
  /** The first time, in milliseconds, at which there may be one. */
  readonly firstMs: number
  readonly lastMs: number
  /** Times in milliseconds, from the first on, at which there is none. */
  readonly missing: readonly number[]
}

function panesBetween<T>(panes: DStream<T>, from: Time, to: Time): Panes<T> {
  const first = from.max(panes.zeroTime!.plus(panes.slideDuration))
  const rdds: RDD<T>[] = []
  const missing: number[] = []
  for (const time of first.to(to, panes.slideDuration)) {
    const rdd = panes.getOrCompute(time)
    if (rdd === undefined) missing.push(time.milliseconds)
    else rdds.push(rdd)
  }
  return { rdds, firstMs: first.milliseconds, lastMs: to.milliseconds, missing }
}

/** The pairs of a window at each slide, read from the version of its state. */
export class WindowEntriesDStream<K, V> extends DStream<[K, V]> {
  constructor(protected readonly state: PaneWindowDStream<K, V>) {
    super(state.context, [state], state.operator)
  }

  /** Names the state, which is what a recovery looks for. */
  override uid(name: string): this {
    this.state.uid(name)
    return super.uid(name)
  }

  compute(time: Time): RDD<[K, V]> | undefined {
    return this.state.getOrCompute(time)?.derive<[K, V]>(windowEntriesNode, null, { partitioner: this.state.partitioner })
  }
}
