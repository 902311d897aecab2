/**
 * The direct stream: each batch is a range of offsets in every partition, planned by the driver when its time has come and kept
 * in the checkpoint; one RDD partition reads one of them. A batch that is computed again, also by another process, has the same
 * records. Offsets are committed to a group only when the program says so; the stream itself does not need them.
 */
import { CallSite } from '../../base/call-site'
import { IllegalStateError } from '../../base/errors'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { Time } from '../../base/time'
import { readSetting } from '../../conf/settings'
import type { StreamInputInfo } from '../../streaming/scheduler/job'
import type { StreamingContext } from '../../streaming/streaming-context'
import { within } from '../../streaming/within'
import { ReplayableInputDStream, type PlanHints } from '../replayable-input-dstream'
import { requireKafkaParams, type KafkaSettings } from './client/kafka-params'
import { CommitQueue, type OffsetCommitCallback } from './commit-queue'
import { wantedText, type ConsumerStrategy } from './consumer-strategies'
import { withRanges, type KafkaRDD } from './kafka-rdd'
import type { LocationStrategy } from './location-strategies'
import type { KafkaLog } from './log'
import { OffsetRange, requireRanges } from './offset-range'
import { openLog } from './open-log'
import type { DirectStreamOptions } from './options'
import { DefaultPerPartitionConfig } from './per-partition-config'
import { RangePlanner, type BatchPlan, type PlannedRange } from './range-planner'
import { RangeReader } from './reading/range-reader'
import { kafkaRangesRdd } from './reading/ranges-rdd'
import type { ConsumerRecord } from './records/consumer-record'
import { requireDeserializer, type Deserializer } from './records/deserializers'
import { placeName } from './topic-partition'

const log = logFor('Kafka')
const operator = 'createDirectStream'

/** What can be told to commit. Counterpart: org.apache.spark.streaming.kafka010.CanCommitOffsets. */
export interface CanCommitOffsets {
  /**
   * Commits where these ranges end to the stream's group, with a later batch or when the stream stops: what was read up to there is done with.
   * Call it when the results are stored. Of several ranges of a partition the furthest counts. `callback` is told when Kafka has answered. Throws
   * IllegalStateError without a `group.id`.
   */
  commitAsync(offsetRanges: readonly OffsetRange[], callback?: OffsetCommitCallback): void
}

interface DirectOptions<K, V> {
  readonly location: LocationStrategy
  readonly strategy: ConsumerStrategy<K, V>
  readonly options: DirectStreamOptions & { readonly failOnDataLoss: boolean }
}

/** What `KafkaUtils.createDirectStream` gives. */
export class DirectKafkaInputDStream<K, V> extends ReplayableInputDStream<ConsumerRecord<K, V>, BatchPlan> implements CanCommitOffsets {
  private readonly settings: KafkaSettings
  private readonly key: Deserializer<K>
  private readonly value: Deserializer<V>
  private readonly kafka: KafkaLog
  private readonly planner: RangePlanner
  private readonly reader: RangeReader
  private readonly commits = new CommitQueue()
  private readonly initialRate: number | undefined
  private recovered: BatchPlan | undefined
  private isStopped = false

  /** Internal: `KafkaUtils.createDirectStream` makes it. */
  constructor(context: StreamingContext, private readonly direct: DirectOptions<K, V>) {
    super(context, operator)
    const { strategy: { kafkaParams, wanted, offsets: given }, options: { failOnDataLoss, startingTimestamp, perPartitionConfig } } = direct
    const { conf, batchDuration } = context
    this.settings = requireKafkaParams(operator, kafkaParams)
    this.key = requireDeserializer(operator, 'key.deserializer', this.settings.keyDeserializer)
    this.value = requireDeserializer(operator, 'value.deserializer', this.settings.valueDeserializer)
    const hasThreads = context.sparkContext.master !== 'local'
    this.kafka = openLog(kafkaParams, this.settings, hasThreads)
    const { settings, kafka } = this
    this.planner = new RangePlanner({
      kafka, wanted, start: { settings, given, startingTimestamp, failOnDataLoss }, config: perPartitionConfig ?? new DefaultPerPartitionConfig(conf),
      batchSeconds: batchDuration.milliseconds / 1_000, lookEveryMs: settings.metadataAgeMsMax,
    })
    this.reader = new RangeReader({
      log: kafka, isolation: settings.isolation, failOnDataLoss, partitionBytesMax: settings.partitionBytesMax, fetchWaitMs: settings.fetchWaitMs,
      hasThreads,
    })
    const hasBackpressure = readSetting(conf, 'spark.streaming.backpressure.enabled')
    const initialRate = readSetting(conf, 'spark.streaming.backpressure.initialRate') ?? 0
    this.initialRate = hasBackpressure && initialRate > 0 ? initialRate : undefined
  }

