/**
 * The entries of a state as a stream of pairs: what updateStateByKey returns. What is said about it (its name for
 * recovery, how often it is kept) holds for the state; the pairs themselves are read from the state and kept nowhere.
 */
import type { RDD } from '../../rdd/rdd'
import { stateEntries } from '../../rdd/state/readers'
import { StorageLevel } from '../../rdd/storage-level'
import { OfStateDStream } from './of-state-dstream'
import type { StateDStream } from './state-dstream'

export class StateEntriesDStream<K, S> extends OfStateDStream<[K, S]> {
  constructor(state: StateDStream, operator: string) {
    super(state, operator, core => stateEntries<K, S>(core))
    // As Spark has it: who asks is told that batches are remembered, which they are.
    this.level = StorageLevel.MEMORY_ONLY_SER
  }

  /** The level says nothing here: each version is read from the state as often as it is needed. */
  protected override keep(_rdd: RDD<[K, S]>): void {}
}
