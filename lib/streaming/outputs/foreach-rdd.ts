/**
 * foreachRDD: the output that all others are made of. Its function runs on the driver, once a batch, inside
 * the job.
 */
import { CallSite } from '../../base/call-site'
import type { Time } from '../../base/time'
import { describe, refuse, requireCallable } from '../../rdd/arguments'
import type { RDD } from '../../rdd/rdd'
import { DStream } from '../dstream'
import type { BatchOutput } from './batch-output'
import type { Job } from '../scheduler/job'

/** How an output operation is known. */
export interface OutputOptions {
  /**
   * Names the output for recovery, so that its place in the program may change. Default: the operator and its number among
   * those of its kind.
   */
  readonly uid?: string
}

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Calls `f` with the RDD and the time of every batch. `f` may be async; its batch ends when its promise does. Nothing is
     * computed unless `f` runs an action. The third argument says which output and which attempt this is, and has `once`, for
     * what must not be done again when the batch runs again. In the tasks of its actions
     * `TaskContext.get()!.getLocalProperty('spark.streaming.internal.batchTime')` is the batch time in milliseconds and
     * `TaskContext.getPartitionId()` the partition: together they name what a task writes, in every run.
     * Counterpart: DStream.foreachRDD; the third argument and the options are beyond Spark.
     * @example
     * ```ts
     * import { Seconds, StreamingContext, TaskContext } from 'millrace'
     * declare function upsert(id: string, rows: string[]): Promise<void>
     * const ssc = new StreamingContext('local', 'rows', Seconds(1))
     * ssc.queueStream([['a', 'b']]).foreachRDD(rdd => rdd.foreachPartition(async rows => {
     *   const batchTime = TaskContext.get()!.getLocalProperty('spark.streaming.internal.batchTime')
     *   await upsert(`${batchTime}-${TaskContext.getPartitionId()}`, [...rows]) // Again and again the same row.
     * }))
     * ```
     */
    foreachRDD(f: (rdd: RDD<T>, time: Time, output: BatchOutput) => unknown, options?: OutputOptions): void
  }
}

type BatchFunction<T> = (rdd: RDD<T>, time: Time, output: BatchOutput) => unknown

const argumentsWithOutput = 3

/** Counterpart: ForEachDStream. */
export class ForEachDStream<T> extends DStream<never> {
  /** Internal: whether the function may call `once`. */
  readonly takesOutput: boolean

  constructor(readonly parent: DStream<T>, operator: string, private readonly f: BatchFunction<T>, { uid }: OutputOptions = {}) {
    super(parent.context, [parent], operator)
    this.takesOutput = f.length >= argumentsWithOutput
    if (uid !== undefined) this.uid(uid)
    parent.context.graph.addOutput(this)
  }

  compute(): undefined { return undefined }

  override generateJob(time: Time): Job | undefined {
    const rdd = this.parent.getOrCompute(time)
    if (rdd === undefined) return undefined
    return { time, site: this.site, run: () => this.f(rdd, time, this.context.batchOutputs.outputAt(this, time)) }
  }
}

DStream.prototype.foreachRDD = function (this: DStream<any>, f: BatchFunction<any>, options: OutputOptions = {}): void {
  new ForEachDStream(this, 'foreachRDD', requireCallable('foreachRDD', f), requireOutputOptions('foreachRDD', options))
}

/** Checks what an output operation is told of itself. */
export function requireOutputOptions(operator: string, options: unknown): OutputOptions {
  const uid: unknown = typeof options === 'object' && options !== null ? (options as OutputOptions).uid : options
  if (typeof options !== 'object' || options === null || (uid !== undefined && (typeof uid !== 'string' || uid === ''))) {
    refuse(operator, `its options are wrong: ${describe(uid)}`, "{ uid: 'a name that is not empty' }")
  }
  return options
}

/** Internal: an output operator of ours, whose actions belong to the user's one call. */
export function output<T>(operator: string, stream: DStream<T>, f: BatchFunction<T>): void {
  const site: CallSite = CallSite.capture(operator)
  // Without a third parameter by name, for it says that the user's function may call `once`.
  const within: BatchFunction<T> = (...args) => CallSite.within(site, () => f(...args))
  CallSite.within(site, () => new ForEachDStream<T>(stream, operator, within))
}
