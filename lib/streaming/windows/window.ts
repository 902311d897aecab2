/**
 * window: at each slide, the union of the parent's batches of the last `length`. The parent is persisted, for
 * its batches are read once for every window that they are in; the window itself never is.
 *
 *   parent   |--1--|--2--|--3--|--4--|--5--|      length 3, slide 2: at 2 (1 and 2 only), at 4 (2, 3, 4) ...
 */
import type { Duration } from '../../base/duration'
import type { Time } from '../../base/time'
import type { RDD } from '../../rdd/rdd'
import { StorageLevel } from '../../rdd/storage-level'
import { DStream } from '../dstream'
import { rddsBetween } from '../operators/slice'
import { requireFitting, requireWindow, type WindowDurations } from './arguments'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * At every `slide` (each batch unless said) all elements of the batches in (time - length, time]; the
     * first windows hold the batches there are. The parent is persisted; persist() on the window sets the
     * parent's level. Throws IllegalArgumentError unless both are whole multiples of this stream's slide.
     * Counterpart: DStream.window.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'window', Seconds(1))
     * ssc.queueStream([[1], [2], [3]]).window(Seconds(2)).print() // 1, then 1 2, then 2 3
     * ```
     */
    window(length: Duration, slide?: Duration): DStream<T>
  }
}

/** Counterpart: WindowedDStream. */
export class WindowedDStream<T> extends DStream<T> {
  constructor(readonly parent: DStream<T>, readonly durations: WindowDurations, operator = 'window') {
    requireFitting(operator, parent, durations, 'windowed DStream', 'must be a multiple')
    super(parent.context, [parent], operator)
    if (parent.storageLevel.equals(StorageLevel.NONE)) parent.persist(StorageLevel.MEMORY_ONLY_SER)
  }

  override get slideDuration(): Duration { return this.durations.slide }

  override get parentRememberDuration(): Duration {
    return this.rememberDuration!.plus(this.durations.length)
  }

  override get looksBackMs(): number { return this.durations.length.milliseconds }

  /** Persists the parent: the windows would hold every batch as often as they overlap. */
  override persist(level: StorageLevel = StorageLevel.MEMORY_ONLY_SER): this {
    this.parent.persist(level)
    return this
  }

  compute(time: Time): RDD<T> {
    const first = time.minus(this.durations.length).plus(this.parent.slideDuration)
    return this.context.sparkContext.union(rddsBetween(this.parent, first, time))
  }
}

DStream.prototype.window = function (this: DStream<any>, length: Duration, slide?: Duration): DStream<any> {
  return new WindowedDStream(this, requireWindow('window', this, length, slide))
}
