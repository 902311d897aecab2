/**
 * A stream of Kinesis. The driver reads ahead of the batches; a batch has what has been read by its time: of each shard the
 * records from one sequence number to another, which the checkpoint keeps. A batch that runs again has exactly its records,
 * from memory or from Kinesis, and the next one begins behind them.
 */
import { systemClock } from '../../base/clock'
import { limits } from '../../base/limits'
import type { Duration } from '../../base/duration'
import type { Time } from '../../base/time'
import { readSetting } from '../../conf/settings'
import { refuse } from '../../rdd/arguments'
import type { RDD } from '../../rdd/rdd'
import type { StorageLevel } from '../../rdd/storage-level'
import type { StreamInputInfo } from '../../streaming/events'
import type { StreamingContext } from '../../streaming/streaming-context'
import { ReplayableInputDStream, type PlanHints } from '../replayable-input-dstream'
import { FetchAhead } from './ahead'
import { KinesisInputDStreamBuilder } from './builder'
import { KinesisApi, type AwsCredentialSource } from './client'
import type { KinesisRecord } from './frames'
import { HeldRanges, type HeldRange } from './held-range'
import type { KinesisInitialPosition } from './initial-positions'
import { RangeReader, type RetryOptions } from './read-again'
import { KinesisReading } from './reading'
import { kinesisRdd } from './records-rdd'
import type { KinesisPlan, SequenceNumberRange } from './shards'

/** Internal: what the builder has checked. */
export interface KinesisSource<T> {
  readonly streamName: string
  readonly checkpointAppName: string
  readonly regionName: string
  readonly endpointUrl: string | undefined
  readonly credentials: AwsCredentialSource | undefined
  readonly initialPosition: KinesisInitialPosition
  readonly checkpointInterval: Duration
  readonly storageLevel: StorageLevel
  readonly failOnDataLoss: boolean
  readonly handler: ((record: KinesisRecord) => T) | undefined
}

const operator = 'KinesisInputDStream'
const nothing: KinesisPlan = { ranges: [], recordCount: 0, shards: [] }
/** By context and application. */
const readers = new WeakMap<StreamingContext, Map<string, KinesisInputDStream<any>>>()

/**
 * A stream of the records of a Kinesis stream. Counterpart: org.apache.spark.streaming.kinesis.KinesisInputDStream.
 * @example
 * ```ts
 * import { KinesisInitialPositions, KinesisInputDStream, Seconds, StreamingContext } from 'millrace'
 * const ssc = new StreamingContext('local[2]', 'clicks', Seconds(1))
 * const records = KinesisInputDStream.builder
 *   .streamingContext(ssc)
 *   .streamName('clicks')
 *   .regionName('eu-central-1')
 *   .initialPosition(new KinesisInitialPositions.TrimHorizon())
 *   .checkpointAppName('click-counts')
 *   .buildWithMessageHandler(record => [record.partitionKey, record.data.length])
 * records.reduceByKey((a, b) => a + b).print()
 * ```
 */
export class KinesisInputDStream<T> extends ReplayableInputDStream<T, KinesisPlan> {
  readonly streamName: string
  readonly checkpointAppName: string
  readonly regionName: string
  readonly endpointUrl: string
  readonly initialPosition: KinesisInitialPosition
  readonly checkpointInterval: Duration
  readonly #source: KinesisSource<T>
  private readonly first: KinesisInputDStream<any>
  private readonly ahead = new FetchAhead()
  private readonly held = new HeldRanges(limits.loggedBlocksBytesMax)
  private readonly plannedBytes = new Map<number, number>()
  private readonly again: RangeReader
  private api: KinesisApi | undefined
  private reading: KinesisReading | undefined
  private latestPlan: KinesisPlan | undefined
  private isStopping = false

  /** `KinesisInputDStream.builder.streamingContext(ssc).streamName(name).checkpointAppName(app).build()`. */
  static get builder(): KinesisInputDStreamBuilder { return new KinesisInputDStreamBuilder() }

  /** Internal: use the builder. */
  constructor(context: StreamingContext, source: KinesisSource<T>) {
    super(context, operator)
    const { streamName, checkpointAppName, regionName, endpointUrl, initialPosition, checkpointInterval, failOnDataLoss } = source
    this.#source = source
    this.streamName = streamName
    this.checkpointAppName = checkpointAppName
    this.regionName = regionName
    this.endpointUrl = endpointUrl ?? `https://kinesis.${regionName}.amazonaws.com`
    this.initialPosition = initialPosition
    this.checkpointInterval = checkpointInterval
    this.again = new RangeReader({ apiOf: () => this.openApi(), retry: this.retry, failOnDataLoss })
    this.first = this.firstOfApplication()
    if (this.first === this) this.uid(checkpointAppName)
    context.events.subscribe(event => { if (event.type === 'batchCompleted') this.ended(event.batchInfo.batchTime.milliseconds) })
  }

