/**
 * reduceByKeyAndWindow: one value a key over a sliding window. Each window is made from the one before, with an inverse
 * or without; without one, windows that have nothing in common are reduced from their panes.
 */
import { named } from '../../base/call-site'
import type { Duration } from '../../base/duration'
import { refuse, requireFunction } from '../../rdd/arguments'
import type { Partitioner } from '../../rdd/partitioner'
import { DStream } from '../dstream'
import { requireWindow, windowPartitioner, type WindowDurations, type WindowOptions, type WindowPartitioning } from './arguments'
import { ReducedWindowedDStream } from './reduced-windowed-dstream'
import { RollingWindowDStream } from './rolling-window-dstream'

/** What `reduceByKeyAndWindow` with an inverse takes beside. */
export interface InverseWindowOptions<K, V> extends WindowOptions {
  /**
   * Which pairs stay. What it drops is no part of the result nor of the next window: the way to be rid of
   * keys whose values have gone to zero. It takes the pair; a function of two parameters takes key and value.
   * It must answer by these alone: a pair that stays as it was is not asked about again.
   */
  readonly filter?: ((pair: [K, V]) => unknown) | undefined
}

/** The same with a filter of key and value. */
export interface KeyValueWindowOptions<K, V> extends WindowOptions {
  readonly filter: (key: K, value: V) => unknown
}

declare module '../dstream' {
  interface DStream<T> {
    /**
     * At every `slide` (each batch unless said) the values of each key in the last `length`, merged with `f`,
     * which must be associative and commutative. A slide costs the keys of the batches that came and went, however long
     * the window is. Throws IllegalArgumentError unless both durations are whole multiples of this stream's slide.
     * Counterpart: PairDStreamFunctions.reduceByKeyAndWindow.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'window', Seconds(1))
     * const words = ssc.queueStream([['a'], ['a', 'b'], []])
     * const counts = words.map(w => [w, 1]).reduceByKeyAndWindow((a, b) => a + b, Seconds(2))
     * counts.print() // (a,1), then (a,2) (b,1), then (a,1) (b,1)
     * ```
     */
    reduceByKeyAndWindow<K, V>(
      this: DStream<[K, V]>, f: (a: V, b: V) => V, length: Duration, slide?: Duration,
      options?: WindowPartitioning): DStream<[K, V]>
    /**
     * The same, but a key has one value only, whatever the length: `inverse` takes out what left, `f` puts in what
     * came. Keys stay, at what `inverse` leaves of them, unless `filter` drops them; it is asked for the keys whose values
     * may have changed. Needs a checkpoint folder.
     */
    reduceByKeyAndWindow<K, V>(
      this: DStream<[K, V]>, f: (a: V, b: V) => V, inverse: (whole: V, part: V) => V,
      length: Duration, slide?: Duration, options?: InverseWindowOptions<K, V> | WindowPartitioning,
    ): DStream<[K, V]>
    reduceByKeyAndWindow<K, V>(
      this: DStream<[K, V]>, f: (a: V, b: V) => V, inverse: (whole: V, part: V) => V,
      length: Duration, slide: Duration | undefined, options: KeyValueWindowOptions<K, V>): DStream<[K, V]>
  }
}

type Options = (WindowOptions & { readonly filter?: Function | undefined }) | WindowPartitioning | undefined

DStream.prototype.reduceByKeyAndWindow = function (this: DStream<any>, f: any, second: any, ...rest: any[]) {
  const operator = 'reduceByKeyAndWindow'
  f = requireFunction(operator, f)
  if (typeof second === 'function') return withInverse(operator, this, f, second, rest[0], rest[1], rest[2])
  const [slide, options] = rest as [Duration | undefined, Options]
  return named(operator, () => {
    const durations = requireWindow(operator, this, second, slide)
    const partitioner = windowPartitioner(operator, this, options)
    if (filterOf(options) !== undefined) {
      refuse(operator, 'only the form with an inverse takes a filter', 'Call filter() on the result.')
    }
    return withoutInverse(operator, this, f, durations, partitioner)
  })
}

/** Internal: the form without an inverse, for the operators that are made of it too. */
export function withoutInverse(
  operator: string, stream: DStream<any>, f: any, durations: WindowDurations, partitioner: Partitioner,
): DStream<any> {
  const { length, slide } = durations
  if (slide.less(length)) return new RollingWindowDStream(stream, f, partitioner, durations, operator).entries
  // Windows that have no pane in common have nothing to take over from one another.
  return stream.reduceByKey(f, partitioner).window(length, slide).reduceByKey(f, partitioner)
}

/** Internal: the form with an inverse, for the operators that are made of it too. */
export function withInverse(
  operator: string, stream: DStream<any>, f: any, inverse: any, length: Duration, slide: Duration | undefined,
  options: Options,
): DStream<any> {
  inverse = requireFunction(operator, inverse, 'its inverse')
  const durations = requireWindow(operator, stream, length, slide)
  const partitioner = windowPartitioner(operator, stream, options)
  const filter = filterOf(options)
  if (filter !== undefined) requireFunction(operator, filter, 'its filter')
  const reduction = { f, inverse, filter, partitioner }
  return named(operator, () => new ReducedWindowedDStream(stream, reduction, durations, operator).entries)
}

function filterOf(options: Options): Function | undefined {
  return typeof options === 'object' && options !== null && 'filter' in options ? options.filter ?? undefined : undefined
}
