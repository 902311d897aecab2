/**
 * foreachRDD: the output that all others are made of. Its function runs on the driver, once a batch, inside
 * the job.
 */
import { CallSite } from '../../base/call-site'
import type { Time } from '../../base/time'
import { requireCallable } from '../../rdd/arguments'
import type { RDD } from '../../rdd/rdd'
import { DStream } from '../dstream'
import type { Job } from '../scheduler/job'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Calls `f` with the RDD and the time of every batch. `f` may be async; its batch ends when its promise
     * does. Nothing is computed unless `f` runs an action. Counterpart: DStream.foreachRDD.
     */
    foreachRDD(f: (rdd: RDD<T>, time: Time) => unknown): void
  }
}

type BatchFunction<T> = (rdd: RDD<T>, time: Time) => unknown

/** Counterpart: ForEachDStream. */
export class ForEachDStream<T> extends DStream<never> {
  constructor(readonly parent: DStream<T>, operator: string, private readonly f: BatchFunction<T>) {
    super(parent.context, [parent], operator)
    parent.context.graph.addOutput(this)
  }

  compute(): undefined { return undefined }

  override generateJob(time: Time): Job | undefined {
    const rdd = this.parent.getOrCompute(time)
    if (rdd === undefined) return undefined
    return { time, site: this.site, run: () => this.f(rdd, time) }
  }
}

DStream.prototype.foreachRDD = function (this: DStream<any>, f: BatchFunction<any>): void {
  new ForEachDStream(this, 'foreachRDD', requireCallable('foreachRDD', f))
}

/** Internal: an output operator of ours, whose actions belong to the user's one call. */
export function output<T>(operator: string, stream: DStream<T>, f: BatchFunction<T>): void {
  const site: CallSite = CallSite.capture(operator)
  const within: BatchFunction<T> = (rdd, time) => CallSite.within(site, () => f(rdd, time))
  CallSite.within(site, () => new ForEachDStream<T>(stream, operator, within))
}
