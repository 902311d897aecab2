/**
 * The stream of what a receiver stores: each batch is the blocks that came in since the one before. With the
 * write-ahead log a recovered program has the same blocks in the same batches again, and in its next batch
 * what had been stored and was in none.
 */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError } from '../../base/errors'
import type { Time } from '../../base/time'
import { readSetting } from '../../conf/settings'
import type { RDD } from '../../rdd/rdd'
import { StorageLevel } from '../../rdd/storage-level'
import type { DStream } from '../dstream'
import { InputDStream } from '../input-dstream'
import { limitRate } from '../rate/rate-controller'
import { StreamingContext } from '../streaming-context'
import { blocksRdd } from './block'
import { openReceivedLog, requireLogSettings } from './log-settings'
import type { ReceivedLog } from './received-log'
import { Receiver } from './receiver'
import { receivedData, restoreReceived, type ReceivedData } from './receiver-recovery'
import { ReceiverSupervisor } from './receiver-supervisor'

declare module '../streaming-context' {
  interface StreamingContext {
    /**
     * A stream of what `receiver` stores. Counterpart: StreamingContext.receiverStream.
     * Throws IllegalArgumentError when the argument is no Receiver.
     * @example
     * ```ts
     * import { Receiver, Seconds, StreamingContext } from 'millrace'
     * class Greeter extends Receiver<string> {
     *   onStart() { void this.store('hello') }
     *   onStop() {}
     * }
     * const ssc = new StreamingContext('local', 'greetings', Seconds(1))
     * ssc.receiverStream(new Greeter()).print()
     * ```
     */
    receiverStream<T>(receiver: Receiver<T>): ReceiverInputDStream<T>
  }
}

/** Counterpart: org.apache.spark.streaming.dstream.ReceiverInputDStream. */
export class ReceiverInputDStream<T> extends InputDStream<T> {
  private readonly supervisor: ReceiverSupervisor
  private readonly isLogged: boolean
  private log: ReceivedLog | undefined

  constructor(context: StreamingContext, readonly receiver: Receiver<T>, operator = 'receiverStream') {
    super(context, operator)
    const { conf, clock, events, receiverTracker } = context
    this.isLogged = readSetting(conf, 'spark.streaming.receiver.writeAheadLog.enable')
    this.supervisor = new ReceiverSupervisor({
      receiver, streamId: this.id, name: this.name, clock, conf, events, isLogged: this.isLogged,
      batchIntervalMs: context.batchDuration.milliseconds,
      addBlock: block => receiverTracker.addBlock(this.id, block),
      onFatal: (message, error) => context.reportFailure(message, error),
    })
    receiverTracker.addSupervisor(this.supervisor)
    limitRate(context, this.id, this.supervisor)
    // The last batch always stays known, for it says how far the log has batches.
    this.neededMs = 2 * context.batchDuration.milliseconds
  }

  /** `SocketTextReceiver-0`, for people. */
  override get name(): string { return `${this.receiver.constructor.name || 'Receiver'}-${this.id}` }

  override get holdsBlocks(): boolean { return true }

  override validateAtStart(seen?: Set<DStream<any>>): void {
    if (this.isLogged) requireLogSettings(this)
    super.validateAtStart(seen)
  }

  /** What a run before this one had received comes first: then the receiver starts. */
  override async start(): Promise<void> {
    if (!this.isLogged) return
    requireLogSettings(this)
    this.log ??= await openReceivedLog(this)
    this.supervisor.useLog(this.log, this.log.takeUnallocated())
    this.supervisor.start()
  }

  override async stop(): Promise<void> { await this.log?.close() }

  /** With a log a batch waits until what has come in before it is durable, so that it is in it. */
  override prepare(): void | Promise<void> {
    if (this.log !== undefined) return this.supervisor.settled()
  }

  override compute(time: Time): RDD<T> {
    const blocks = this.context.receiverTracker.blocksOf(time, this.id)
    this.reportInfo(time, { numRecords: blocks.reduce((sum, block) => sum + (block.records ?? 0), 0) })
    return blocksRdd<T>(this.context.sparkContext, blocks)
  }

  override checkpointData(time: Time): ReceivedData {
    return receivedData(this.context.receiverTracker.blocksOf(time, this.id), this.log, time.milliseconds)
  }

  override async restore(batches: ReadonlyMap<number, unknown>): Promise<void> {
    const data = batches as ReadonlyMap<number, ReceivedData | undefined>
    if (this.isLogged) {
      requireLogSettings(this)
      const through = Math.max(-1, ...Array.from(data.values(), batch => batch?.through ?? -1))
      this.log = await openReceivedLog(this, through)
    }
    restoreReceived(this, data, this.log)
  }
}

StreamingContext.prototype.receiverStream = function <T>(this: StreamingContext, receiver: Receiver<T>): ReceiverInputDStream<T> {
  if (!Receiver.is(receiver)) {
    throw new IllegalArgumentError('receiverStream needs an object of a class that extends Receiver', {
      at: CallSite.capture('receiverStream').toString(), hint: 'class R extends Receiver { onStart() {...} onStop() {...} }',
    })
  }
  return new ReceiverInputDStream(this, receiver)
}

/** Internal: the storage level given to an input. */
export function requireLevel(operator: string, level: unknown): StorageLevel {
  if (level instanceof StorageLevel) return level
  throw new IllegalArgumentError(`${operator}: the storage level must be a StorageLevel, got ${String(level)}`, {
    at: CallSite.capture(operator).toString(), hint: 'StorageLevel.MEMORY_ONLY, or StorageLevel.fromString(name).',
  })
}
