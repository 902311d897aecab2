/** The log that settings name: a cluster, or a Kafka of this process. */
import { KafkaBroker } from './client/kafka-broker'
import type { KafkaParams, KafkaSettings } from './client/kafka-params'
import { findInProcessKafka } from './in-process'
import type { KafkaLog } from './log'

/** A client of its own, which is not connected yet. `hasThreads`: others than this thread read what it gives. */
export function openLog(kafkaParams: KafkaParams, settings: KafkaSettings, hasThreads = false): KafkaLog {
  return findInProcessKafka(kafkaParams['bootstrap.servers'])?.log() ?? new KafkaBroker(settings, hasThreads)
}
