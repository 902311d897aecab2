/** Waits for batches to have run, whatever clock they run on. */
import { systemClock } from '../base/clock'
import { SparkError } from '../base/errors'
import type { StreamingContext } from '../streaming/streaming-context'

/**
 * Resolves when `count` batches of the context have completed since it started. A batch without any job does not count,
 * as it posts no events.
 * @throws (the Promise) SparkError after `timeoutMs` of real time (default 10 s), or the first error of a batch
 */
export function waitForBatches(ssc: StreamingContext, count: number, timeoutMs = 10_000): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const settle = (finish: () => void): void => {
      timer.cancel()
      unsubscribe()
      finish()
    }
    const timer = systemClock.schedule(systemClock.now() + timeoutMs, () => settle(() => reject(new SparkError(
      `waited ${timeoutMs} ms for ${count} batches, ${ssc.completedBatchCount} have completed`,
      { hint: 'On a ManualClock batches run only when the test advances it: await clock.advance(batch.milliseconds).' },
    ))))
    // After the event of the last batch its error, if it has one, is reported too: look once everything has been told.
    const check = (): void => queueMicrotask(() => {
      if (ssc.firstError !== undefined) settle(() => reject(ssc.firstError!.thrown))
      else if (ssc.completedBatchCount >= count) settle(resolve)
    })
    const unsubscribe = ssc.events.subscribe(event => { if (event.type === 'batchCompleted') check() })
    ssc.awaitTermination().catch(() => check())
    check()
  })
}
