/** Stops a stream gracefully when it has done enough, and then sees to it that the process ends. */
import { systemClock } from '../base/clock'
import { limits } from '../base/limits'
import type { StreamingContext } from '../streaming/streaming-context'
import { exitCodes } from './exit-codes'
import { reportFailure } from './failure'

export function stopAfterSeconds(ssc: StreamingContext, seconds: number): void {
  ssc.clock.schedule(ssc.clock.now() + seconds * 1_000, () => stop(ssc), { unref: true })
}

/**
 * Counts batches. A batch in which no stream has anything to do tells nobody that it was; so, once there was
 * time for all batches and one to spare, it is enough that none is unfinished.
 */
export function stopAfterBatches(ssc: StreamingContext, batches: number): void {
  let submitted = 0
  let completed = 0
  let isTimeOver = false
  let isStopping = false
  const check = (): void => {
    if (isStopping || !(completed >= batches || (isTimeOver && submitted === completed))) return
    isStopping = true
    // Not from within a listener.
    setImmediate(() => stop(ssc))
  }
  ssc.addStreamingListener({
    onBatchSubmitted() { submitted++ },
    onBatchCompleted() {
      completed++
      check()
    },
  })
  const slideMs = Math.min(...ssc.graph.outputs.map(output => output.slideDuration.milliseconds))
  ssc.clock.schedule(ssc.clock.now() + (batches + 1) * slideMs, () => {
    isTimeOver = true
    check()
  }, { unref: true })
}

function stop(ssc: StreamingContext): void {
  ssc.stop({ stopSparkContext: true, stopGracefully: true }).then(endLeftovers, (error: unknown) => {
    reportFailure(error)
    process.exit(exitCodes.failed)
  })
}

/** The user asked for an end: a timer or a socket that the program has left behind must not prevent it. */
function endLeftovers(): void {
  systemClock.schedule(systemClock.now() + limits.exitAfterSignalMs, () => {
    process.stderr.write('millrace: the stream has stopped, but the program has left something open;'
      + ' the process ends here\n')
    process.exit()
  }, { unref: true })
}
