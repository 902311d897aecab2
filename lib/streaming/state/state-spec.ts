/** StateSpec: what mapWithState is to do, put together by calls that each return it; of calls of one kind the last counts. */
import { requireDuration, type Duration } from '../../base/duration'
import type { Time } from '../../base/time'
import { describe, refuse, requireFunction, type Element } from '../../rdd/arguments'
import { HashPartitioner, requirePartitionCount, type Partitioner } from '../../rdd/partitioner'
import { RDD } from '../../rdd/rdd'
import type { State } from '../../rdd/state/state'

const brand = Symbol.for('millrace.stateSpec')

/** What mapWithState reads of a specification. */
export interface StateSettings {
  readonly f: Function
  readonly isTimed: boolean
  readonly initialStates: RDD<[any, any]> | undefined
  readonly partitioner: Partitioner | undefined
  readonly timeoutMs: number | undefined
}

/**
 * Says what `mapWithState` does: the function, the states to begin with, partitions, and when keys time out.
 * Counterpart: org.apache.spark.streaming.StateSpec.
 * @example
 * ```ts
 * import { Minutes, StateSpec, type State } from 'millrace'
 * const visits = StateSpec.function((user: string, page: string | undefined, state: State<string[]>) => {
 *   if (state.isTimingOut()) return `${user} left after ${state.get().length} pages`
 *   state.update([...state.getOption() ?? [], page!])
 *   return `${user} is on ${page}`
 * }).timeout(Minutes(30))
 * ```
 */
export class StateSpec<K, V, S, T> {
  /** Only a type: keeps apart specifications of other values and results. */
  protected declare readonly takes: ((value: V) => T) | undefined
  private settings: StateSettings

  private constructor(f: Function, isTimed: boolean) {
    this.settings = { f, isTimed, initialStates: undefined, partitioner: undefined, timeoutMs: undefined }
    Object.defineProperty(this, brand, { value: true })
  }

  /** Internal. */
  static is(value: unknown): value is StateSpec<any, any, any, any> {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /**
   * Of a function that is called once a record, and once for a key whose time is out, with an undefined value. What it
   * returns is an element of the result. A function of four parameters is taken as `timedFunction` takes it.
   * Throws IllegalArgumentError for what is no function, and for an async one. Counterpart: StateSpec.function.
   */
  static function<K, V, S, T extends Element>(f: (key: K, value: V | undefined, state: State<S>) => T): StateSpec<K, V, S, T>
  static function<K, V, S, T>(f: (key: K, value: V | undefined, state: State<S>) => T): StateSpec<K, V, S, T>
  static function<K, V, S, T extends Element>(
    f: (time: Time, key: K, value: V | undefined, state: State<S>) => T | undefined): StateSpec<K, V, S, T>
  static function(f: any): StateSpec<any, any, any, any> {
    return new StateSpec(requireFunction('StateSpec.function', f), f.length >= 4)
  }

  /**
   * Of a function that takes the batch time first, and returns an element of the result or undefined for none.
   * Counterpart: StateSpec.function with a function of four parameters.
   */
  static timedFunction<K, V, S, T extends Element>(
    f: (time: Time, key: K, value: V | undefined, state: State<S>) => T | undefined): StateSpec<K, V, S, T>
  static timedFunction<K, V, S, T>(
    f: (time: Time, key: K, value: V | undefined, state: State<S>) => T | undefined): StateSpec<K, V, S, T>
  static timedFunction(f: any): StateSpec<any, any, any, any> {
    return new StateSpec(requireFunction('StateSpec.timedFunction', f), true)
  }

  /**
   * The states that the first batch begins with; after a recovery the kept state counts, not these. Returns this.
   */
  initialState(states: RDD<[K, S]>): this {
    if (!RDD.is(states)) {
      refuse('initialState', `it takes an RDD of [key, state] pairs, got ${describe(states)}`, 'sc.parallelize([[key, state], ...]) makes one.')
    }
    return this.with({ initialStates: states })
  }

  /** How many partitions the state has; the context's default parallelism unless said. Returns this. */
  numPartitions(count: number): this {
    requirePartitionCount('numPartitions', count)
    return this.with({ partitioner: new HashPartitioner(count) })
  }

  /** Who says which partition a key belongs to. Returns this. */
  partitioner(partitioner: Partitioner): this {
    if (typeof partitioner !== 'object' || typeof partitioner?.getPartition !== 'function' || !Number.isInteger(partitioner.numPartitions)) {
      refuse('partitioner', `it takes a partitioner, got ${describe(partitioner)}`, 'new HashPartitioner(4), or numPartitions(4).')
    }
    return this.with({ partitioner })
  }

  /**
   * Keys that got no data for longer than `idle` are gone: at the first batch after that, the function is called for them
   * once more, with an undefined value and a state whose `isTimingOut` is true. Returns this.
   */
  timeout(idle: Duration): this {
    const duration = requireDuration(idle, 'the time-out')
    if (duration.milliseconds < 0) refuse('timeout', `it must be 0 ms or more, got ${duration}`)
    return this.with({ timeoutMs: duration.milliseconds })
  }

  private with(some: Partial<StateSettings>): this {
    this.settings = { ...this.settings, ...some }
    return this
  }

  /** Internal. */
  static settingsOf(spec: StateSpec<any, any, any, any>): StateSettings { return spec.settings }
}
