/**
 * The base of inputs whose data stays where it is and can be read again: a batch is a plan (offsets, ranges, names), made when
 * its time has come and kept in the checkpoint, so that the batch reads the same after a failure. What `plan` gives for a time
 * never changes afterwards.
 */
import type { Time } from '../base/time'
import type { RDD } from '../rdd/rdd'
import { InputDStream } from '../streaming/input-dstream'
import type { StreamInputInfo } from '../streaming/scheduler/job'
import type { StreamingContext } from '../streaming/streaming-context'
import { limitRate } from '../streaming/rate/rate-controller'

/** What `plan` may go by. */
export interface PlanHints<P> {
  /** The plan of the batch before, also of an earlier run of the program; undefined in the first batch of all. */
  readonly previous: P | undefined
  /** With `spark.streaming.backpressure.enabled`: how many records the program can take in this batch, once that is known. */
  readonly maxRecords: number | undefined
}

/**
 * An input of a system that keeps its data: override `plan`, which says what belongs to a batch, as plain data, and `read`,
 * which makes the RDD of a plan. Every batch then has exactly its plan, also when it is computed again by another process:
 * what a program transforms, it transforms exactly once. `plan` is asked once a batch, in the order of batches, and may be
 * async; when it rejects, the batch is lost with an error and the next one is asked for with the same `previous`, so that
 * nothing is left out. Beyond Spark: the rule behind its direct Kafka stream, for connectors of your own; see
 * docs/writing-a-connector.md.
 * @example
 * ```ts
 * import { ReplayableInputDStream, Seconds, StreamingContext, type PlanHints, type RDD, type Time } from 'millrace'
 * interface Numbers { readonly from: number, readonly until: number }
 * class Counting extends ReplayableInputDStream<number, Numbers> {
 *   protected plan(time: Time, { previous, maxRecords = 100 }: PlanHints<Numbers>): Numbers {
 *     const from = previous?.until ?? 0
 *     return { from, until: from + maxRecords }
 *   }
 *   protected read({ from, until }: Numbers): RDD<number> { return this.context.sparkContext.range(from, until) }
 *   protected override records({ from, until }: Numbers): number { return until - from }
 * }
 * const ssc = new StreamingContext('local', 'counting', Seconds(1))
 * new Counting(ssc, 'counting').print()
 * ```
 */
export abstract class ReplayableInputDStream<T, P> extends InputDStream<T> {
  private readonly plans = new Map<number, P>()
  private latest: P | undefined
  private recordsPerSecond: number | undefined

  constructor(context: StreamingContext, operator?: string) {
    super(context, operator)
    limitRate(context, this.id, { updateRate: rate => { this.recordsPerSecond = rate } })
  }

  /** What belongs to the batch at `time`: plain data, which the checkpoint keeps. Undefined: nothing, and no RDD. */
  protected abstract plan(time: Time, hints: PlanHints<P>): P | undefined | Promise<P | undefined>

  /** The RDD of a plan. It reads the same whenever it is made. */
  protected abstract read(plan: P, time: Time): RDD<T>

  /** How many records a plan has; 0 where nobody knows. Listeners and backpressure go by it. */
  protected records(_plan: P): number { return 0 }

  /** What people are shown of a plan. */
  protected metadata(_plan: P): StreamInputInfo['metadata'] { return {} }

  /** Called once when a recovered program starts, before `start`, with the latest plan of the earlier run. */
  protected resume(_latest: P | undefined): void | Promise<void> {}

  /** The plan of a batch that is remembered. */
  protected planOf(time: Time): P | undefined { return this.plans.get(time.milliseconds) }

  override async prepare(time: Time): Promise<void> {
    if (this.plans.has(time.milliseconds)) return
    const plan = await this.plan(time, { previous: this.latest, maxRecords: this.maxRecords })
    if (plan === undefined) return
    this.plans.set(time.milliseconds, plan)
    this.latest = plan
  }

  private get maxRecords(): number | undefined {
    const { recordsPerSecond } = this
    return recordsPerSecond === undefined ? undefined : Math.max(1, Math.floor(recordsPerSecond * this.slideDuration.milliseconds / 1000))
  }

  override compute(time: Time): RDD<T> | undefined {
    const plan = this.plans.get(time.milliseconds)
    if (plan === undefined) return undefined
    this.reportInfo(time, { numRecords: this.records(plan), metadata: this.metadata(plan) })
    return this.read(plan, time)
  }

  override checkpointData(time: Time): P | undefined { return this.plans.get(time.milliseconds) }

  override async restore(batches: ReadonlyMap<number, unknown>): Promise<void> {
    for (const [timeMs, plan] of [...batches].sort(([a], [b]) => a - b)) {
      if (plan === undefined) continue
      this.plans.set(timeMs, plan as P)
      this.latest = plan as P
    }
    await this.resume(this.latest)
  }

  override clearMetadata(time: Time): void {
    super.clearMetadata(time)
    const oldestMs = time.milliseconds - this.rememberDuration!.milliseconds
    for (const atMs of this.plans.keys()) if (atMs < oldestMs) this.plans.delete(atMs)
  }
}
