/** The stream of what a receiver stores: each batch is the blocks that came in since the one before. */
import type { Time } from '../../base/time'
import type { RDD } from '../../rdd/rdd'
import { readSetting } from '../../conf/settings'
import { IllegalArgumentError } from '../../base/errors'
import { InputDStream } from '../input-dstream'
import { StreamingContext } from '../streaming-context'
import { blocksRdd } from './block'
import { RateLimiter } from './rate-limiter'
import { Receiver } from './receiver'
import { ReceiverSupervisor } from './receiver-supervisor'

declare module '../streaming-context' {
  interface StreamingContext {
    /**
     * A stream of what `receiver` stores. Counterpart: StreamingContext.receiverStream.
     * Throws IllegalArgumentError when the argument is no Receiver.
     */
    receiverStream<T>(receiver: Receiver<T>): ReceiverInputDStream<T>
  }
}

/** Counterpart: org.apache.spark.streaming.dstream.ReceiverInputDStream. */
export class ReceiverInputDStream<T> extends InputDStream<T> {
  constructor(context: StreamingContext, readonly receiver: Receiver<T>, operator = 'receiverStream') {
    super(context, operator)
    const { conf, clock, events, receiverTracker } = context
    const supervisor = new ReceiverSupervisor({
      receiver, streamId: this.id, name: `${receiver.constructor.name}-${this.id}`, clock, events,
      blockIntervalMs: readSetting(conf, 'spark.streaming.blockInterval'),
      restartDelayMs: readSetting(conf, 'spark.streaming.receiverRestartDelay'),
      rateLimiter: new RateLimiter(clock, readSetting(conf, 'spark.streaming.receiver.maxRate')),
      addBlock: block => receiverTracker.addBlock(this.id, block),
    })
    receiverTracker.addSupervisor(supervisor)
  }

  override get name(): string { return `${this.receiver.constructor.name}-${this.id}` }

  override compute(time: Time): RDD<T> {
    const blocks = this.context.receiverTracker.blocksOf(time, this.id)
    const numRecords = blocks.reduce((sum, block) => sum + block.records, 0)
    this.context.inputInfo.report({ inputStreamId: this.id, numRecords, metadata: {} })
    return blocksRdd<T>(this.context.sparkContext, blocks)
  }
}

StreamingContext.prototype.receiverStream = function <T>(receiver: Receiver<T>): ReceiverInputDStream<T> {
  if (!(receiver instanceof Receiver)) {
    throw new IllegalArgumentError('receiverStream needs an object of a class that extends Receiver', {
      hint: 'class R extends Receiver { onStart() {...} onStop() {...} }',
    })
  }
  return new ReceiverInputDStream(this, receiver)
}
