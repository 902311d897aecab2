/** How one batch went, as `--progress json` prints it and the status line shows it. */
import type { BatchInfo } from '../streaming/events'

export interface Progress {
  /** The batch time, in milliseconds since 1970. */
  readonly batchTime: number
  readonly inputRecords: number
  readonly intervalMs: number
  readonly processingMs: number
  /** How long the batch waited for its turn. */
  readonly schedulingDelayMs: number
  readonly failedOutputs: number
}

export function progressOf(info: BatchInfo, intervalMs: number): Progress {
  const outputs = [...info.outputOperationInfos.values()]
  return {
    batchTime: info.batchTime.milliseconds,
    inputRecords: info.numRecords,
    intervalMs,
    processingMs: info.processingDelay ?? 0,
    schedulingDelayMs: info.schedulingDelay ?? 0,
    failedOutputs: outputs.filter(output => output.failureReason !== undefined).length,
  }
}
