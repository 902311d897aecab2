/**
 * The outputs of a context by their ids, and what a batch's end means to them: the transactions of its sinks are part of the
 * event that it has ended, and are committed after that.
 */
import { CheckpointError, IllegalArgumentError } from '../../base/errors'
import { logFor } from '../../base/log'
import type { Time } from '../../base/time'
import type { RDD } from '../../rdd/rdd'
import type { PreparedTransaction } from '../checkpoint/events'
import type { OutputRecord } from '../checkpoint/output-record'
import type { DStream } from '../dstream'
import type { DStreamGraph } from '../graph'
import { BatchOutput } from './batch-output'
import { SinkRun, type SinkIdentity } from './sink-run'

const log = logFor('Output')

/** What an output stream has for this file: all optional, for an output is any stream that has jobs. */
export interface OutputStream {
  /** What its sink is, for outputs that have one. */
  readonly sink?: Omit<SinkIdentity, 'outputId' | 'application'> | undefined
  /** True when its function takes a BatchOutput, and so may call `once`. */
  readonly takesOutput?: boolean
}

export class BatchOutputs {
  private readonly ids = new Map<DStream<any>, string>()
  private readonly sinks = new Map<string, SinkRun>()
  private record: OutputRecord | undefined
  private hasWarned = false

  /**
   * Names the outputs, starts the sinks, and commits what an earlier run has prepared for batches that had ended. `record` is
   * undefined without a checkpoint folder. Throws CheckpointError when the program has no sink for what is to be committed.
   */
  async start(graph: DStreamGraph, application: string, record: OutputRecord | undefined): Promise<void> {
    this.record = record
    this.nameOutputs(graph)
    for (const [stream, outputId] of this.ids) {
      const { sink, takesOutput } = stream as OutputStream
      if (sink !== undefined) this.sinks.set(outputId, new SinkRun({ ...sink, application, outputId }, record))
      if (takesOutput === true && record === undefined) this.warn()
    }
    await this.requireSinks()
    for (const sink of this.sinks.values()) await sink.start()
    const failure = await this.commit()
    if (failure !== undefined) throw failure.thrown
  }

  private nameOutputs({ outputs }: DStreamGraph): void {
    const counts = new Map<string, number>()
    const owners = new Map<string, DStream<any>>()
    for (const output of outputs) {
      const { operator } = output.site
      const number = counts.get(operator) ?? 0
      counts.set(operator, number + 1)
      const id = output.ownId ?? `${operator}-${number}`
      const other = owners.get(id)
      if (other !== undefined) {
        throw new IllegalArgumentError(`the uid '${id}' names two outputs: ${other.site} and ${output.site}`, {
          at: output.site.toString(), hint: 'Give each its own uid.',
        })
      }
      owners.set(id, output)
      this.ids.set(output, id)
    }
  }

  private async requireSinks(): Promise<void> {
    for (const { sink: id, timeMs } of this.record?.prepared ?? []) {
      if (this.sinks.has(id)) continue
      if (!this.record!.isDropped(id)) {
        throw new CheckpointError(`The program has changed: the batch at ${timeMs} ms is to be committed to the sink of '${id}', which the program does not have`, {
          hint: `Give an output the id that the checkpoint knows, as saveTo(sink, { uid: '${id}' }) does, or drop that batch's output knowingly:`
            + ` StreamingContext.getOrCreate(dir, create, { drop: ['${id}'] }).`,
        })
      }
      log.warn(`The output of the batch at ${timeMs} ms to the sink of '${id}' is dropped, as the program says`)
    }
  }

  /** What `stream`'s function is given at `time`. */
  outputAt(stream: DStream<any>, time: Time): BatchOutput {
    return new BatchOutput(time, this.ids.get(stream)!, this.record, () => this.warn())
  }

  /** Writes and prepares a batch of the output `stream`, which has a sink. */
  save(stream: DStream<any>, rdd: RDD<any>, time: Time): Promise<void> { return this.sinks.get(this.ids.get(stream)!)!.save(rdd, time) }

  private warn(): void {
    if (this.hasWarned) return
    this.hasWarned = true
    log.warn('There is no checkpoint folder, so what output.once has done is not durable: it is remembered while its batch runs.'
      + ' Name a folder with ssc.checkpoint(dir), and make the context with StreamingContext.getOrCreate')
  }

  /** What has to be committed once it is durable that the batch has ended. */
  ending(time: Time): PreparedTransaction[] {
    const all: PreparedTransaction[] = []
    for (const sink of this.sinks.values()) {
      const prepared = sink.ending(time.milliseconds)
      if (prepared !== undefined) all.push({ sink: sink.outputId, timeMs: time.milliseconds, token: prepared.token })
    }
    return all
  }

  /** Commits what is to be committed. Gives the first failure; what has failed is tried again with the next batch. */
  async commit(): Promise<{ readonly thrown: unknown } | undefined> {
    let failure: { readonly thrown: unknown } | undefined
    for (const sink of this.sinks.values()) failure = (await sink.commit()) ?? failure
    const times = new Set(this.record?.prepared.map(({ timeMs }) => timeMs))
    for (const timeMs of times) {
      if (![...this.sinks.values()].some(sink => sink.isWaiting(timeMs))) await this.record!.settled(timeMs)
    }
    return failure
  }

  /** Ends the sinks. What is prepared for batches that have not ended is aborted. */
  async stop(): Promise<void> { for (const sink of this.sinks.values()) await sink.stop() }
}
