/**
 * What a running stream does for its recovery: the input of a batch is logged before it runs, its changes and its end
 * after it has. One checkpointer writes to a folder at a time. After the disk has failed nothing is acknowledged any more.
 */
import { CheckpointError, MillraceError } from '../../base/errors'
import { killPoint } from '../../base/kill-points'
import { Time } from '../../base/time'
import type { StreamingContext } from '../streaming-context'
import type { JobSet } from '../scheduler/job'
import type { CheckpointFolder } from './checkpoint-folder'
import { EventLog } from './event-log'
import type { AllocatedEvent, StateMark } from './events'
import { matchOperators, type DropOption } from './match-operators'
import { OutputRecord } from './output-record'
import { operatorsOf, type ProgramOperators } from './program-operators'
import { StateKeeper } from './state-keeper'
import { StateLog } from './state-log'

export interface CheckpointerOptions {
  /** Go on from what the folder holds; otherwise begin anew. */
  readonly recover: boolean
  readonly drop?: DropOption | undefined
  readonly acceptLoss?: boolean | undefined
  /** Called when the disk has failed: nothing more may be acknowledged, so the stream has to end. */
  readonly onDead: (error: MillraceError) => void
}

export class Checkpointer {
  private readonly keepers: StateKeeper[] = []

  private constructor(
    private readonly context: StreamingContext, readonly folder: CheckpointFolder,
    private readonly events: EventLog, private readonly operators: ProgramOperators, private readonly options: CheckpointerOptions,
  ) {}

  /** Takes the folder for this process. Throws CheckpointError when another one has it, or when the program does not fit. */
  static async open(context: StreamingContext, folder: CheckpointFolder, options: CheckpointerOptions): Promise<Checkpointer> {
    await folder.lock()
    try {
      if (!options.recover) await folder.supersede()
      const events = await EventLog.open(folder.disk, folder.events, options)
      killPoint('start.eventsOpened')
      return new Checkpointer(context, folder, events, operatorsOf(context.graph), options)
    } catch (error) {
      await folder.unlock()
      throw error
    }
  }

  get history() { return this.events.history }

  /** What the outputs keep in the folder. */
  get outputRecord(): OutputRecord {
    const { events, options: { recover, drop } } = this
    return new OutputRecord(events, { isRecovered: recover, drop, durably: write => this.durably(write) })
  }

  /** The time before the first batch: that of the first run, so that windows stay where they were. */
  zeroTime(fresh: Time): Time {
    const { started } = this.history
    return started === undefined ? fresh : new Time(started.zeroMs)
  }

  /** The first batch that this run makes anew; undefined when there never was one. */
  get nextTime(): Time | undefined {
    const { lastAllocatedMs } = this.history
    return lastAllocatedMs === undefined ? undefined : new Time(lastAllocatedMs).plus(this.context.batchDuration)
  }

  /** Batches of earlier runs that have not ended well, oldest first. */
  get unfinished(): readonly Time[] { return this.history.unfinished.map(ms => new Time(ms)) }

  /** Gives inputs and states what the folder holds for them. Called after the streams know when time began. */
  async begin(zeroTime: Time): Promise<void> {
    const { history, context, operators } = this
    const { started } = history
    const run = history.runCount + 1
    if (started !== undefined) await this.requireFitting(started.batchMs)
    const first = this.unfinished[0] ?? this.nextTime ?? zeroTime.plus(context.batchDuration)
    // A state that no output reads takes no part: it has no batches.
    for (const state of operators.states.values()) if (state.isInitialized) await this.openState(state.store, first, run)
    if (started !== undefined) await this.restoreInputs()
    killPoint('start.inputsRestored')
    context.durableAccumulators.restore(history.accumulators)
    if (started?.rddFolder !== undefined) await this.folder.removeRdds(started.rddFolder)
    await this.events.append({
      type: 'started', run, batchMs: context.batchDuration.milliseconds, zeroMs: zeroTime.milliseconds,
      operators: operators.records, rddFolder: context.rddCheckpointFolder,
    })
    killPoint('start.begun')
  }

  private async requireFitting(batchMs: number): Promise<void> {
    const { context: { batchDuration }, operators, options, folder, history } = this
    if (batchMs !== batchDuration.milliseconds) {
      throw new CheckpointError(`The checkpoint in ${folder.directory} was written with batches of ${batchMs} ms, the program has batches of ${batchDuration}`, {
        hint: 'The batch interval cannot change over a recovery. Keep it, or start anew with another folder.',
      })
    }
    const dropped = matchOperators(history.started!.operators, operators.records, options.drop)
    for (const id of dropped) if (!operators.states.has(id)) await folder.disk.remove(folder.state(id))
    for (const input of operators.inputs.values()) {
      if (input.cannotRecover !== undefined) throw new CheckpointError(input.cannotRecover, { at: input.site.toString() })
    }
  }

