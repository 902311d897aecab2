/** Deserializers type keys and values; without one they are text. */
import {
  ConsumerStrategies, Deserializers, KafkaUtils, LocationStrategies, OffsetRange, TopicPartition, offsetRangesOf, type ConsumerRecord, type DStream, type KafkaRDD,
  type SparkContext, type StreamingContext,
} from '../../lib/index'
import { is } from './same'

declare const ssc: StreamingContext
declare const sc: SparkContext
const { PreferConsistent } = LocationStrategies
const servers = { 'bootstrap.servers': 'localhost:9092' }

export function text(): void {
  const stream = KafkaUtils.createDirectStream(ssc, PreferConsistent, ConsumerStrategies.Subscribe(['t'], servers))
  is<DStream<[string, number]>>()(stream.flatMap(record => record.value.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b))
  stream.foreachRDD(rdd => { stream.commitAsync(offsetRangesOf(rdd), (offsets, error) => [offsets[0]!.offset, error?.message]) })
}

export function deserializers(): void {
  const typed = ConsumerStrategies.SubscribePattern(/t.*/, {
    ...servers, 'key.deserializer': Deserializers.long, 'value.deserializer': (bytes: Uint8Array) => ({ size: bytes.length }),
  })
  is<DStream<[number, number]>>()(KafkaUtils.createDirectStream(ssc, PreferConsistent, typed).map(({ key, value }) => [key, value.size]))
  const said = ConsumerStrategies.Assign<string | null, Uint8Array | null>([new TopicPartition('t', 0)], servers, [[new TopicPartition('t', 0), 5]])
  is<DStream<ConsumerRecord<string | null, Uint8Array | null>>>()(KafkaUtils.createDirectStream(ssc, PreferConsistent, said, { failOnDataLoss: false }).filter(record => record.key !== null))
}

export function ranges(): void {
  const rdd = KafkaUtils.createRDD(sc, { ...servers, 'value.deserializer': Deserializers.bigint }, [OffsetRange.create('t', 0, 0, 5)])
  is<KafkaRDD<string, bigint>>()(rdd)
  is<readonly OffsetRange[]>()(rdd.offsetRanges)
}
