/** RDDs of Kafka records that know their ranges. */
import type { Partition, RDD } from '../../rdd/rdd'
import type { ConsumerRecord } from './records/consumer-record'
import type { LocationStrategy } from './location-strategies'
import type { HasOffsetRanges, OffsetRange } from './offset-range'
import { placeName } from './topic-partition'

/** An RDD whose partition i has the records of `offsetRanges[i]`. Counterpart: KafkaRDD. */
export type KafkaRDD<K, V> = RDD<ConsumerRecord<K, V>> & HasOffsetRanges

/** The RDD itself, which from now on says what its ranges are and where they would be read. */
export function withRanges<K, V>(rdd: RDD<ConsumerRecord<K, V>>, ranges: readonly OffsetRange[], { hosts }: LocationStrategy): KafkaRDD<K, V> {
  const offsetRanges = Object.freeze([...ranges])
  const preferredLocations = ({ index }: Partition): readonly string[] => {
    const host = hosts?.get(placeName(offsetRanges[index]!))
    return host === undefined ? [] : [host]
  }
  return Object.defineProperties(rdd, { offsetRanges: { value: offsetRanges }, preferredLocations: { value: preferredLocations } }) as KafkaRDD<K, V>
}
