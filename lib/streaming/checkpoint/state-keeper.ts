/**
 * Keeps one state in its log: after each batch what the batch changed, and gives it back in a recovery. Once a version is
 * kept, its plan is cut there, so that a lost table is made of the log and not of all batches since the beginning.
 */
import { CallSite } from '../../base/call-site'
import { CheckpointError } from '../../base/errors'
import { killPoint } from '../../base/kill-points'
import { Time } from '../../base/time'
import { HashPartitioner } from '../../rdd/partitioner'
import type { RDD } from '../../rdd/rdd'
import { stateChanges, type PartitionChanges } from '../../rdd/state/readers'
import { keptState, replaceByKept, type FrameReader } from '../../rdd/state/state-core'
import type { StateDStream } from '../state/state-dstream'
import type { OperatorRecord, StateMark } from './events'
import { resettled } from './resettle'
import type { StateLog } from './state-log'

export class StateKeeper {
  /** The version that is kept last. */
  private keptMs: number | undefined
  /** The log holds it in other partitions. */
  private isMoved = false

  constructor(readonly state: StateDStream, private readonly log: StateLog) {}

  /**
   * Gives the state the version from which the batch at `first` is made: the one that all that looks back from there
   * needs. What is newer is made again, of inputs that are there from `inputsFromMs` on. `stored`: how the state was
   * partitioned when it was written.
   */
  async restore(first: Time, stored: OperatorRecord | undefined, run: number, inputsFromMs: number): Promise<void> {
    const { state, log } = this
    const beganMs = log.index.beganMs ?? this.dueMs(first.milliseconds) - state.slideDuration.milliseconds
    const version = log.index.versionAt(this.lookedBackMs(first.milliseconds))
    const nextMs = (version ?? beganMs) + state.context.batchDuration.milliseconds
    if (nextMs < first.milliseconds && nextMs < inputsFromMs) throw this.cannotGoBack(first)
    if (version === undefined) {
      state.generated.set(beganMs, undefined)
    } else {
      state.restoreVersion(new Time(version), await this.keptCore(version, stored))
      this.keptMs = version
    }
    await log.resume(run, version, beganMs)
    killPoint('start.stateResumed')
  }

  /** The first time from `atMs` on at which the state has a version. */
  private dueMs(atMs: number): number {
    const zeroMs = this.state.zeroTime!.milliseconds
    const slideMs = this.state.slideDuration.milliseconds
    return zeroMs + Math.ceil((atMs - zeroMs) / slideMs) * slideMs
  }

  /** How far the batch at `atMs` looks back at the state. */
  private lookedBackMs(atMs: number): number { return this.dueMs(atMs) - this.reachMs }

  private get reachMs(): number { return Math.max(this.state.neededMs, this.state.slideDuration.milliseconds) }

  /** The version that a recovery takes to make the batch at `atMs`, or the time before the first one. */
  restorableMs(atMs: number): number {
    const { log: { index }, state } = this
    return index.versionAt(this.lookedBackMs(atMs)) ?? index.beganMs ?? state.zeroTime!.milliseconds
  }

  private cannotGoBack(first: Time): CheckpointError {
    const { state, log } = this
    const begins = log.index.lastVersion === undefined ? 'is empty' : `begins at ${log.index.lastVersion} ms`
    return new CheckpointError(`The checkpoint of ${state.store} ${begins}, but the batch at ${first} needs it at ${this.lookedBackMs(first.milliseconds)} ms`, {
      at: state.site.toString(),
      hint: 'A window over it may be longer now than it was. Recover with the old one, or drop this state: { drop: [\'' + state.store + '\'] }.',
    })
  }

  private async keptCore(version: number, stored: OperatorRecord | undefined): Promise<RDD<never>> {
    const { state: { context, store, partitioner }, log } = this
    const count = log.index.partitionCount
    const isPlaced = stored?.isHashed === true && partitioner instanceof HashPartitioner && count === partitioner.numPartitions
    const read: FrameReader = isPlaced ? log.readerAt(version) : await resettled(log.readerAt(version), count, partitioner)
    // Placed otherwise, everything is written anew with the next version: what the log has is in other partitions.
    this.isMoved = !isPlaced
    return keptState(context.sparkContext, { store, version, partitioner }, read)
  }

  /** Writes what has changed up to the batch at `time`, if it is time; the mark of what is durable then. */
  async keep(time: Time): Promise<StateMark | undefined> {
    const { state, log } = this
    const core = state.generated.get(time.milliseconds)
    if (core === undefined || !state.isKeptAt(time)) return undefined
    const since = this.isMoved ? undefined : this.keptMs
    const slices = log.nextSlices(core.getNumPartitions())
    const changes: PartitionChanges[] = await CallSite.within(state.site, () => stateChanges(core, { since, slices }).collect())
    killPoint('state.read')
    const sequence = await log.append(time.milliseconds, changes)
    killPoint('state.appended')
    this.keptMs = time.milliseconds
    this.isMoved = false
    replaceByKept(core, log.readerAt(time.milliseconds))
    return [state.store, time.milliseconds, sequence]
  }

  /** What is needed for batches after the one at `time` stays; the rest may go. `oldest`: the first that may run again. */
  async forget(time: Time, oldest: Time | undefined): Promise<void> {
    const { state, log } = this
    const next = time.plus(state.context.batchDuration)
    const from = (oldest === undefined ? next : oldest.min(next)).milliseconds - this.reachMs
    state.context.sparkContext.runner.forgetStates(state.store, next.milliseconds - this.reachMs)
    await log.forgetBefore(from)
  }

  close(): Promise<void> { return this.log.close() }
}
