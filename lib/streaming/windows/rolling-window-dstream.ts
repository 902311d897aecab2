/**
 * A window over keyed values without an inverse: each key has a queue of its panes (see `pane-queues.ts`), so that a slide
 * costs the keys of the panes that came and went. It needs no checkpoint: a version that an engine has lost is made of
 * the panes of its window alone.
 */
import type { Time } from '../../base/time'
import type { Partitioner } from '../../rdd/partitioner'
import type { RDD } from '../../rdd/rdd'
import { stateCore } from '../../rdd/state/state-core'
import type { DStream } from '../dstream'
import { requireFitting, type WindowDurations } from './arguments'
import { PaneWindowDStream, WindowEntriesDStream, type Panes } from './pane-window-dstream'
import type { Merge } from './pane-queues'
import { rollPanesNode } from './roll-panes'

export class RollingWindowDStream<K, V> extends PaneWindowDStream<K, V> {
  constructor(
    parent: DStream<[K, V]>, private readonly f: Merge, partitioner: Partitioner, durations: WindowDurations, operator: string,
  ) {
    requireFitting(operator, parent, durations, 'windowed DStream', 'must be a multiple')
    super(parent, f, partitioner, durations, operator)
  }

  override get isDurable(): boolean { return false }

  /** A version before that was never made is not made now: all panes of the window cost less than those of two. */
  override compute(time: Time): RDD<never> {
    return this.step(time, this.generated.get(time.minus(this.slideDuration).milliseconds))
  }

  protected step(time: Time, previous: RDD<never> | undefined): RDD<never> {
    if (previous === undefined) return this.whole(time)
    // Not `previous` itself, whose lineage is as long as the stream is old.
    return this.version(time, this.whole(time.minus(this.slideDuration)), this.entered(time))
  }

  private whole(time: Time): RDD<never> { return this.version(time, undefined, this.all(time)) }

  private version(time: Time, previous: RDD<never> | undefined, { rdds, firstMs, missing }: Panes<[K, V]>): RDD<never> {
    const { f, store, partitioner, operator } = this
    const args = {
      store, version: time.milliseconds, partitioner, operator, f, enteredMs: firstMs,
      paneMs: this.panes.slideDuration.milliseconds, missing, lastLeftMs: this.firstPane(time).milliseconds - 1,
    }
    return stateCore(this.context.sparkContext, rollPanesNode, args, previous, rdds)
  }

  override clearMetadata(time: Time): void {
    super.clearMetadata(time)
    this.context.sparkContext.runner.forgetStates(this.store, time.minus(this.rememberDuration!).milliseconds)
  }

  get entries(): DStream<[K, V]> { return new WindowEntriesDStream(this) }
}
