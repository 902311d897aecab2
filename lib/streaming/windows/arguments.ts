/**
 * What window operators take: two durations, whole multiples of the parent's slide, and who partitions the
 * keys.
 */
import { CallSite, named } from '../../base/call-site'
import { requireDuration, type Duration } from '../../base/duration'
import { IllegalArgumentError } from '../../base/errors'
import { describe, refuse } from '../../rdd/arguments'
import type { Partitioner, Partitioning } from '../../rdd/partitioner'
import type { DStream } from '../dstream'
import { streamPartitioner } from '../operators/partitioning'

/** Who partitions the keys of a window, where the last argument is an object. */
export interface WindowOptions {
  /** How many partitions the result has; the context's default parallelism unless said. */
  readonly numPartitions?: number | undefined
  /** Who says which partition a key belongs to, in place of `numPartitions`. */
  readonly partitioner?: Partitioner | undefined
}

/** What the last argument of a keyed window operator may be. */
export type WindowPartitioning = WindowOptions | Partitioning

export interface WindowDurations { readonly length: Duration, readonly slide: Duration }

/** The durations of a window over `parent`, longer than nothing. Without a slide it is the parent's. */
export function requireWindow(
  operator: string, parent: DStream<any>, length: Duration, slide: Duration | undefined,
): WindowDurations {
  return named(operator, () => ({
    length: requirePositive(operator, length, 'window'),
    slide: slide === undefined ? parent.slideDuration : requirePositive(operator, slide, 'slide'),
  }))
}

/**
 * Throws unless the window fits its parent's slide; `texts` are Spark's sentences up to and after the wrong
 * duration.
 */
export function requireFitting(
  operator: string, parent: DStream<any>, { length, slide }: WindowDurations, subject: string, must: string,
): void {
  const parentSlide = parent.slideDuration
  for (const [what, duration] of [['window', length], ['slide', slide]] as const) {
    if (duration.isMultipleOf(parentSlide)) continue
    throw new IllegalArgumentError(
      `The ${what} duration of ${subject} (${duration}) ${must} of`
      + ` the slide duration of parent DStream (${parentSlide})`, {
        at: CallSite.capture(operator).toString(),
        hint: `A batch comes every ${parentSlide}: take ${parentSlide}, ${parentSlide.times(2)} and so on.`,
      })
  }
}

function requirePositive(operator: string, value: unknown, what: string): Duration {
  const duration = requireDuration(value, `${operator}: the ${what} duration`)
  if (duration.milliseconds > 0) return duration
  refuse(operator, `the ${what} duration must be longer than 0 ms, got ${duration}`)
}

/** The partitioner that the last argument of a keyed window operator asks for. */
export function windowPartitioner(
  operator: string, stream: DStream<any>, options: WindowPartitioning | undefined,
): Partitioner {
  if (typeof options !== 'object' || options === null || 'getPartition' in options) {
    return streamPartitioner(operator, stream, options ?? undefined)
  }
  const { numPartitions, partitioner } = options
  if (numPartitions !== undefined && partitioner !== undefined) {
    const both = `${describe(numPartitions)} and ${describe(partitioner)}`
    refuse(operator, `it takes numPartitions or a partitioner, got both (${both})`)
  }
  return streamPartitioner(operator, stream, partitioner ?? numPartitions)
}
