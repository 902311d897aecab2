/**
 * A stream of the new files of a folder: each batch is what has come in since the one before. See
 * new-files.ts for the rules.
 */
import { Duration } from '../../base/duration'
import { logFor } from '../../base/log'
import type { Time } from '../../base/time'
import { readSetting } from '../../conf/settings'
import { realDisk } from '../../disk/real-disk'
import type { RDD } from '../../rdd/rdd'
import { InputDStream } from '../../streaming/input-dstream'
import type { StreamingContext } from '../../streaming/streaming-context'
import { NewFiles } from './new-files'
import type { CheckedOptions } from './options'

const log = logFor('FileInputDStream')

export interface FileStreamPlan<T> extends Pick<CheckedOptions, 'filter' | 'newFilesOnly'> {
  readonly operator: string
  readonly directory: string
  /** The elements of the files of one batch, of which there is at least one. */
  readonly read: (files: readonly string[]) => RDD<T>
}

/** Counterpart: org.apache.spark.streaming.dstream.FileInputDStream. */
export class FileInputDStream<T> extends InputDStream<T> {
  private readonly newFiles: NewFiles
  private readonly filesByBatch = new Map<number, readonly string[]>()

  constructor(context: StreamingContext, private readonly plan: FileStreamPlan<T>) {
    super(context, plan.operator)
    const window = windowOf(context)
    const { directory, filter } = plan
    this.newFiles = new NewFiles({ disk: realDisk, directory, filter, windowMs: window.milliseconds })
    this.remember(window)
  }

  override start(): void { this.newFiles.ignoreUntilMs = this.plan.newFilesOnly ? this.context.clock.now() : 0 }

  override async prepare(time: Time): Promise<void> {
    const startMs = performance.now()
    this.filesByBatch.set(time.milliseconds, await this.newFiles.select(time.milliseconds))
    const tookMs = Math.round(performance.now() - startMs)
    if (tookMs > this.slideDuration.milliseconds) {
      log.warn(`Time taken to find new files (${tookMs} ms) exceeds the batch interval.`
        + ` Move files that are done elsewhere: ${this.plan.directory}`)
    }
  }

  override async hasMore(time: Time): Promise<boolean> {
    await this.prepareOnce(time)
    return this.filesOf(time).length > 0
  }

  override compute(time: Time): RDD<T> {
    const files = this.filesOf(time)
    this.reportInfo(time, { numRecords: 0, metadata: { files, Description: files.join('\n') } })
    return files.length === 0 ? this.context.sparkContext.emptyRDD() : this.plan.read(files)
  }

  private filesOf(time: Time): readonly string[] { return this.filesByBatch.get(time.milliseconds) ?? [] }

  override clearMetadata(time: Time): void {
    super.clearMetadata(time)
    const oldestMs = time.milliseconds - this.rememberDuration!.milliseconds
    for (const atMs of this.filesByBatch.keys()) if (atMs < oldestMs) this.filesByBatch.delete(atMs)
  }
}

/** spark.streaming.fileStream.minRememberDuration, rounded up to whole batches. */
function windowOf({ conf, batchDuration }: StreamingContext): Duration {
  const leastMs = readSetting(conf, 'spark.streaming.fileStream.minRememberDuration')
  return batchDuration.times(Math.max(1, Math.ceil(leastMs / batchDuration.milliseconds)))
}
