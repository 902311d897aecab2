/** What a StreamingContext is made from: a SparkContext, settings, or a master URL and a name. */
import { CallSite } from '../base/call-site'
import type { Clock } from '../base/clock'
import { Duration } from '../base/duration'
import { IllegalArgumentError } from '../base/errors'
import type { Disk } from '../disk/disk'
import { SparkConf } from '../conf/spark-conf'
import { SparkContext } from '../rdd/context/spark-context'

/** What a StreamingContext may be given beside its SparkContext and its interval. */
export interface StreamingOptions {
  /** A clock of your own: a ManualClock in tests. */
  readonly clock?: Clock
  /** Internal: where checkpoints are, in tests of what a disk may do. */
  readonly disk?: Disk
}

export type ContextArguments =
  | [context: SparkContext | SparkConf, batchDuration: Duration, options?: StreamingOptions]
  | [master: string, appName: string, batchDuration: Duration, options?: StreamingOptions]

export function contextFrom(args: ContextArguments): { sparkContext: SparkContext, batchDuration: Duration, options: StreamingOptions } {
  const [first] = args
  const byName = typeof first === 'string'
  const batchDuration = requireBatchDuration(args[byName ? 2 : 1])
  const options = requireOptions(args[byName ? 3 : 2])
  return { sparkContext: sparkContextFrom(first, args[1]), batchDuration, options }
}

function requireOptions(value: unknown = {}): StreamingOptions {
  if (typeof value !== 'object' || value === null) {
    throw new IllegalArgumentError(`the options of a StreamingContext are an object, got ${String(value)}`, { hint: '{ clock }' })
  }
  const { clock } = value as StreamingOptions
  if (clock !== undefined && (typeof clock?.now !== 'function' || typeof clock.schedule !== 'function')) {
    throw new IllegalArgumentError('the clock of a StreamingContext needs the methods now and schedule', {
      hint: "import { ManualClock } from 'millrace/testing'",
    })
  }
  return value
}

function sparkContextFrom(first: unknown, second: unknown): SparkContext {
  if (SparkContext.is(first)) {
    first.requireRunning()
    return first
  }
  if (typeof first === 'string' && typeof second === 'string') return new SparkContext(first, second)
  if (SparkConf.is(first)) return new SparkContext(first)
  throw new IllegalArgumentError('a StreamingContext is made from a SparkContext, a SparkConf, or a master URL and a name', {
    hint: "new StreamingContext('local', 'my app', Seconds(1))",
  })
}

function requireBatchDuration(value: unknown): Duration {
  if (value === undefined || value === null) throw refused('Batch duration for StreamingContext cannot be null')
  if (!Duration.is(value)) throw refused(`the batch interval must be a Duration, got ${String(value)}`)
  if (value.milliseconds <= 0) throw refused(`the batch interval must be longer than nothing, got ${value}`)
  return value
}

function refused(message: string): IllegalArgumentError {
  return new IllegalArgumentError(message, {
    at: CallSite.capture('StreamingContext').toString(), hint: 'Give Seconds(1), Milliseconds(500) and the like.',
  })
}
