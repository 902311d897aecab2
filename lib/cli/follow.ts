/**
 * Watches the streams that a program starts: shows how they keep up, and stops them when enough has been
 * done. It sees events and nothing else. A program may use another copy of the package, so contexts announce
 * themselves globally.
 */
import { onStreamingStart } from '../streaming/announce'
import { exitCodes } from './exit-codes'
import { progressOf } from './progress'
import { statusLine, statusText } from './status-line'
import { stopAfterBatches, stopAfterSeconds } from './stop-streams'

export interface StreamLimits {
  readonly batches?: number
  readonly seconds?: number
  readonly progress?: 'auto' | 'json' | 'none'
}

export interface Following {
  /** Takes the status line away, for something else that wants to be read. */
  clearLine(): void
}

/** Follows every stream that starts from now on, to the end of the process. */
export function followStreams({ batches, seconds, progress: form }: StreamLimits): Following {
  const wantsLine = form !== 'json' && form !== 'none' && process.stderr.isTTY === true
  const line = wantsLine ? statusLine(process.stderr, process.stdout) : undefined
  process.on('exit', () => line?.clear())
  onStreamingStart(ssc => {
    // A batch that fails stops no stream, but the run has not gone well, unless the program says that it has.
    ssc.awaitTermination().catch(() => { process.exitCode ??= exitCodes.failed })
    if (seconds !== undefined) stopAfterSeconds(ssc, seconds)
    if (batches !== undefined) stopAfterBatches(ssc, batches)
    if (form !== 'json' && line === undefined) return
    ssc.addStreamingListener({
      onBatchCompleted({ batchInfo }) {
        const progress = progressOf(batchInfo, ssc.batchDuration.milliseconds)
        if (form === 'json') process.stderr.write(`${JSON.stringify(progress)}\n`)
        line?.show(statusText(progress))
      },
    })
  })
  return { clearLine: () => line?.clear() }
}