  /** The first batch whose input is known. */
  private get inputsFromMs(): number {
    const [oldestMs] = this.history.allocations.keys()
    return oldestMs ?? Number.POSITIVE_INFINITY
  }

  private async openState(store: string, first: Time, run: number): Promise<void> {
    const { folder, history, operators, options: { acceptLoss } } = this
    const atLeastSequence = history.states.get(store)?.sequence
    const log = await StateLog.open(folder.disk, folder.state(store), { atLeastSequence, acceptLoss })
    killPoint('start.stateOpened')
    const keeper = new StateKeeper(operators.states.get(store)!, log)
    this.keepers.push(keeper)
    await keeper.restore(first, history.started?.operators.find(({ form, id }) => form === 'state' && id === store), run, this.inputsFromMs)
  }

  private async restoreInputs(): Promise<void> {
    const { history, operators } = this
    for (const [id, input] of operators.inputs) {
      const batches = new Map<number, unknown>()
      for (const [timeMs, inputs] of history.allocations) {
        const own = inputs.find(([name]) => name === id)
        if (own !== undefined) batches.set(timeMs, own[1])
      }
      await input.restore(batches)
    }
  }

  /** Logs what the inputs of the batch at `time` are: from here on they are that for good. */
  async allocate(time: Time): Promise<void> {
    const inputs: AllocatedEvent['inputs'] = await Promise.all([...this.operators.inputs].map(async ([id, input]) => (
      [id, await input.checkpointData(time)] as const
    )))
    await this.durably(() => this.events.append({ type: 'allocated', timeMs: time.milliseconds, inputs }))
  }

  /** What a disk refuses ends the stream: what it then holds nobody knows. */
  private async durably<T>(write: () => Promise<T>): Promise<T> {
    try { return await write() } catch (error) {
      if (MillraceError.is(error) && error.code === 'MR_DISK') this.options.onDead(error)
      throw error
    }
  }

  /**
   * Keeps what the batch has changed, and that it has ended; resolves when that is durable. Returns the error of a state
   * that could not be brought to this batch, if there is one: then the batch has failed.
   */
  end(set: JobSet): Promise<{ readonly thrown: unknown } | undefined> { return this.durably(() => this.keepEnd(set)) }

  private async keepEnd({ time, jobs }: JobSet): Promise<{ readonly thrown: unknown } | undefined> {
    const states: StateMark[] = []
    let failure: { readonly thrown: unknown } | undefined
    for (const keeper of this.keepers) {
      try {
        const mark = await keeper.keep(time)
        if (mark !== undefined) states.push(mark)
      } catch (error) {
        if (MillraceError.is(error) && error.code === 'MR_DISK') throw error
        failure ??= { thrown: error }
      }
    }
    killPoint('batch.statesKept')
    const isFailed = failure !== undefined || jobs.some(job => job.error !== undefined)
    const prepared = this.context.batchOutputs.ending(time)
    const keepFromMs = this.keepFrom(time, isFailed)
    await this.events.append({
      type: 'ended', timeMs: time.milliseconds, isFailed, keepFromMs, states,
      accumulators: this.context.durableAccumulators.values(), prepared,
    })
    killPoint('batch.ended')
    // What cannot be committed now is tried again with the next batch: this one has ended all the same.
    failure ??= await this.context.batchOutputs.commit()
    await this.forget(time, keepFromMs)
    return failure
  }

  /** Inputs before this time are needed by no batch that is still to run, be it again. */
  private keepFrom(time: Time, isFailed: boolean): number {
    const { context: { batchDuration, graph }, history } = this
    const next = time.plus(batchDuration).milliseconds
    const needed = Math.max(batchDuration.milliseconds, ...graph.inputs.map(input => input.neededMs))
    const unfinished = history.unfinished.filter(ms => isFailed || ms !== time.milliseconds)
    const oldestRun = Math.min(next, ...unfinished)
    const oldestKept = this.keepers.map(keeper => keeper.restorableMs(oldestRun) + 1)
    return Math.min(oldestRun - needed + 1, ...oldestKept.map(ms => ms - needed + batchDuration.milliseconds))
  }

  private async forget(time: Time, keepFromMs: number): Promise<void> {
    const [oldest] = this.unfinished
    for (const keeper of this.keepers) await keeper.forget(time, oldest)
    await this.context.receiverTracker.cleanLogs(keepFromMs)
    await this.events.shorten()
  }

  /** A batch that failed is waited for no longer. */
  drop(timeMs: number): Promise<void> { return this.durably(() => this.events.append({ type: 'dropped', timeMs })) }

  async close(): Promise<void> {
    try {
      for (const keeper of this.keepers) await keeper.close()
      await this.events.close()
    } finally { await this.folder.unlock() }
  }
}
