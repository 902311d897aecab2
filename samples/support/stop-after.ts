/** Ends a sample: stops the stream, gracefully, when so many batches have run. */
import type { StreamingContext } from 'millrace'

export function stopAfter(ssc: StreamingContext, batches: number): void {
  let completed = 0
  ssc.addStreamingListener({
    onBatchCompleted() {
      // A listener must not stop the stream that it listens to: it would wait for itself.
      if (++completed === batches) setImmediate(() => { void ssc.stop(true, true) })
    },
  })
}
