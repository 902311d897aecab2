/** An input: a stream without parents, which is started and stopped with its context. */
import type { Duration } from '../base/duration'
import { logFor } from '../base/log'
import type { Time } from '../base/time'
import { DStream } from './dstream'
import type { StreamInputInfo } from './scheduler/job'
import type { StreamingContext } from './streaming-context'

const log = logFor('InputDStream')

/**
 * The base of all inputs, and of inputs of your own. Override `compute`, which gives the RDD of each batch or
 * undefined where there is none; `prepare` for what has to be awaited first; `start` and `stop` where there
 * is something to start. An error in `start` fails the start of the context; one in `prepare` or `compute` is
 * an "Error generating jobs", after which the stream goes on. Counterpart:
 * org.apache.spark.streaming.dstream.InputDStream.
 * @example
 * ```ts
 * import { InputDStream, RDD, Seconds, StreamingContext, Time } from 'millrace'
 * class Ticks extends InputDStream<number> {
 *   compute(time: Time): RDD<number> {
 *     this.reportInfo(time, { numRecords: 1 })
 *     return this.context.sparkContext.parallelize([time.milliseconds])
 *   }
 * }
 * const ssc = new StreamingContext('local', 'ticks', Seconds(1))
 * new Ticks(ssc).print()
 * ```
 */
export abstract class InputDStream<T> extends DStream<T> {
  /** The place of this input among the inputs of its context, from 0. */
  readonly id: number
  private lastValidTime: Time | undefined
  private readonly preparations = new Map<number, void | Promise<void>>()

  constructor(context: StreamingContext, operator?: string) {
    super(context, [], operator ?? 'InputDStream')
    this.id = context.graph.addInput(this)
  }

  override get slideDuration(): Duration { return this.context.batchDuration }

  /** `QueueInputDStream-0`, for people. */
  get name(): string { return `${this.constructor.name}-${this.id}` }

  /** Called when the context starts, before the first batch. */
  start(): void | Promise<void> {}

  /** Called when the context stops. */
  stop(): void | Promise<void> {}

  /** Called before the batch at `time` is computed: the place to look something up that has to be awaited. */
  prepare(_time: Time): void | Promise<void> {}

  /**
   * Tells listeners what the batch at `time` has from this input; call it in `compute`. `numRecords` is 0
   * where it is not known, `metadata.Description` is shown to people. Counterpart: StreamInputInfo.
   */
  protected reportInfo(time: Time, info: { readonly numRecords: number, readonly metadata?: StreamInputInfo['metadata'] }): void {
    const { numRecords, metadata = {} } = info
    const { Description: description } = metadata
    const metadataDescription = description === undefined ? undefined : String(description)
    this.context.inputInfo.report({ inputStreamId: this.id, numRecords, metadata, metadataDescription }, time)
  }

  /**
   * What this input's part of the batch at `time` is, as plain data: file names, offsets, numbers of a log. It
   * is written to the checkpoint folder before the batch runs, so that the batch has exactly this input again
   * after a recovery. Undefined: `compute(time)` alone knows. Called after `prepare` and before `compute`.
   */
  checkpointData(_time: Time): unknown { return undefined }

  /**
   * Called when the context recovers, before `start`: what `checkpointData` gave, by batch time in
   * milliseconds, for every batch that may be asked for again, and for the latest. `compute` of those times
   * must give what it gave then.
   */
  restore(_batches: ReadonlyMap<number, unknown>): void | Promise<void> {}

  /**
   * Why a stream with this input cannot be recovered, as a sentence for its user; undefined where it can. Asked when a
   * context recovers, not before: a program that only sets a checkpoint folder runs all the same.
   */
  get cannotRecover(): string | undefined { return undefined }

  /**
   * Internal: true when a graceful stop at `time` must make one more batch, because something waits that can
   * still be had.
   */
  hasMore(_time: Time): boolean | Promise<boolean> { return false }

  /** Internal: true for inputs whose received blocks must be kept for as long as they remember. */
  get holdsBlocks(): boolean { return false }

  /**
   * Internal: `prepare`, once a time, whoever is first: the batch clock, or a slice of times that are still
   * to come.
   */
  prepareOnce(time: Time): void | Promise<void> {
    const at = time.milliseconds
    if (!this.preparations.has(at)) this.preparations.set(at, this.prepare(time))
    return this.preparations.get(at)
  }

  /** Internal: forgets the preparations of times that nobody remembers. */
  forgetPreparations(time: Time): void {
    const oldest = time.milliseconds - (this.rememberDuration?.milliseconds ?? 0)
    for (const at of this.preparations.keys()) if (at <= oldest) this.preparations.delete(at)
  }

  override isTimeValid(time: Time): boolean {
    if (!super.isTimeValid(time)) return false
    // A recovered stream asks for what was before, too.
    if (this.lastValidTime !== undefined && time.less(this.lastValidTime) && !this.context.isRecovered) {
      log.warn(`isTimeValid called with ${time} whereas the last valid time is ${this.lastValidTime}`)
    }
    this.lastValidTime = time
    return true
  }
}

