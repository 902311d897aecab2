/**
 * mapWithState: the state of each key, changed by the records that come for it. The state is a stream of versions; the
 * result is what the function returned, and `stateSnapshots` reads the versions.
 */
import { named } from '../../base/call-site'
import type { Time } from '../../base/time'
import { describe, refuse, requireFunction, type Element } from '../../rdd/arguments'
import { HashPartitioner, type Partitioner } from '../../rdd/partitioner'
import type { RDD } from '../../rdd/rdd'
import { mapWithStateNode } from '../../rdd/state/map-with-state'
import { stateOutput } from '../../rdd/state/readers'
import { stateCore } from '../../rdd/state/state-core'
import { DStream } from '../dstream'
import { OfStateDStream } from './of-state-dstream'
import { entriesOf, StateDStream } from './state-dstream'
import { StateSpec, type StateSettings } from './state-spec'
import { requireStates } from './update-state-by-key'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Calls the function of `spec` for each pair of each batch, with the state of its key, and gives what it returns. Keys
     * without data cost nothing; with a time-out they are called once more when they have been idle for longer. Needs a
     * checkpoint folder. Counterpart: PairDStreamFunctions.mapWithState.
     * @example
     * ```ts
     * import { StateSpec, StreamingContext, Seconds, type State } from 'millrace'
     * const ssc = new StreamingContext('local', 'sums', Seconds(1))
     * ssc.checkpoint('checkpoints')
     * const words = ssc.queueStream([['a', 'b'], ['a']]).map(word => [word, 1])
     * const sums = words.mapWithState(StateSpec.function((word, one, state: State<number>) => {
     *   const sum = (state.getOption() ?? 0) + (one ?? 0)
     *   state.update(sum)
     *   return [word, sum]
     * }))
     * sums.print() // (a,1) (b,1), then (a,2)
     * sums.stateSnapshots().print() // (a,1) (b,1), then (a,2) (b,1)
     * ```
     */
    mapWithState<K, V, S, U extends Element>(
      this: DStream<[K, V]>, spec: StateSpec<K, V, S, U>): MapWithStateDStream<K, V, S, U>
    mapWithState<K, V, S, U>(this: DStream<[K, V]>, spec: StateSpec<K, V, S, U>): MapWithStateDStream<K, V, S, U>
  }
}

const operator = 'mapWithState'

/**
 * What `mapWithState` returned, batch by batch. `checkpoint` and `uid` say something about its state.
 * Counterpart: MapWithStateDStream.
 */
export class MapWithStateDStream<K, V, S, T> extends OfStateDStream<T> {
  /** Only a type. */
  protected declare readonly takes: ((value: V) => T) | undefined

  /** Internal: mapWithState makes these. */
  constructor(state: StateDStream) { super(state, operator, core => stateOutput<T>(core)) }

  /** At each batch the pairs `[key, state]` of all keys. Counterpart: MapWithStateDStream.stateSnapshots. */
  stateSnapshots(): DStream<[K, S]> { return named('stateSnapshots', () => entriesOf<K, S>('stateSnapshots', this.state)) }
}

class InternalMapWithStateDStream extends StateDStream {
  readonly partitioner: Partitioner

  constructor(private readonly parent: DStream<[any, any]>, private readonly settings: StateSettings) {
    super(parent.context, [parent], operator)
    this.partitioner = settings.partitioner ?? new HashPartitioner(parent.context.sparkContext.defaultParallelism)
  }

  /** There is one at every batch: keys may time out where nothing comes. */
  protected step(time: Time, previous: RDD<never> | undefined): RDD<never> {
    const { partitioner } = this
    const { f, isTimed, timeoutMs, initialStates } = this.settings
    const batch = this.parent.getOrCompute(time)?.partitionBy(partitioner)
    const initial = previous === undefined ? initialStates?.partitionBy(partitioner) : undefined
    const inputs = [initial, batch].filter(each => each !== undefined)
    const args = {
      store: this.store, version: time.milliseconds, partitioner, f, isTimed, timeoutMs, operator,
      hasInitial: initial !== undefined, hasBatch: batch !== undefined,
    }
    return stateCore(this.context.sparkContext, mapWithStateNode, args, previous, inputs)
  }
}

DStream.prototype.mapWithState = function (this: DStream<any>, spec: StateSpec<any, any, any, any>) {
  if (!StateSpec.is(spec)) {
    refuse(operator, `it takes a StateSpec, got ${describe(spec)}`, 'StateSpec.function((key, value, state) => ...) makes one.')
  }
  return named(operator, () => {
    const settings = StateSpec.settingsOf(spec)
    requireStates(operator, 'the initial state', settings.initialStates, this)
    const f = requireFunction(operator, settings.f)
    return new MapWithStateDStream<any, any, any, any>(new InternalMapWithStateDStream(this, { ...settings, f }))
  })
}
