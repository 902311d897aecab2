/**
 * A stream of the new files of a folder: each batch is what has come in since the one before. See
 * new-files.ts for the rules. A recovered program goes on where it was: batches have the files that they had,
 * and those that came while it was down are new.
 */
import { Duration } from '../../base/duration'
import { logFor } from '../../base/log'
import type { Time } from '../../base/time'
import { readSetting } from '../../conf/settings'
import { allFiles } from '../../disk/files'
import type { RDD } from '../../rdd/rdd'
import { InputDStream } from '../../streaming/input-dstream'
import type { StreamingContext } from '../../streaming/streaming-context'
import { missingFilesRdd, missingOf } from './missing-files'
import { NewFiles } from './new-files'
import type { CheckedOptions } from './options'

const log = logFor('FileInputDStream')

/** What the checkpoint says of a batch. */
interface FilesOfBatch {
  readonly files: readonly string[]
  /** Files modified then or before were old when the stream first started. */
  readonly ignoreUntilMs: number
}

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
  /** The batches of an earlier run, and which of their files are gone. */
  private readonly missing = new Map<number, readonly string[]>()
  private isRecovered = false

  constructor(context: StreamingContext, private readonly plan: FileStreamPlan<T>) {
    super(context, plan.operator)
    const window = windowOf(context)
    const { directory, filter } = plan
    this.newFiles = new NewFiles({ disk: allFiles, directory, filter, windowMs: window.milliseconds })
    this.remember(window)
    // A recovery must know every file that may still be seen.
    this.neededMs = window.plus(context.batchDuration).milliseconds
  }

  override start(): void {
    if (!this.isRecovered) this.newFiles.ignoreUntilMs = this.plan.newFilesOnly ? this.context.clock.now() : 0
  }

  override checkpointData(time: Time): FilesOfBatch {
    return { files: this.filesOf(time), ignoreUntilMs: this.newFiles.ignoreUntilMs }
  }

  override async restore(batches: ReadonlyMap<number, unknown>): Promise<void> {
    this.isRecovered = true
    // Without a batch, the time before the first one is all that is known of the first start.
    this.newFiles.ignoreUntilMs = this.plan.newFilesOnly ? this.zeroTime!.milliseconds : 0
    for (const [batchMs, data] of [...batches].sort(([a], [b]) => a - b)) {
      const { files, ignoreUntilMs } = data as FilesOfBatch
      this.newFiles.ignoreUntilMs = ignoreUntilMs
      this.newFiles.restore(batchMs, files)
      this.filesByBatch.set(batchMs, files)
      this.missing.set(batchMs, await missingOf(files))
    }
  }

  override async prepare(time: Time): Promise<void> {
    if (this.missing.has(time.milliseconds)) return
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
    const missing = this.missing.get(time.milliseconds) ?? []
    if (missing.length > 0) return missingFilesRdd(this.context.sparkContext, missing, time)
    return files.length === 0 ? this.context.sparkContext.emptyRDD() : this.plan.read(files)
  }

  private filesOf(time: Time): readonly string[] { return this.filesByBatch.get(time.milliseconds) ?? [] }

  override clearMetadata(time: Time): void {
    super.clearMetadata(time)
    const oldestMs = time.milliseconds - this.rememberDuration!.milliseconds
    for (const held of [this.filesByBatch, this.missing]) {
      for (const atMs of held.keys()) if (atMs < oldestMs) held.delete(atMs)
    }
  }
}

/** spark.streaming.fileStream.minRememberDuration, rounded up to whole batches. */
function windowOf({ conf, batchDuration }: StreamingContext): Duration {
  const leastMs = readSetting(conf, 'spark.streaming.fileStream.minRememberDuration')
  return batchDuration.times(Math.max(1, Math.ceil(leastMs / batchDuration.milliseconds)))
}
