/** kafkaReceiverStream: what a consumer group reads, over a receiver. */
import { CallSite } from '../../../base/call-site'
import { ReceiverInputDStream } from '../../../streaming/receivers/receiver-input-dstream'
import { StreamingContext } from '../../../streaming/streaming-context'
import type { ConsumerRecord } from '../records/consumer-record'
import { KafkaReceiver } from './kafka-receiver'
import { requireReceiver, type KafkaReceiverOptions } from './options'

declare module '../../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the records that a member of a consumer group reads from topics. The group remembers how far it is: with the
     * write-ahead log (spark.streaming.receiver.writeAheadLog.enable) an offset is committed when the record is durable here, so
     * that each record is in the stream once at least. Several receivers of one group share the partitions; join them with
     * `ssc.union`. When the connection fails it says so and tries again every 2 seconds (spark.streaming.receiverRestartDelay).
     * spark.streaming.receiver.maxRate and back-pressure limit it. `KafkaUtils.createDirectStream` needs no log, has exact
     * offset ranges, and is the better choice unless a group has to share the work with other programs. Needs `npm install
     * kafkajs`. Throws IllegalArgumentError for options that cannot be. Counterpart: KafkaUtils.createStream.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local[2]', 'clicks', Seconds(1))
     * const clicks = ssc.kafkaReceiverStream<string, string>({ servers: 'localhost:9092', groupId: 'counter', topics: 'clicks' })
     * clicks.map(({ value }) => value).countByValue().print()
     * ```
     */
    kafkaReceiverStream<K = string, V = string>(options: KafkaReceiverOptions): ReceiverInputDStream<ConsumerRecord<K, V>>
  }
}

StreamingContext.prototype.kafkaReceiverStream = function <K, V>(this: StreamingContext, options: KafkaReceiverOptions) {
  return CallSite.within(CallSite.capture('kafkaReceiverStream'), () => (
    new ReceiverInputDStream<ConsumerRecord<K, V>>(this, new KafkaReceiver<K, V>(requireReceiver(options)), 'kafkaReceiverStream')))
}
