/**
 * Says what each batch reads: in every partition the offsets from where the batch before ended up to the end as it is now, or as
 * far as rates allow. Partitions that appear while a stream runs are read from their first record. Nothing is left out: what
 * cannot be read where it should be is an error, or a warning where the program has said so.
 *
 *   previous plan   words-0 [0, 40)    words-1 [0, 38)
 *   next plan       words-0 [40, 71)   words-1 [38, 38)   words-2 [0, 12)
 */
import { MillraceError } from '../../base/errors'
import { logFor } from '../../base/log'
import { isWanted, type Wanted } from './consumer-strategies'
import { isOutOfRange, reportLoss, reportVanished, type Reach } from './data-loss'
import { limitRanges } from './limit-ranges'
import type { KafkaLog, TopicPartition } from './log'
import type { PerPartitionConfig } from './per-partition-config'
import { startingOffsets, type StartOptions } from './starting-offsets'
import { comparePlaces, placeName } from './topic-partition'

const log = logFor('Kafka')

/** Topic, partition, first offset, the one behind the last. */
export type PlannedRange = readonly [topic: string, partition: number, from: number, until: number]

/** What a batch reads: plain data, which checkpoints keep. */
export interface BatchPlan {
  /** By topic and partition, also those of which there is nothing new. */
  readonly ranges: readonly PlannedRange[]
  /** Topics that are wanted and do not exist yet: once they do, they are read from their first record. */
  readonly waiting?: readonly string[]
}

export interface PlannerOptions {
  readonly kafka: KafkaLog
  readonly wanted: Wanted
  readonly start: StartOptions
  readonly config: PerPartitionConfig
  readonly batchSeconds: number
  /** How often partitions are looked for. */
  readonly lookEveryMs: number
}

export class RangePlanner {
  private known: readonly TopicPartition[] | undefined
  private lookAtMs = -Infinity
  /** Where partitions begin that no batch has read, as it was when the stream started. */
  private readonly starting = new Map<string, number>()
  private readonly warned = new Set<string>()

  constructor(private readonly options: PlannerOptions) {}

  /**
   * To be called before the first plan, with the latest plan of an earlier run. Says where the first plan begins in each partition. Rejects
   * where the stream cannot begin.
   */
  async begin(previous: BatchPlan | undefined): Promise<(TopicPartition & { readonly from: number })[]> {
    const { kafka, wanted, start } = this.options
    const places = await this.look()
    this.requireAssigned(places, previous)
    for (const topic of this.missing(places)) log.warn(`Topic ${topic} does not exist yet. It is read from its first record once it does`)
    const unread = places.filter(place => isNew(place, wanted, previous))
    const offsets = await startingOffsets(kafka, unread, start)
    for (const [index, place] of unread.entries()) this.starting.set(placeName(place), offsets[index]!)
    const left = previous?.ranges.filter(([topic, partition]) => !isWanted(wanted, { topic, partition })) ?? []
    if (left.length > 0) log.warn(`Not read any more: ${left.map(([topic, partition]) => placeName({ topic, partition })).join(', ')}`)
    const read = previous?.ranges.filter(range => !left.includes(range)) ?? []
    return [...read.map(([topic, partition, , from]) => ({ topic, partition, from })), ...unread.map((place, index) => ({ ...place, from: offsets[index]! }))]
  }

  private requireAssigned(places: readonly TopicPartition[], previous: BatchPlan | undefined): void {
    const { wanted } = this.options
    if (wanted.kind !== 'partitions') return
    const there = new Set([...places.map(placeName), ...previous?.ranges.map(([topic, partition]) => placeName({ topic, partition })) ?? []])
    const missing = wanted.partitions.filter(place => !there.has(placeName(place)))
    if (missing.length === 0) return
    throw new MillraceError('MR_KAFKA', `${missing.map(placeName).join(', ')}: there is no such partition`, {
      hint: 'Make the topic first, or subscribe to it: then it may come later.',
    })
  }

  /** The partitions that are wanted and there, by topic and partition. */
  private async look(): Promise<readonly TopicPartition[]> {
    const { kafka, wanted } = this.options
    const topics = wanted.kind === 'topics' ? wanted.topics
      : wanted.kind === 'partitions' ? [...new Set(wanted.partitions.map(({ topic }) => topic))]
        : (await kafka.topics()).filter(topic => wanted.pattern.test(topic))
    const places = topics.length === 0 ? [] : await kafka.partitions(topics)
    return places.filter(place => isWanted(wanted, place)).sort(comparePlaces)
  }

