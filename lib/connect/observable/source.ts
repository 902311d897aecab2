/**
 * observableStream: what an rxjs Observable emits between two batches. An Observable cannot be made to wait,
 * so it is bounded by refusal: when more waits than may (receiverUnawaitedRecordsMax,
 * receiverUnawaitedBytesMax), the stream unsubscribes and awaitTermination rejects; what was gathered until
 * then is processed.
 */
import type { Observable } from 'rxjs'
import { CallSite } from '../../base/call-site'
import { IllegalArgumentError } from '../../base/errors'
import { rxjs } from '../../base/rxjs'
import { describe } from '../../rdd/arguments'
import { Receiver } from '../../streaming/receivers/receiver'
import { ReceiverInputDStream } from '../../streaming/receivers/receiver-input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of what `observable` emits: each batch holds what came since the one before. It is subscribed
     * to when the context starts and unsubscribed from when it stops. When it completes, the stream goes on
     * with empty batches; an error of it rejects awaitTermination, and the stream goes on with empty batches.
     * Unlike Spark, which has no such. Throws IllegalArgumentError when the argument is no Observable.
     * @example
     * ```ts
     * import { interval } from 'rxjs'
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'ticks', Seconds(1))
     * ssc.observableStream(interval(100)).count().print() // 10
     * ```
     */
    observableStream<T>(observable: Observable<T>): ReceiverInputDStream<T>
  }
}

class ObservableReceiver<T> extends Receiver<T> {
  private readonly stopping = new (rxjs().Subject)<void>()

  constructor(private readonly observable: Observable<T>, private readonly context: StreamingContext) { super() }

  override onStart(): void {
    // An observable may emit while it is being subscribed to, and without end: takeUntil stops it even then.
    this.observable.pipe(rxjs().takeUntil(this.stopping)).subscribe({
      next: value => { void this.store(value) },
      error: (error: unknown) => {
        this.context.reportFailure(`The observable given to observableStream (input ${this.streamId}) has failed`, error)
        this.stop('The observable has failed', error)
      },
    })
  }

  override onStop(): void { this.stopping.next() }
}

StreamingContext.prototype.observableStream = function <T>(this: StreamingContext, observable: Observable<T>) {
  if (!rxjs().isObservable(observable)) {
    throw new IllegalArgumentError(`observableStream needs an rxjs Observable, got ${describe(observable)}`, {
      at: CallSite.capture('observableStream').toString(),
      hint: 'from(...) of rxjs makes one of an array, a promise or an async iterable.',
    })
  }
  return new ReceiverInputDStream<T>(this, new ObservableReceiver(observable, this), 'observableStream')
}
