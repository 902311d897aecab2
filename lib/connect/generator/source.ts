/**
 * generatorStream: elements made of their numbers, at a rate. Which numbers a batch has follows from its time alone, unless
 * backpressure holds it back; what they are the tasks make, so that a batch is the same whenever it is computed.
 */
import type { Time } from '../../base/time'
import { requireFunction, type Element } from '../../rdd/arguments'
import type { RDD } from '../../rdd/rdd'
import type { StreamInputInfo } from '../../streaming/scheduler/job'
import { StreamingContext } from '../../streaming/streaming-context'
import { ReplayableInputDStream, type PlanHints } from '../replayable-input-dstream'
import { requireGeneratorOptions, type CheckedGeneratorOptions, type GeneratorOptions } from './options'

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of `f(0)`, `f(1)`, `f(2)`, ...: `recordsPerSecond` of them a second, from the start on. `f` runs in the tasks and gets
     * the number of the element; the same number must give the same element, for batches may be computed again. A recovered
     * program goes on with the next number. With backpressure a batch has no more than the program can take, and what is left out comes
     * later. For demonstrations, tests and load. Throws IllegalArgumentError for options that cannot be. Beyond
     * Spark's DStreams; structured streaming calls it the rate source.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'ticks', Seconds(1))
     * ssc.generatorStream(n => [`sensor ${n % 3}`, n], { recordsPerSecond: 30 }).groupByKey().print()
     * ```
     */
    generatorStream<T extends Element>(f: (index: number) => T, options?: GeneratorOptions): GeneratorInputDStream<T>
  }
}

/** Numbers of elements, from `from` up to before `until`. */
interface Numbers { readonly from: number, readonly until: number }

/** What `ssc.generatorStream` gives. */
export class GeneratorInputDStream<T> extends ReplayableInputDStream<T, Numbers> {
  /** Internal: `ssc.generatorStream` makes it. */
  constructor(context: StreamingContext, private readonly f: (index: number) => T, private readonly options: CheckedGeneratorOptions) {
    super(context, 'generatorStream')
  }

  protected override plan(time: Time, { previous, maxRecords = Infinity }: PlanHints<Numbers>): Numbers {
    const from = previous?.until ?? 0
    const due = Math.min(this.dueBy(time.milliseconds - this.zeroTime!.milliseconds), this.options.limit)
    return { from, until: Math.max(from, Math.min(due, from + maxRecords)) }
  }

  /** How many elements there are after so many milliseconds. */
  private dueBy(elapsedMs: number): number {
    const { recordsPerSecond, rampUpMs } = this.options
    const rampMs = Math.min(elapsedMs, rampUpMs)
    const ramped = rampUpMs === 0 ? 0 : rampMs * rampMs / rampUpMs / 2
    return Math.floor((ramped + elapsedMs - rampMs) * recordsPerSecond / 1000)
  }

  protected override read({ from, until }: Numbers): RDD<T> {
    const { sparkContext } = this.context
    return sparkContext.range(from, until, 1, this.options.numPartitions ?? sparkContext.defaultParallelism).map(this.f as (index: number) => Element) as RDD<T>
  }

  protected override records({ from, until }: Numbers): number { return until - from }

  protected override metadata({ from, until }: Numbers): StreamInputInfo['metadata'] {
    return { from, until, Description: until === from ? 'nothing' : `elements ${from} to ${until - 1}` }
  }
}

StreamingContext.prototype.generatorStream = function <T>(
  this: StreamingContext, f: (index: number) => T, options: GeneratorOptions = {},
): GeneratorInputDStream<T> {
  return new GeneratorInputDStream(this, requireFunction('generatorStream', f), requireGeneratorOptions(options))
}
