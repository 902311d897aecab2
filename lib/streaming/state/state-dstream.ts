/**
 * A stream of versions of a keyed state: at each slide the version before, changed by what came. What it holds are not
 * elements: others read entries or results of it with `entriesOf` and `outputOf`. The engine keeps one table a partition
 * and changes it in place; when `isDurable`, the checkpoint keeps what changed, batch by batch.
 */
import type { Duration } from '../../base/duration'
import type { Time } from '../../base/time'
import type { Partitioner } from '../../rdd/partitioner'
import type { RDD } from '../../rdd/rdd'
import { stateEntries, stateOutput } from '../../rdd/state/readers'
import { StorageLevel } from '../../rdd/storage-level'
import { DStream } from '../dstream'
import { perBatch } from '../operators/per-batch'
import type { StreamingContext } from '../streaming-context'

export abstract class StateDStream extends DStream<never> {
  /** Names the state in the checkpoint folder and in the engine: the uid, or the operator and its number. Set at the start. */
  store = ''
  abstract readonly partitioner: Partitioner

  constructor(context: StreamingContext, parents: readonly DStream<any>[], readonly operator: string) {
    super(context, parents, operator)
    // States are kept by their own means; the level only says that they are.
    this.level = StorageLevel.MEMORY_ONLY
    context.graph.addState(this)
  }

  /** True for a state that a checkpoint must hold; false where it can be made again of batches that are remembered. */
  get isDurable(): boolean { return true }

  override get mustCheckpoint(): boolean { return this.isDurable }

  private keptEvery: Duration | undefined

  override initialize(zeroTime: Time): void {
    // What changed is written with every batch, unless the program asks for less: it costs what changed, and no more.
    this.keptEvery ??= this.checkpointDuration ?? this.slideDuration
    // Tables of a stream that ran before on the same SparkContext are not its own.
    if (!this.isInitialized) this.context.sparkContext.runner.dropState(this.store)
    super.initialize(zeroTime)
  }

  /** Internal: true when the checkpoint takes the version at `time`. */
  isKeptAt(time: Time): boolean { return time.minus(this.zeroTime!).isMultipleOf(this.keptEvery!) }

  /** States need no other storage: a level says nothing here. */
  override persist(): this { return this }

  protected override keep(): void {}

  compute(time: Time): RDD<never> | undefined {
    return this.step(time, this.getOrCompute(time.minus(this.slideDuration)))
  }

  /** The version at `time`, made with `stateCore` of `previous`, which is undefined when there is none yet. */
  protected abstract step(time: Time, previous: RDD<never> | undefined): RDD<never> | undefined

  /** Called in a recovery: from here on the version at `time` is `core`. */
  restoreVersion(time: Time, core: RDD<never>): void { this.generated.set(time.milliseconds, core) }
}

/** At each batch the pairs `[key, state]` of all keys. */
export function entriesOf<K, S>(operator: string, state: StateDStream): DStream<[K, S]> {
  return perBatch<never, [K, S]>(operator, state, core => stateEntries<K, S>(core))
}

/** At each batch what the update to its version returned. */
export function outputOf<T>(operator: string, state: StateDStream): DStream<T> {
  return perBatch<never, T>(operator, state, core => stateOutput<T>(core))
}