  private missing(places: readonly TopicPartition[]): string[] {
    const { wanted } = this.options
    if (wanted.kind !== 'topics') return []
    const there = new Set(places.map(({ topic }) => topic))
    return wanted.topics.filter(topic => !there.has(topic))
  }

  /** What the batch at `timeMs` reads, of `maxRecords` offsets at most where that is known. */
  async plan(timeMs: number, previous: BatchPlan | undefined, maxRecords: number | undefined): Promise<BatchPlan> {
    try {
      const places = await this.current(timeMs)
      return await this.ranges(places, previous, maxRecords)
    } catch (error) {
      // Perhaps it failed for what has changed there.
      this.known = undefined
      throw error
    }
  }

  private async current(timeMs: number): Promise<readonly TopicPartition[]> {
    if (this.known !== undefined && timeMs < this.lookAtMs) return this.known
    this.known = await this.look()
    this.lookAtMs = timeMs + this.options.lookEveryMs
    return this.known
  }

  private async ranges(places: readonly TopicPartition[], previous: BatchPlan | undefined, maxRecords: number | undefined): Promise<BatchPlan> {
    const { kafka, wanted, start: { settings: { isolation }, failOnDataLoss }, config, batchSeconds } = this.options
    const before = (previous?.ranges ?? []).filter(([topic, partition]) => isWanted(wanted, { topic, partition }))
    const positions = new Map(before.map(([topic, partition, , until]) => [placeName({ topic, partition }), until]))
    const vanished = this.vanished(before, places)
    const [earliest, latest] = await Promise.all([kafka.offsets(places, 'earliest', isolation), kafka.offsets(places, 'latest', isolation)])
    const reaches = places.map((place, index): Reach => {
      const offset = positions.get(placeName(place)) ?? this.startOf(place) ?? earliest[index]!
      return { ...place, offset, earliest: earliest[index]!, latest: latest[index]! }
    })
    reportLoss(reaches.filter(isOutOfRange), failOnDataLoss)
    const lags = reaches.map(reach => {
      const { topic, partition, earliest: first, latest: end } = reach
      const from = isOutOfRange(reach) ? first : reach.offset
      // Both ends were asked for at the same time, and either may have been answered first.
      return { topic, partition, from, end: Math.max(from, end) }
    })
    const ends = limitRanges(lags, { batchSeconds, config, maxRecords })
    const ranges = lags.map(({ topic, partition, from }, index): PlannedRange => [topic, partition, from, ends[index]!])
    for (const [topic, partition, from] of ranges) if (!positions.has(placeName({ topic, partition }))) log.info(`Reading ${placeName({ topic, partition })} from offset ${from}`)
    const waiting = this.missing(places)
    const all = [...ranges, ...vanished].sort(([topic, partition], [otherTopic, other]) => comparePlaces({ topic, partition }, { topic: otherTopic, partition: other }))
    return { ranges: all, ...waiting.length > 0 && { waiting } }
  }

  private startOf(place: TopicPartition): number | undefined {
    const name = placeName(place)
    return this.starting.get(name) ?? this.options.start.given.get(name)
  }

  /** Partitions that are not there (any more) keep their places: perhaps they come back. */
  private vanished(before: readonly PlannedRange[], places: readonly TopicPartition[]): PlannedRange[] {
    const there = new Set(places.map(placeName))
    const gone = before.map(([topic, partition, , until]) => ({ topic, partition, until })).filter(place => !there.has(placeName(place)))
    for (const name of there) this.warned.delete(name)
    const { failOnDataLoss } = this.options.start
    reportVanished(failOnDataLoss ? gone : gone.filter(place => !this.warned.has(placeName(place))), failOnDataLoss)
    for (const place of gone) this.warned.add(placeName(place))
    return gone.map(({ topic, partition, until }) => [topic, partition, until, until])
  }
}

/**
 * Whether a partition has never been wanted before, so that it begins where a new stream would. What has appeared in a topic that was
 * wanted already, also while no program ran, is read from the first record.
 */
function isNew({ topic, partition }: TopicPartition, wanted: Wanted, previous: BatchPlan | undefined): boolean {
  if (previous === undefined) return true
  if (wanted.kind === 'pattern') return false
  const { ranges, waiting = [] } = previous
  if (wanted.kind === 'partitions') return !ranges.some(range => range[0] === topic && range[1] === partition)
  return !waiting.includes(topic) && !ranges.some(range => range[0] === topic)
}
