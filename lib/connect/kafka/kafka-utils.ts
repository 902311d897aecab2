/** Kafka for programs: streams, RDDs, and what offsets there are. */
import { SparkContext } from '../../rdd/context/spark-context'
import { describe, refuse, requireInteger } from '../../rdd/arguments'
import { StreamingContext } from '../../streaming/streaming-context'
import { requireKafkaParams, type KafkaParams } from './client/kafka-params'
import { requireConsumerStrategy, type ConsumerStrategy, type KeyOf, type ValueOf } from './consumer-strategies'
import { DirectKafkaInputDStream } from './direct-input-dstream'
import { withRanges, type KafkaRDD } from './kafka-rdd'
import { LocationStrategies, requireLocationStrategy, type LocationStrategy } from './location-strategies'
import type { KafkaLog, OffsetAt, TopicPartition as Place } from './log'
import { requireApart, requireRanges, type OffsetRange } from './offset-range'
import { openLog } from './open-log'
import { requireDirectStreamOptions, type DirectStreamOptions } from './options'
import type { PerPartitionConfig } from './per-partition-config'
import { RangeReader } from './reading/range-reader'
import { kafkaRangesRdd } from './reading/ranges-rdd'
import { requireDeserializer } from './records/deserializers'
import { requireTopic, TopicPartition } from './topic-partition'

/** Partitions with an offset each, as consumer strategies take them. */
export type PartitionOffsets = [TopicPartition, number][]

interface CreateRDD {
  <const P extends KafkaParams>(sc: SparkContext, kafkaParams: P, offsetRanges: readonly OffsetRange[], location?: LocationStrategy): KafkaRDD<KeyOf<P>, ValueOf<P>>
  <K, V>(sc: SparkContext, kafkaParams: KafkaParams, offsetRanges: readonly OffsetRange[], location?: LocationStrategy): KafkaRDD<K, V>
}

function createDirectStream<K, V>(
  ssc: StreamingContext, locationStrategy: LocationStrategy, consumerStrategy: ConsumerStrategy<K, V>,
  options: PerPartitionConfig | DirectStreamOptions = {},
): DirectKafkaInputDStream<K, V> {
  const operator = 'createDirectStream'
  if (!StreamingContext.is(ssc)) refuse(operator, `the first argument must be a StreamingContext, got ${describe(ssc)}`)
  const location = requireLocationStrategy(operator, locationStrategy)
  const strategy = requireConsumerStrategy(operator, consumerStrategy) as ConsumerStrategy<K, V>
  return new DirectKafkaInputDStream(ssc, { location, strategy, options: requireDirectStreamOptions(options) })
}

/** One client for all RDDs of a context that read the same brokers. */
const logs = new WeakMap<SparkContext, Map<string, KafkaLog>>()

function sharedLog(sc: SparkContext, kafkaParams: KafkaParams, settings: ReturnType<typeof requireKafkaParams>): KafkaLog {
  const known = logs.get(sc) ?? new Map<string, KafkaLog>()
  if (!logs.has(sc)) {
    logs.set(sc, known)
    sc.onStop(() => Promise.all([...known.values()].map(log => log.disconnect())).then(() => undefined))
  }
  const key = JSON.stringify(settings)
  const log = known.get(key) ?? openLog(kafkaParams, settings, sc.master !== 'local')
  known.set(key, log)
  return log
}

function createRDD(
  sc: SparkContext, kafkaParams: KafkaParams, offsetRanges: readonly OffsetRange[], location = LocationStrategies.PreferConsistent,
): KafkaRDD<any, any> {
  const operator = 'createRDD'
  if (!SparkContext.is(sc)) refuse(operator, `the first argument must be a SparkContext, got ${describe(sc)}`)
  const settings = requireKafkaParams(operator, kafkaParams)
  const ranges = requireRanges(operator, offsetRanges)
  requireApart(operator, ranges)
  const where = requireLocationStrategy(operator, location)
  if (where.kind === 'brokers') {
    refuse(operator, 'If you want to prefer brokers, you must provide a mapping using PreferFixed. '
      + 'A single KafkaRDD does not have a driver consumer and cannot look up brokers for you.')
  }
  const key = requireDeserializer(operator, 'key.deserializer', settings.keyDeserializer)
  const value = requireDeserializer(operator, 'value.deserializer', settings.valueDeserializer)
  const { isolation, partitionBytesMax, fetchWaitMs, checkCrcs } = settings
  const reader = new RangeReader({ log: sharedLog(sc, kafkaParams, settings), isolation, partitionBytesMax, fetchWaitMs, hasThreads: sc.master !== 'local' })
  return withRanges(kafkaRangesRdd(sc, { reader, ranges, key, value, checkCrcs }), ranges, where)
}

/** Asks `kafkaParams`' brokers something, with a client for this alone. */
async function asking<R>(operator: string, kafkaParams: KafkaParams, ask: (log: KafkaLog, isolation: 'read_committed' | 'read_uncommitted') => Promise<R>): Promise<R> {
  const settings = requireKafkaParams(operator, kafkaParams)
  const log = openLog(kafkaParams, settings)
  try {
    await log.connect()
    return await ask(log, settings.isolation)
  } finally { await log.disconnect() }
}

