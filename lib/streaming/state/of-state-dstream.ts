/**
 * A stream that reads a state: what is said about it (its name for recovery, how often it is kept) holds for the state.
 */
import type { Duration } from '../../base/duration'
import type { RDD } from '../../rdd/rdd'
import { PerBatchDStream } from '../operators/per-batch'
import type { StateDStream } from './state-dstream'

export class OfStateDStream<T> extends PerBatchDStream<never, T> {
  constructor(protected readonly state: StateDStream, operator: string, read: (version: RDD<never>) => RDD<T>) {
    super(state, operator, read)
  }

  /** How often the state is kept in the checkpoint folder; what changed is kept with every batch unless said. Returns this. */
  override checkpoint(interval: Duration): this {
    this.state.checkpoint(interval)
    return this
  }

  /** Names the state for recovery. Returns this. */
  override uid(name: string): this {
    this.state.uid(name)
    return this
  }
}