  override get name(): string { return `Kafka direct stream [${this.id}]` }

  protected override resume(latest: BatchPlan | undefined): void { this.recovered = latest }

  override async start(): Promise<void> {
    try {
      await this.kafka.connect()
      this.reader.follow(await this.planner.begin(this.recovered))
    } catch (error) {
      await this.stop()
      throw error
    }
    const { settings: { groupId }, direct: { strategy } } = this
    log.info(`Reading ${wantedText(strategy.wanted)}${groupId === undefined ? '' : ` as group ${groupId}`}`)
  }

  protected override async plan(time: Time, { previous, maxRecords }: PlanHints<BatchPlan>): Promise<BatchPlan> {
    const initial = this.initialRate === undefined ? undefined : Math.max(1, Math.floor(this.initialRate * this.slideDuration.milliseconds / 1_000))
    const plan = await this.planner.plan(time.milliseconds, previous, maxRecords ?? initial)
    this.readAhead(previous, plan)
    const { groupId } = this.settings
    if (groupId !== undefined) this.commits.flush(this.kafka, groupId)
    return plan
  }

  /** Goes on behind the plan. What was read ahead where the plan has jumped, after a loss, is forgotten. */
  private readAhead(previous: BatchPlan | undefined, { ranges }: BatchPlan): void {
    const ends = new Map(previous?.ranges.map(([topic, partition, , until]) => [placeName({ topic, partition }), until]))
    const places = ranges.map(([topic, partition, from]) => ({ topic, partition, from }))
    const kept = places.filter(({ from, ...place }) => (ends.get(placeName(place)) ?? from) === from)
    if (kept.length < places.length) this.reader.follow(kept)
    this.reader.follow(places)
  }

  protected override read({ ranges }: BatchPlan): KafkaRDD<K, V> {
    const { reader, key, value, settings: { checkCrcs }, direct: { location } } = this
    const offsetRanges = ranges.map(rangeOf)
    const rdd = CallSite.within(this.site, () => kafkaRangesRdd(this.context.sparkContext, { reader, ranges: offsetRanges, key, value, checkCrcs }))
    return withRanges(rdd, offsetRanges, location)
  }

  protected override records({ ranges }: BatchPlan): number { return ranges.reduce((sum, [, , from, until]) => sum + until - from, 0) }

  protected override metadata({ ranges }: BatchPlan): StreamInputInfo['metadata'] {
    const offsets = ranges.map(rangeOf)
    const lines = offsets.filter(range => range.count() > 0).sort((a, b) => b.count() - a.count()).map(range => {
      const { topic, partition, fromOffset, untilOffset } = range
      return `topic: ${topic}\tpartition: ${partition}\toffsets: ${fromOffset} to ${untilOffset}\tcount: ${range.count()}`
    })
    return { offsets, Description: lines.join('\n') }
  }

  override clearMetadata(time: Time): void {
    // The batch has ended, and those that windows want again, if any, are younger than this.
    const oldest = this.planOf(new Time(time.milliseconds - this.rememberDuration!.milliseconds + this.slideDuration.milliseconds))
    if (oldest !== undefined) this.reader.release(oldest.ranges.map(rangeOf))
    super.clearMetadata(time)
  }

  commitAsync(offsetRanges: readonly OffsetRange[], callback?: OffsetCommitCallback): void {
    const ranges = requireRanges('commitAsync', offsetRanges)
    const at = CallSite.capture('commitAsync').toString()
    if (this.settings.groupId === undefined) {
      throw new IllegalStateError('commitAsync: the stream has no group to commit to', { at, hint: "Give kafkaParams a 'group.id'." })
    }
    if (this.isStopped) throw new IllegalStateError('commitAsync: the stream was stopped', { at, hint: 'Commit in foreachRDD, or before stop.' })
    this.commits.add(ranges, callback)
  }

  override async stop(): Promise<void> {
    if (this.isStopped) return
    this.isStopped = true
    this.reader.stop()
    const { settings: { groupId }, kafka } = this
    if (groupId !== undefined && !await within(this.commits.drain(kafka, groupId), limits.jobStopMs)) {
      log.warn(`Kafka did not take the last offsets of group ${groupId} within ${limits.jobStopMs} ms: they are not committed`)
    }
    await kafka.disconnect()
  }
}

function rangeOf([topic, partition, from, until]: PlannedRange): OffsetRange { return OffsetRange.create(topic, partition, from, until) }
