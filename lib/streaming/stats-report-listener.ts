/** A listener that says from time to time how the last batches did. */
import { IllegalArgumentError } from '../base/errors'
import { logFor } from '../base/log'
import type { BatchInfo } from './events'
import type { StreamingListener } from './listener'

const log = logFor('StatsReportListener')
const percents = [0, 5, 10, 25, 50, 75, 90, 95, 100] as const

/**
 * Reports, after every batch, how the total delay and the processing time of the last `batches` are spread.
 * `write` gets a line at a time; by default the log, at level INFO.
 * Throws IllegalArgumentError when `batches` is not a positive whole number.
 * Counterpart: org.apache.spark.streaming.scheduler.StatsReportListener.
 * @example
 * ```ts
 * import { Seconds, StatsReportListener, StreamingContext } from 'millrace'
 * const ssc = new StreamingContext('local', 'stats', Seconds(1))
 * ssc.addStreamingListener(new StatsReportListener(10, console.error))
 * ```
 */
export class StatsReportListener implements StreamingListener {
  private readonly last: BatchInfo[] = []

  constructor(private readonly batches = 10, private readonly write: (line: string) => void = line => log.info(line)) {
    if (!Number.isInteger(batches) || batches < 1) {
      throw new IllegalArgumentError(`StatsReportListener needs a number of batches, 1 or more, got ${String(batches)}`)
    }
  }

  onBatchCompleted({ batchInfo }: { readonly batchInfo: BatchInfo }): void {
    if (this.last.push(batchInfo) > this.batches) this.last.shift()
    this.report('Total delay', this.last.map(info => info.totalDelay))
    this.report('Processing time', this.last.map(info => info.processingDelay))
  }

  private report(name: string, values: readonly (number | undefined)[]): void {
    const sorted = values.filter(value => value !== undefined).sort((a, b) => a - b)
    if (sorted.length === 0) return
    const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length
    const quantile = (percent: number): number => sorted[Math.min(sorted.length - 1, Math.floor(percent / 100 * sorted.length))]!
    const quantiles = percents.map(percent => `${percent}%: ${quantile(percent)}`).join(', ')
    this.write(`${name}: count: ${sorted.length}, mean: ${mean.toFixed(1)} ms, ${quantiles} ms`)
  }
}
