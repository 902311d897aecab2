/** The stream of what a receiver stores: each batch is the blocks that came in since the one before. */
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError } from '../../base/errors'
import type { Time } from '../../base/time'
import type { RDD } from '../../rdd/rdd'
import { StorageLevel } from '../../rdd/storage-level'
import { InputDStream } from '../input-dstream'
import { StreamingContext } from '../streaming-context'
import { blocksRdd } from './block'
import { Receiver } from './receiver'
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
  constructor(context: StreamingContext, readonly receiver: Receiver<T>, operator = 'receiverStream') {
    super(context, operator)
    const { conf, clock, events, receiverTracker } = context
    receiverTracker.addSupervisor(new ReceiverSupervisor({
      receiver, streamId: this.id, name: this.name, clock, conf, events,
      batchIntervalMs: context.batchDuration.milliseconds,
      addBlock: block => receiverTracker.addBlock(this.id, block),
      onFatal: (message, error) => context.reportFailure(message, error),
    }))
  }

  /** `SocketTextReceiver-0`, for people. */
  override get name(): string { return `${this.receiver.constructor.name || 'Receiver'}-${this.id}` }

  override get holdsBlocks(): boolean { return true }

  override compute(time: Time): RDD<T> {
    const blocks = this.context.receiverTracker.blocksOf(time, this.id)
    this.reportInfo(time, { numRecords: blocks.reduce((sum, block) => sum + (block.records ?? 0), 0) })
    return blocksRdd<T>(this.context.sparkContext, blocks)
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
