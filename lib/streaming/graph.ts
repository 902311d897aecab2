/**
 * All streams of a context: its inputs and its outputs, in definition order, and what they are asked for
 * together.
 */
import { CallSite } from '../base/call-site'
import type { Duration } from '../base/duration'
import { IllegalArgumentError } from '../base/errors'
import { logFor } from '../base/log'
import type { Time } from '../base/time'
import { errorText } from './error-text'
import type { DStream } from './dstream'
import type { InputDStream } from './input-dstream'
import { nameStores } from './state/store-names'
import type { StateDStream } from './state/state-dstream'
import type { BatchJob } from './scheduler/job'

const log = logFor('DStreamGraph')

export class DStreamGraph {
  readonly inputs: InputDStream<any>[] = []
  readonly outputs: DStream<any>[] = []
  readonly states: StateDStream[] = []
  private rememberDuration: Duration | undefined

  addInput(input: InputDStream<any>): number { return this.inputs.push(input) - 1 }
  addState(state: StateDStream): void { this.states.push(state) }
  addOutput(output: DStream<any>): void { this.outputs.push(output) }

  remember(duration: Duration): void {
    if (this.rememberDuration !== undefined) {
      throw new IllegalArgumentError(`Remember duration already set as ${this.rememberDuration}. Cannot set it again.`)
    }
    this.rememberDuration = duration
  }

  validate(): void {
    if (this.outputs.length === 0) {
      throw new IllegalArgumentError('No output operations registered, so nothing to execute', {
        at: CallSite.capture('start').toString(),
        hint: 'Call print(), foreachRDD(...), saveAsTextFiles(...) or toObservable() on a stream.',
      })
    }
    for (const output of this.outputs) output.validateAtStart()
  }

  /** Tells every stream when time began, and how far back it is needed. */
  initialize(zeroTime: Time): void {
    nameStores(this.states)
    for (const output of this.outputs) output.initialize(zeroTime)
    // An input that no output reads has no zero time yet; it is started all the same, as in Spark.
    for (const input of this.inputs) if (!input.isInitialized) input.initialize(zeroTime)
    if (this.rememberDuration !== undefined) for (const output of this.outputs) output.remember(this.rememberDuration)
    for (const output of this.outputs) {
      output.need(Math.max(output.slideDuration.milliseconds, this.rememberDuration?.milliseconds ?? 0))
      output.validateAtStart()
    }
  }

  async startInputs(): Promise<void> { for (const input of this.inputs) await input.start() }

  /** Stops every input, whatever one of them says. */
  async stop(): Promise<void> {
    for (const input of this.inputs) {
      try { await input.stop() } catch (error) { log.error(`${input.name} could not be stopped: ${errorText(error)}`) }
    }
  }

  /** Lets the inputs look up what they need for the batch at `time`. */
  async prepare(time: Time): Promise<void> {
    const waiting = this.inputs.map(input => input.prepareOnce(time)).filter(each => each !== undefined)
    if (waiting.length > 0) await Promise.all(waiting)
  }

  /** True when an input has something that only one more batch, at `time`, can still take. */
  async hasMore(time: Time): Promise<boolean> {
    for (const input of this.inputs) if (await input.hasMore(time)) return true
    return false
  }

  /** The jobs of the batch at `time`, in definition order. */
  generateJobs(time: Time): BatchJob[] {
    const jobs: BatchJob[] = []
    this.outputs.forEach((output, outputOpId) => {
      const job = output.generateJob(time)
      if (job !== undefined) jobs.push({ outputOpId, job, startTime: undefined, endTime: undefined, error: undefined })
    })
    return jobs
  }

  clearMetadata(time: Time): void {
    for (const output of this.outputs) output.clearMetadata(time)
    for (const input of this.inputs) {
      input.clearMetadata(time) // Also of inputs that no output reads.
      input.forgetPreparations(time)
    }
  }

  /**
   * The longest that any receiver's stream remembers: received blocks older than this are needed by nobody.
   */
  get maxBlockRememberMs(): number {
    const remembered = this.inputs.filter(input => input.holdsBlocks).map(input => input.rememberDuration?.milliseconds ?? 0)
    return Math.max(0, ...remembered)
  }
}