async function topicOffsets(operator: string, kafkaParams: KafkaParams, topics: Iterable<string>, at: OffsetAt): Promise<PartitionOffsets> {
  const names = typeof topics === 'string' ? [topics] : [...topics ?? []]
  for (const name of names) requireTopic(operator, name)
  return asking(operator, kafkaParams, async (log, isolation) => {
    const places = await log.partitions(names)
    const offsets = await log.offsets(places, at, isolation)
    return places.map(({ topic, partition }, index): [TopicPartition, number] => [new TopicPartition(topic, partition), offsets[index]!])
  })
}

async function offsetsForTimes(kafkaParams: KafkaParams, timestamps: Iterable<readonly [Place, number]>): Promise<PartitionOffsets> {
  const operator = 'offsetsForTimes'
  if (typeof (timestamps as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function') {
    refuse(operator, `the times must be a Map from TopicPartition to milliseconds since 1970, got ${describe(timestamps)}`)
  }
  const wanted = Array.from(timestamps, ([place, timestampMs]) => {
    const { topic, partition } = (place ?? {}) as Partial<Place>
    return [new TopicPartition(topic!, partition!), requireInteger(operator, timestampMs, 0, 'a time')] as const
  })
  const times = [...new Set(wanted.map(([, timestampMs]) => timestampMs))]
  return asking(operator, kafkaParams, async (log, isolation) => {
    const found = await Promise.all(times.map(async timestampMs => {
      const places = wanted.filter(each => each[1] === timestampMs).map(([place]) => place)
      const offsets = await log.offsets(places, { timestampMs }, isolation)
      return places.map((place, index): [TopicPartition, number] => [place, offsets[index]!])
    }))
    return found.flat()
  })
}

/** Streams and RDDs of Kafka's records. Counterpart: org.apache.spark.streaming.kafka010.KafkaUtils. */
export const KafkaUtils = Object.freeze({
  /**
   * A stream of the records of topics: every batch has an exact range of offsets of each partition, and one RDD partition for each. With a checkpoint
   * folder every record is transformed exactly once, whatever dies; without one a restarted program begins where its group has committed
   * (`commitAsync`). Partitions and topics that appear later are read from their first record. The last argument has rates by
   * partition, or options: `{ failOnDataLoss, startingTimestamp, perPartitionConfig }`. Errors of settings are thrown at the call; a broker that
   * cannot be reached makes `start()` reject. See docs/kafka.md. Counterpart: KafkaUtils.createDirectStream.
   * @example
   * ```ts
   * import { ConsumerStrategies, KafkaUtils, LocationStrategies, Seconds, StreamingContext, offsetRangesOf } from 'millrace'
   * const ssc = new StreamingContext('local[2]', 'words', Seconds(1))
   * const kafkaParams = { 'bootstrap.servers': 'localhost:9092', 'group.id': 'words', 'auto.offset.reset': 'earliest' }
   * const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe(['lines'], kafkaParams))
   * stream.flatMap(record => record.value.split(' ')).countByValue().print()
   * stream.foreachRDD(rdd => stream.commitAsync(offsetRangesOf(rdd)))
   * ```
   */
  createDirectStream,

  /**
   * An RDD of certain ranges, one partition each, in their order. Throws IllegalArgumentError for ranges that cannot be; what is not there (any more)
   * fails the job. Counterpart: KafkaUtils.createRDD.
   * @example
   * ```ts
   * import { KafkaUtils, OffsetRange, SparkContext } from 'millrace'
   * const sc = new SparkContext('local', 'once')
   * const ranges = [OffsetRange.create('words', 0, 100, 200), OffsetRange.create('words', 1, 0, 50)]
   * const values = await KafkaUtils.createRDD(sc, { 'bootstrap.servers': 'localhost:9092' }, ranges).map(record => record.value).collect()
   * ```
   */
  createRDD: createRDD as CreateRDD,

  /** The first offset of each partition of some topics that is there. Counterpart: KafkaConsumer.beginningOffsets. */
  beginningOffsets: (kafkaParams: KafkaParams, topics: Iterable<string>): Promise<PartitionOffsets> => topicOffsets('beginningOffsets', kafkaParams, topics, 'earliest'),

  /** The offset behind the last record of each partition of some topics. Counterpart: KafkaConsumer.endOffsets. */
  endOffsets: (kafkaParams: KafkaParams, topics: Iterable<string>): Promise<PartitionOffsets> => topicOffsets('endOffsets', kafkaParams, topics, 'latest'),

  /**
   * The offset of the first record at or after a time, for each of some partitions; the end where there is none. What it gives can be the offsets of a
   * consumer strategy. Counterpart: KafkaConsumer.offsetsForTimes.
   * @example
   * ```ts
   * import { ConsumerStrategies, KafkaUtils, TopicPartition } from 'millrace'
   * const kafkaParams = { 'bootstrap.servers': 'localhost:9092' }
   * const midnight = Date.parse('2026-01-01T00:00:00Z')
   * const offsets = await KafkaUtils.offsetsForTimes(kafkaParams, [[new TopicPartition('words', 0), midnight]])
   * const strategy = ConsumerStrategies.Subscribe(['words'], kafkaParams, offsets)
   * ```
   */
  offsetsForTimes,
})
