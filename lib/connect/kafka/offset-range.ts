/** The records of a partition that a batch has: from one offset up to before another. */
import { SparkError } from '../../base/errors'
import { describe, refuse, requireInteger } from '../../rdd/arguments'
import type { RDD } from '../../rdd/rdd'
import type { TopicPartition as Place } from './log'
import { placeName, requireTopic, TopicPartition } from './topic-partition'

/**
 * A range of offsets of a partition; `untilOffset` is behind the last. Counterpart:
 * org.apache.spark.streaming.kafka010.OffsetRange.
 * @example
 * ```ts
 * import { OffsetRange } from 'millrace'
 * console.log(OffsetRange.create('words', 0, 100, 250).count()) // 150
 * ```
 */
export class OffsetRange {
  private constructor(readonly topic: string, readonly partition: number, readonly fromOffset: number, readonly untilOffset: number) {}

  /** Throws IllegalArgumentError for offsets that are none, or go backwards. */
  static create(topic: string, partition: number, fromOffset: number, untilOffset: number): OffsetRange
  static create(topicPartition: Place, fromOffset: number, untilOffset: number): OffsetRange
  static create(...given: [string, number, number, number] | [Place, number, number]): OffsetRange {
    const [topic, partition, fromOffset, untilOffset] = given.length === 4 ? given : [given[0]?.topic, given[0]?.partition, given[1], given[2]] as const
    requireTopic('OffsetRange.create', topic)
    requireInteger('OffsetRange.create', partition, 0, 'the partition')
    requireInteger('OffsetRange.create', fromOffset, 0, 'fromOffset')
    requireInteger('OffsetRange.create', untilOffset, 0, 'untilOffset')
    if (fromOffset > untilOffset) {
      refuse('OffsetRange.create', `Beginning offset ${fromOffset} is after the ending offset ${untilOffset} for topic ${topic} partition ${partition}`)
    }
    return new OffsetRange(topic, partition, fromOffset, untilOffset)
  }

  /** How many offsets there are. Compacted topics and transactions have fewer records. */
  count(): number { return this.untilOffset - this.fromOffset }

  topicPartition(): TopicPartition { return new TopicPartition(this.topic, this.partition) }

  equals(other: unknown): boolean {
    const { topic, partition, fromOffset, untilOffset } = (other ?? {}) as Partial<OffsetRange>
    return topic === this.topic && partition === this.partition && fromOffset === this.fromOffset && untilOffset === this.untilOffset
  }

  /** As Spark writes it. */
  toString(): string { return `OffsetRange(topic: '${this.topic}', partition: ${this.partition}, range: [${this.fromOffset} -> ${this.untilOffset}])` }
}

/** What is read of Kafka as a batch: partition i of the RDD has the records of `offsetRanges[i]`. */
export interface HasOffsetRanges { readonly offsetRanges: readonly OffsetRange[] }

/**
 * The ranges of an RDD of Kafka records: of those that `createDirectStream` and `createRDD` give themselves, not of what is made of them.
 * Ask as the first thing in `transform` or `foreachRDD`. Throws SparkError for other RDDs. Counterpart: the cast to HasOffsetRanges.
 * @example
 * ```ts
 * import { offsetRangesOf, type ConsumerRecord, type DStream } from 'millrace'
 * declare const stream: DStream<ConsumerRecord<string, string>>
 * stream.foreachRDD(rdd => {
 *   for (const { topic, partition, fromOffset, untilOffset } of offsetRangesOf(rdd)) console.log(topic, partition, fromOffset, untilOffset)
 * })
 * ```
 */
export function offsetRangesOf(rdd: RDD<any>): readonly OffsetRange[] {
  const { offsetRanges } = rdd as unknown as Partial<HasOffsetRanges>
  if (Array.isArray(offsetRanges)) return offsetRanges
  throw new SparkError('offsetRangesOf: this RDD was made of others; only the RDD of Kafka records itself has offset ranges', {
    hint: 'Ask in the first transform or foreachRDD on the stream, before map and the like, and keep what you get.',
  })
}

/** Ranges as they were given. Throws IllegalArgumentError for what are none. Internal to the connector. */
export function requireRanges(operator: string, ranges: unknown): readonly OffsetRange[] {
  if (!Array.isArray(ranges)) refuse(operator, `the offset ranges must be an array, got ${describe(ranges)}`, 'OffsetRange.create(topic, partition, from, until)')
  return (ranges as unknown[]).map(range => {
    const { topic, partition, fromOffset, untilOffset } = (range ?? {}) as Partial<OffsetRange>
    if (topic === undefined || partition === undefined || fromOffset === undefined || untilOffset === undefined) {
      refuse(operator, `an offset range must be an OffsetRange, got ${describe(range)}`, 'OffsetRange.create(topic, partition, from, until)')
    }
    return OffsetRange.create(topic!, partition!, fromOffset!, untilOffset!)
  })
}

/** Throws IllegalArgumentError where two ranges are of one partition. Internal to the connector. */
export function requireApart(operator: string, ranges: readonly OffsetRange[]): void {
  const seen = new Set<string>()
  for (const range of ranges) {
    const name = placeName(range)
    if (seen.has(name)) refuse(operator, `there are two offset ranges of ${name}`)
    seen.add(name)
  }
}
