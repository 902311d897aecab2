/**
 * slice: the RDDs of a stream between two times. Those that are not there yet, or not any more, are computed.
 */
import { SparkError } from '../../base/errors'
import { Interval } from '../../base/interval'
import { logFor } from '../../base/log'
import { requireTime, type Time } from '../../base/time'
import type { RDD } from '../../rdd/rdd'
import { DStream } from '../dstream'
import { InputDStream } from '../input-dstream'

const log = logFor('DStream')

declare module '../dstream' {
  interface DStream<T> {
    /**
     * The RDDs from `from` to `to`, both included, in time order; times at which the stream has no RDD are
     * left out. An end between two batches is brought down to the earlier one, with a warning. RDDs that are
     * not remembered are computed, those of times to come too. Rejects with SparkError before the context has
     * started. Counterpart: DStream.slice.
     */
    slice(from: Time, to: Time): Promise<RDD<T>[]>
    slice(interval: Interval): Promise<RDD<T>[]>
  }
}

/** Internal: the RDDs of `stream` at its whole slides from `from` to `to`, both included. */
export function rddsBetween<T>(stream: DStream<T>, from: Time, to: Time): RDD<T>[] {
  const rdds = slidesBetween(stream, from, to).map(time => stream.getOrCompute(time))
  return rdds.filter(rdd => rdd !== undefined)
}

/** The times after zero time at which `stream` may have an RDD. */
function slidesBetween(stream: DStream<any>, from: Time, to: Time): Time[] {
  const first = stream.zeroTime!.plus(stream.slideDuration)
  return (from.less(first) ? first : from).to(to, stream.slideDuration)
}

DStream.prototype.slice = async function (this: DStream<any>, first: Time | Interval, last?: Time) {
  const ends = isInterval(first) ? [first.beginTime, first.endTime] : [first, last]
  const from = requireTime(ends[0], 'slice: its begin')
  const to = requireTime(ends[1], 'slice: its end')
  if (this.zeroTime === undefined) {
    throw new SparkError(`${this} has not been initialized`, {
      at: this.site.toString(),
      hint: 'slice works once the context has started, on streams that an output operation needs.',
    })
  }
  const alignedFrom = aligned(this, from, 'begin')
  const alignedTo = aligned(this, to, 'end')
  const inputs = inputsOf(this)
  for (const time of slidesBetween(this, alignedFrom, alignedTo)) {
    if (this.generated.has(time.milliseconds)) continue
    for (const input of inputs) await input.prepareOnce(time)
  }
  return rddsBetween(this, alignedFrom, alignedTo)
}

function aligned(stream: DStream<any>, time: Time, what: string): Time {
  const floored = time.floor(stream.slideDuration, stream.zeroTime)
  if (!floored.equals(time)) {
    const slide = stream.slideDuration
    log.warn(`slice: its ${what} ${time} is no multiple of the slide duration (${slide}); using ${floored}`)
  }
  return floored
}

/** The inputs that `stream` is computed from. */
function inputsOf(stream: DStream<any>): InputDStream<any>[] {
  const seen = new Set<DStream<any>>([stream])
  for (const each of seen) for (const parent of each.parents) seen.add(parent)
  return [...seen].filter(each => each instanceof InputDStream)
}

function isInterval(value: unknown): value is Interval {
  return typeof value === 'object' && value !== null && 'beginTime' in value && 'endTime' in value
}