  /** Streams of one application share its records, as its workers do in Spark: here the first has them all. */
  private firstOfApplication(): KinesisInputDStream<any> {
    let applications = readers.get(this.context)
    if (applications === undefined) readers.set(this.context, applications = new Map())
    const first = applications.get(this.checkpointAppName)
    if (first === undefined) applications.set(this.checkpointAppName, this)
    else if (first.streamName !== this.streamName || first.endpointUrl !== this.endpointUrl) {
      refuse(operator, `the checkpointAppName ${this.checkpointAppName} is that of the stream ${first.streamName} already`,
        'Give each Kinesis stream an application name of its own: its positions are kept by it.')
    }
    return first ?? this
  }

  private get retry(): RetryOptions {
    const { conf } = this.context
    return {
      attempts: readSetting(conf, 'spark.streaming.kinesis.retry.maxAttempts'), waitMs: readSetting(conf, 'spark.streaming.kinesis.retry.waitTime'),
    }
  }

  private openApi(): KinesisApi {
    const { streamName, regionName, endpointUrl, credentials } = this.#source
    // Kinesis knows no manual clock.
    return this.api ??= new KinesisApi({ streamName, regionName, endpointUrl, credentials }, systemClock)
  }

  /** What the batch at `time` has of each shard; none of batches that nobody remembers. */
  sequenceNumberRanges(time: Time): readonly SequenceNumberRange[] { return this.planOf(time)?.ranges ?? [] }

  protected override resume(latest: KinesisPlan | undefined): void { this.latestPlan = latest }

  override async start(): Promise<void> {
    if (this.first !== this) return
    const { failOnDataLoss } = this.#source
    this.reading = new KinesisReading({
      api: this.openApi(), ahead: this.ahead, streamName: this.streamName, initial: this.initialPosition.toShardPosition(),
      failOnDataLoss, retry: this.retry,
    })
    await this.reading.begin(this.latestPlan)
  }

  override stop(): void {
    this.reading?.stop()
    this.again.stop()
    this.api?.close()
  }

  /** With a graceful stop all that was fetched is processed, as what a receiver has stored. */
  override hasMore(): boolean {
    this.isStopping = true
    this.reading?.stop()
    return (this.reading?.waitingCount ?? 0) > 0
  }

  protected override plan(time: Time, { maxRecords }: PlanHints<KinesisPlan>): KinesisPlan {
    if (this.reading === undefined) return nothing
    const { plan, ranges, bytes } = this.reading.take(this.isStopping ? undefined : this.most(maxRecords))
    this.held.set(time.milliseconds, ranges)
    this.plannedBytes.set(time.milliseconds, bytes)
    return plan
  }

  /** How many records a batch may have. */
  private most(maxRecords: number | undefined): number {
    const { conf, batchDuration } = this.context
    const ofRate = (rate: number | undefined): number => rate === undefined || rate <= 0 ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.floor(rate * batchDuration.milliseconds / 1_000))
    const isLimited = readSetting(conf, 'spark.streaming.backpressure.enabled')
    const first = isLimited ? ofRate(readSetting(conf, 'spark.streaming.backpressure.initialRate')) : Number.POSITIVE_INFINITY
    return Math.min(maxRecords ?? first, ofRate(readSetting(conf, 'spark.streaming.receiver.maxRate')))
  }

  protected override read(plan: KinesisPlan, time: Time): RDD<T> {
    const ranges = this.held.of(time.milliseconds) ?? plan.ranges.map((range): HeldRange => {
      const shard = plan.shards.find(({ shardId }) => shardId === range.shardId)!
      return { range, shard, frames: undefined }
    })
    this.held.set(time.milliseconds, ranges)
    return kinesisRdd(this.context.sparkContext, { ranges, again: this.again }, this.#source.handler)
  }

  protected override records({ recordCount }: KinesisPlan): number { return recordCount }

  protected override metadata({ ranges }: KinesisPlan): StreamInputInfo['metadata'] {
    const lines = ranges.map(({ shardId, fromSeqNumber, toSeqNumber, recordCount }) => `${shardId}\t${recordCount} records: ${fromSeqNumber} to ${toSeqNumber}`)
    return { ranges, Description: lines.join('\n') }
  }

  private ended(batchMs: number): void {
    this.held.end(batchMs)
    this.ahead.released(this.plannedBytes.get(batchMs) ?? 0)
    this.plannedBytes.delete(batchMs)
  }

  override clearMetadata(time: Time): void {
    super.clearMetadata(time)
    const oldestMs = time.milliseconds - this.rememberDuration!.milliseconds
    for (const batchMs of this.plannedBytes.keys()) if (batchMs < oldestMs) this.ended(batchMs)
    this.held.forget(oldestMs)
  }
}
