/**
 * Watches the streams that a program starts: shows how they keep up, and stops them when enough has been done. It sees
 * events and nothing else. A program may use another copy of the package, so contexts announce themselves globally.
 */
import type { BatchInfo } from '../streaming/events'
import { onStreamingStart } from '../streaming/announce'
import type { StreamingContext } from '../streaming/streaming-context'
import { statusLine, statusText } from './status-line'

export interface StreamLimits {
  readonly batches?: number
  readonly seconds?: number
  readonly progress?: 'auto' | 'json' | 'none'
}

export interface Following {
  /** Resolves when every stream that was started has stopped; rejects with the first error of one. */
  readonly ended: Promise<void>
  close(): void
}

export function followStreams(limits: StreamLimits): Following {
  const line = limits.progress !== 'json' && limits.progress !== 'none' && process.stderr.isTTY === true ? statusLine(process.stderr) : undefined
  const streams: Promise<void>[] = []
  const forget = onStreamingStart(ssc => {
    streams.push(ssc.awaitTermination())
    stopWhenDone(ssc, limits)
    const intervalMs = ssc.batchDuration.milliseconds
    ssc.addStreamingListener({
      onBatchCompleted({ batchInfo }) {
        if (limits.progress === 'json') process.stderr.write(`${JSON.stringify(progressOf(batchInfo, intervalMs))}\n`)
        line?.show(statusText(progressOf(batchInfo, intervalMs)))
      },
    })
  })
  return {
    // Only when the program's own top level has run does the list hold what it started.
    get ended() { return Promise.all(streams).then(() => undefined) },
    close() {
      forget()
      line?.clear()
    },
  }
}

function stopWhenDone(ssc: StreamingContext, { batches, seconds }: StreamLimits): void {
  const stop = (): void => { setImmediate(() => { void ssc.stop({ stopSparkContext: true, stopGracefully: true }) }) }
  if (seconds !== undefined) setTimeout(stop, seconds * 1_000).unref()
  if (batches === undefined) return
  let done = 0
  ssc.addStreamingListener({ onBatchCompleted() { if (++done === batches) stop() } })
}

export interface Progress {
  readonly batchTime: number
  readonly inputRecords: number
  readonly processingMs: number
  readonly intervalMs: number
  readonly schedulingDelayMs: number
}

function progressOf(info: BatchInfo, intervalMs: number): Progress {
  return {
    batchTime: info.batchTime.milliseconds, inputRecords: info.numRecords, processingMs: info.processingDelay ?? 0,
    intervalMs, schedulingDelayMs: info.schedulingDelay ?? 0,
  }
}
